# Sets GSTD_JAVASCRIPT_MODULE: QuickJS as a WebAssembly module, built once per user, pinned sources and toolchain. The library embeds
# it; a task of JavaScript names it by its hash.
#
# The hash depends on the compiler and the C library, which are Debian's: third_party/quickjs/MODULE.sha256 says which pair gives
# which hash, and a test holds the build to it where it is that pair. Another pair gives a module that works as well and has another
# hash. Nothing breaks by that: the module travels with the task as any other does, and workers run the requester's.
find_program(GSTD_WASM_CLANG NAMES clang-19 DOC "Compiler for wasm32-wasi")
find_program(GSTD_CARGO cargo)
set(GSTD_WASI_LIBC /usr/lib/wasm32-wasi/libc.a)

set(default OFF)
if(GSTD_WITH_WASMTIME AND GSTD_WASM_CLANG AND GSTD_CARGO AND EXISTS "${GSTD_WASI_LIBC}")
  set(default ON)
endif()
option(GSTD_WITH_JAVASCRIPT "Embed a JavaScript engine for the sandbox; needs cargo and Debian's clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32"
       ${default})
if(NOT GSTD_WITH_JAVASCRIPT)
  message(STATUS "JavaScript: off")
  return()
endif()
if(NOT GSTD_WASM_CLANG OR NOT GSTD_CARGO OR NOT EXISTS "${GSTD_WASI_LIBC}")
  message(FATAL_ERROR "GSTD_WITH_JAVASCRIPT needs cargo and a compiler for wasm32-wasi: install Debian's packages clang-19 lld-19 wasi-libc "
                      "libclang-rt-19-dev-wasm32, or set it OFF")
endif()

set(source "${PROJECT_SOURCE_DIR}/third_party/quickjs")
execute_process(COMMAND "${GSTD_WASM_CLANG}" --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\n.*" "" version "${version}")
file(SHA256 "${GSTD_WASI_LIBC}" libc)
set(GSTD_JAVASCRIPT_TOOLCHAIN "${version}, libc.a ${libc}")
set(key "${GSTD_JAVASCRIPT_TOOLCHAIN}\n")
foreach(file "${source}/Cargo.toml" "${source}/Cargo.lock" "${source}/SOURCES.sha256" "${source}/engine.c" "${source}/engine.h"
             "${source}/driver.c" "${CMAKE_CURRENT_LIST_DIR}/GstdBuildJavascript.cmake")
  file(SHA256 "${file}" hash)
  string(APPEND key "${hash}\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
endforeach()
string(SHA256 key "${key}")
string(SUBSTRING "${key}" 0 16 key)
if(DEFINED ENV{XDG_CACHE_HOME})
  set(cache "$ENV{XDG_CACHE_HOME}")
else()
  set(cache "$ENV{HOME}/.cache")
endif()
set(prefix "${cache}/gstd/quickjs/${key}")
set(GSTD_JAVASCRIPT_MODULE "${prefix}/javascript.wasm")
if(NOT EXISTS "${GSTD_JAVASCRIPT_MODULE}")
  message(STATUS "Building the JavaScript engine into ${prefix} (once per user; half a minute)")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DOUT=${prefix}" "-DCARGO=${GSTD_CARGO}" "-DCLANG=${GSTD_WASM_CLANG}"
            -P "${CMAKE_CURRENT_LIST_DIR}/GstdBuildJavascript.cmake"
    COMMAND_ERROR_IS_FATAL ANY)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${GSTD_JAVASCRIPT_MODULE}" "${source}/MODULE.sha256")

# MODULE.sha256: the module's hash, two spaces, the toolchain. Empty where this is another toolchain.
file(SHA256 "${GSTD_JAVASCRIPT_MODULE}" hash)
file(STRINGS "${source}/MODULE.sha256" pin)
set(GSTD_JAVASCRIPT_PINNED_SHA256 "")
if(pin MATCHES "^([0-9a-f]+)  (.*)$" AND CMAKE_MATCH_2 STREQUAL GSTD_JAVASCRIPT_TOOLCHAIN)
  set(GSTD_JAVASCRIPT_PINNED_SHA256 "${CMAKE_MATCH_1}")
  set(remark "as pinned")
  if(NOT hash STREQUAL GSTD_JAVASCRIPT_PINNED_SHA256)
    set(remark "NOT as pinned, which is ${GSTD_JAVASCRIPT_PINNED_SHA256}")
  endif()
else()
  set(remark "by another toolchain than the pinned one: ${GSTD_JAVASCRIPT_TOOLCHAIN}")
endif()
message(STATUS "JavaScript: SHA-256 ${hash}, ${remark}")
