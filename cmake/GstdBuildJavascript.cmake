# Builds the JavaScript engine for the sandbox into the per-user cache, once. Run as a script:
#   cmake -DSOURCE=<third_party/quickjs> -DOUT=<cache folder of this key> -DCARGO=<cargo> -DCLANG=<clang> -P GstdBuildJavascript.cmake
#
# Lock file and renaming at the end as in GstdBuildWasmtime.cmake: a folder that has the final name is complete.
cmake_minimum_required(VERSION 3.25)

get_filename_component(cache_dir "${OUT}" DIRECTORY)
file(MAKE_DIRECTORY "${cache_dir}")
file(LOCK "${OUT}.lock" GUARD PROCESS TIMEOUT 1800)
if(EXISTS "${OUT}/javascript.wasm")
  return()
endif()

set(partial "${OUT}.partial")
file(REMOVE_RECURSE "${partial}")
file(MAKE_DIRECTORY "${partial}/source" "${partial}/prefix")

# cargo checks the crates against the lock file; what is compiled is checked again, file by file, against our own list.
execute_process(
  COMMAND "${CARGO}" vendor --quiet --locked --versioned-dirs --manifest-path "${SOURCE}/Cargo.toml" "${partial}/vendor"
  OUTPUT_QUIET RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "cargo could not get the sources of QuickJS (${failed}). Its output is above; "
                      "-DGSTD_WITH_JAVASCRIPT=OFF builds everything else.")
endif()
file(GLOB crate "${partial}/vendor/rquickjs-sys-*/quickjs")
file(STRINGS "${SOURCE}/SOURCES.sha256" lines)
foreach(line IN LISTS lines)
  string(REGEX MATCH "^([0-9a-f]+)  (.+)$" line "${line}")
  set(wanted "${CMAKE_MATCH_1}")
  set(name "${CMAKE_MATCH_2}")
  file(SHA256 "${crate}/${name}" found)
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "QuickJS's ${name} is not the file that was reviewed: its SHA-256 is ${found}, and SOURCES.sha256 says ${wanted}")
  endif()
  file(COPY_FILE "${crate}/${name}" "${partial}/source/${name}")
endforeach()

# Four units, named relatively and without assertions or debug information, so that no path gets into the module.
set(flags --target=wasm32-wasi -std=gnu11 -O2 -DNDEBUG -D_GNU_SOURCE -isystem "${partial}/source")
function(compile name source)
  execute_process(COMMAND "${CLANG}" ${flags} ${ARGN} -c "${source}" -o "${partial}/${name}.o" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
compile(engine "${SOURCE}/engine.c" -w)
compile(dtoa "${partial}/source/dtoa.c" -w)
compile(libregexp "${partial}/source/libregexp.c" -w)
compile(libunicode "${partial}/source/libunicode.c" -w)
compile(driver "${SOURCE}/driver.c" -Wall -Wextra)

# The stack lies below the data, so that running over it traps instead of overwriting. 640 KiB: kScriptStackBytes of driver.c
# and 256 KiB for what runs between two checks.
execute_process(
  COMMAND "${CLANG}" --target=wasm32-wasi -Wl,--strip-all,--gc-sections,--stack-first,-z,stack-size=655360 "${partial}/engine.o" "${partial}/dtoa.o"
          "${partial}/libregexp.o" "${partial}/libunicode.o" "${partial}/driver.o" -o "${partial}/prefix/javascript.wasm"
  COMMAND_ERROR_IS_FATAL ANY)
file(COPY_FILE "${partial}/source/LICENSE" "${partial}/prefix/LICENSE")
file(RENAME "${partial}/prefix" "${OUT}")
file(REMOVE_RECURSE "${partial}")
