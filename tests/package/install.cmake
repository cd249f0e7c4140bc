# cmake -DBUILD=<build folder> -DPREFIX=<where to> -P install.cmake
cmake_minimum_required(VERSION 3.25)

# From scratch each time: a file that a former version installed must not help.
file(REMOVE_RECURSE "${PREFIX}" "${PREFIX}.first")
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}.first COMMAND_ERROR_IS_FATAL ANY)
# The package may be moved: nothing in it may name the prefix that it was installed to.
file(RENAME "${PREFIX}.first" "${PREFIX}")
