# cmake -DBUILD=... -DCONSUMER=... -DWORK=... -DVERSION=... -P consume.cmake: the test of gstd_add_package_test().
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# From scratch each time: a file that a former version installed must not help.
file(REMOVE_RECURSE "${WORK}")
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first --config "${CONFIG}")
# The package may be moved: nothing in it may name the prefix it was installed to.
file(RENAME "${WORK}/first" "${WORK}/prefix")
run(${CMAKE_COMMAND} -E env --unset=DESTDIR "PKG_CONFIG_PATH=${WORK}/prefix/lib/pkgconfig"
    ${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX}
    -DCMAKE_C_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
run(${CMAKE_COMMAND} --build ${WORK}/build)
execute_process(COMMAND ${WORK}/build/consumer OUTPUT_VARIABLE printed COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed MATCHES "^gstd ${VERSION}\n")
  message(FATAL_ERROR "the consumer printed \"${printed}\", not version ${VERSION}")
endif()
