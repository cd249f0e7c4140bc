# gstd_set_warnings(target): the warnings that all our code is free of; errors with GSTD_WERROR.
function(gstd_set_warnings target)
  target_compile_options(
    ${target}
    PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wundef -Wimplicit-fallthrough
            $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual>
            # g++ 12 sees what is not there in inlined library code: overlapping copies in std::string (GCC bug 105651), the
            # inactive side of a std::variant being read. clang and the sanitizers look for the real ones.
            "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-maybe-uninitialized>"
            $<$<BOOL:${GSTD_WERROR}>:-Werror>)
endfunction()
