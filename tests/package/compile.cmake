# Compiles the one C file SOURCE in WORK, strictly as C11, by the flags of pkg-config for the package installed under PREFIX, and runs
# the PROGRAM as run_program.cmake says.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(ENV{PKG_CONFIG_PATH} ${PREFIX}/lib/pkgconfig)
set(ENV{LD_LIBRARY_PATH} ${PREFIX}/lib)
execute_process(COMMAND pkg-config --cflags --libs gstd OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
execute_process(COMMAND ${CC} -std=c11 -pedantic -Wall -Wextra -Werror ${SOURCE} ${flags} -o ${WORK}/${PROGRAM} COMMAND_ECHO STDOUT
                COMMAND_ERROR_IS_FATAL ANY)
include(${CMAKE_CURRENT_LIST_DIR}/run_program.cmake)
