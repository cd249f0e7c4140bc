# Provides the imported target `gstd_wasmtime`: an installed Wasmtime where GSTD_WASMTIME_ROOT names one,
# else the crate third_party/wasmtime-engine, built once per user, lock file and compiler.
set(GSTD_WASMTIME_ROOT "$ENV{GSTD_WASMTIME_ROOT}" CACHE PATH "Prefix of an installed Wasmtime C API (include/wasmtime.h, lib/libwasmtime.*)")

set(crate "${PROJECT_SOURCE_DIR}/third_party/wasmtime-engine")

if(GSTD_WASMTIME_ROOT)
  find_path(GSTD_WASMTIME_INCLUDE wasmtime.h PATHS "${GSTD_WASMTIME_ROOT}/include" NO_DEFAULT_PATH REQUIRED)
  find_library(GSTD_WASMTIME_LIBRARY NAMES gstd_wasmtime wasmtime PATHS "${GSTD_WASMTIME_ROOT}/lib" NO_DEFAULT_PATH REQUIRED)
  # Functions, flags and what is compiled differ from one major version to the next, and results are compared between workers.
  file(STRINGS "${crate}/Cargo.toml" wanted REGEX "^version = \"~[0-9]")
  string(REGEX REPLACE "[^0-9]*([0-9]+).*" "\\1" wanted "${wanted}")
  file(STRINGS "${GSTD_WASMTIME_INCLUDE}/wasmtime.h" found REGEX "^#define WASMTIME_VERSION +\"")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" found "${found}")
  if(NOT found MATCHES "^${wanted}\\.")
    message(FATAL_ERROR "GSTD_WASMTIME_ROOT names Wasmtime \"${found}\", and libgstd is written for ${wanted}.x: name one of those, or "
                        "leave GSTD_WASMTIME_ROOT empty to have it built")
  endif()
else()
  find_program(GSTD_CARGO cargo REQUIRED)
  find_program(GSTD_RUSTC rustc REQUIRED)
  execute_process(COMMAND "${GSTD_RUSTC}" --version --verbose OUTPUT_VARIABLE key COMMAND_ERROR_IS_FATAL ANY)
  foreach(file Cargo.toml Cargo.lock build.rs src/lib.rs)
    file(SHA256 "${crate}/${file}" hash)
    string(APPEND key "${file} ${hash}\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${crate}/${file}")
  endforeach()
  string(SHA256 key "${key}")
  string(SUBSTRING "${key}" 0 16 key)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(cache "$ENV{XDG_CACHE_HOME}")
  else()
    set(cache "$ENV{HOME}/.cache")
  endif()
  set(prefix "${cache}/gstd/wasmtime/${key}")
  if(NOT EXISTS "${prefix}/lib/libgstd_wasmtime.a")
    message(STATUS "Building Wasmtime into ${prefix} (once per user; some minutes)")
    execute_process(
      COMMAND "${CMAKE_COMMAND}" "-DCRATE=${crate}" "-DOUT=${prefix}" "-DCARGO=${GSTD_CARGO}"
              -P "${CMAKE_CURRENT_LIST_DIR}/GstdBuildWasmtime.cmake"
      COMMAND_ERROR_IS_FATAL ANY)
  endif()
  set(GSTD_WASMTIME_INCLUDE "${prefix}/include")
  set(GSTD_WASMTIME_LIBRARY "${prefix}/lib/libgstd_wasmtime.a")
  # The cache is the user's to empty: a build folder that outlives it configures, and so builds Wasmtime, again.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${GSTD_WASMTIME_LIBRARY}")
endif()

add_library(gstd_wasmtime UNKNOWN IMPORTED GLOBAL)
set_target_properties(
  gstd_wasmtime PROPERTIES IMPORTED_LOCATION "${GSTD_WASMTIME_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${GSTD_WASMTIME_INCLUDE}"
                           INTERFACE_LINK_LIBRARIES "pthread;dl;m")
message(STATUS "Wasmtime: ${GSTD_WASMTIME_LIBRARY}")
