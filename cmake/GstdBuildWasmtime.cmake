# Builds the pinned Wasmtime into the per-user cache, once. Run as a script:
#   cmake -DCRATE=<third_party/wasmtime-engine> -DOUT=<cache folder of this key> -DCARGO=<cargo> -P GstdBuildWasmtime.cmake
#
# A lock file lets several configurations start at once: one builds, the others wait. Everything is built in `OUT.partial` and
# renamed at the end, so a folder that has the final name is complete whatever was killed on the way.
cmake_minimum_required(VERSION 3.25)

get_filename_component(cache_dir "${OUT}" DIRECTORY)
file(MAKE_DIRECTORY "${cache_dir}")
file(LOCK "${OUT}.lock" GUARD PROCESS TIMEOUT 5400)
if(EXISTS "${OUT}/lib/libgstd_wasmtime.a")
  return()
endif()

set(partial "${OUT}.partial")
file(REMOVE_RECURSE "${partial}/prefix")
file(MAKE_DIRECTORY "${partial}/prefix/include" "${partial}/prefix/lib")
execute_process(
  COMMAND
    "${CMAKE_COMMAND}" -E env --unset=RUSTFLAGS --unset=CARGO_BUILD_TARGET
    "GSTD_WASMTIME_HEADER_DST=${partial}/prefix/include" "CARGO_TARGET_DIR=${partial}/target"
    "${CARGO}" build --release --locked --manifest-path "${CRATE}/Cargo.toml"
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "cargo could not build Wasmtime (${failed}). Its output is above; "
                      "-DGSTD_WITH_WASMTIME=OFF builds everything else.")
endif()
file(COPY_FILE "${partial}/target/release/libgstd_wasmtime.a" "${partial}/prefix/lib/libgstd_wasmtime.a")
file(RENAME "${partial}/prefix" "${OUT}")
file(REMOVE_RECURSE "${partial}")
