# gstd_set_warnings(target): the warnings that all our code is free of; errors with GSTD_WERROR.
function(gstd_set_warnings target)
  target_compile_options(
    ${target}
    PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wundef -Wimplicit-fallthrough
            $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual>
            $<$<BOOL:${GSTD_WERROR}>:-Werror>)
endfunction()
