# Configures SOURCE in WORK without an engine, builds the program, and asks it to run GUEST: it must say that it cannot.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# All but the sandbox compiles as in the build that this test belongs to: ccache has it, whatever the folder's name.
set(ENV{CCACHE_NOHASHDIR} 1)
string(TOUPPER "${BUILD_TYPE}" type)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} --fresh -G ${GENERATOR} -DGSTD_WITH_WASMTIME=OFF -DGSTD_BUILD_TESTS=OFF
    -DGSTD_BUILD_EXAMPLES=OFF -DGSTD_BUILD_CAPI=OFF -DGSTD_WERROR=${WERROR} -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_CXX_FLAGS_${type}=${TYPE_FLAGS})
run(${CMAKE_COMMAND} --build ${WORK} --target gstd_cli --parallel 2)
execute_process(COMMAND ${WORK}/cli/gstd run ${GUEST} --json RESULT_VARIABLE status OUTPUT_VARIABLE printed ERROR_VARIABLE error
                COMMAND_ECHO STDOUT)
message("${error}")
string(JSON code GET "${error}" code)
if(NOT status EQUAL 1 OR NOT printed STREQUAL "" OR NOT code STREQUAL "unimplemented")
  message(FATAL_ERROR "it ended with ${status} and \"${printed}\"")
endif()
