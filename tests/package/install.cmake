# Installs as README.md says, with this build and prefix for those that it names.
# cmake -DREADME=<README.md> -DBUILD=<build folder> -DPREFIX=<where to> -P install.cmake
cmake_minimum_required(VERSION 3.25)

file(STRINGS ${README} command REGEX "^cmake --install ")
separate_arguments(command UNIX_COMMAND "${command}")
string(REPLACE build/release "${BUILD}" command "${command}")
string(REPLACE \$HOME/gstd "${PREFIX}.first" command "${command}")

# From scratch each time: a file that a former version installed must not help.
file(REMOVE_RECURSE "${PREFIX}" "${PREFIX}.first")
execute_process(COMMAND ${command} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
# The package may be moved: nothing in it may name the prefix that it was installed to.
file(RENAME "${PREFIX}.first" "${PREFIX}")
