# Configures, builds and runs the project SOURCE in WORK against the package installed under PREFIX; its PROGRAM, given ARGUMENTS,
# separated by |, must succeed and print EXPECTED.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

string(REPLACE "|" ";" ARGUMENTS "${ARGUMENTS}")
file(REMOVE_RECURSE "${WORK}")
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK} -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${PREFIX} -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF
    -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_C_COMPILER_LAUNCHER=${LAUNCHER}
    -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
run(${CMAKE_COMMAND} --build ${WORK})
execute_process(COMMAND ${WORK}/${PROGRAM} ${ARGUMENTS} OUTPUT_VARIABLE printed COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
message("${printed}")
string(FIND "${printed}" "${EXPECTED}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${PROGRAM} did not print \"${EXPECTED}\"")
endif()
