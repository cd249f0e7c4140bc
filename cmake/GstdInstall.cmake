# Installation in parts, so that a C program need not have what the C++ library is built from: `find_package(gstd COMPONENTS capi)`
# asks for nothing else. A part is named like its target: gstd::gstd, gstd::coordinator, gstd::capi.
include(CMakePackageConfigHelpers)

set(GSTD_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/gstd")

# gstd_install_part(PART target): installs the library `target` and exports it as gstd::PART.
function(gstd_install_part part target)
  if(NOT GSTD_INSTALL)
    return()
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${part})
  install(TARGETS ${target} EXPORT gstd-${part})
  install(EXPORT gstd-${part} NAMESPACE gstd:: DESTINATION "${GSTD_PACKAGE_DIR}")
  set_property(GLOBAL APPEND PROPERTY GSTD_PARTS ${part})
endfunction()

# gstd_install_package(): headers, Wasmtime, and the package files of the parts installed before; called last.
function(gstd_install_package)
  if(NOT GSTD_INSTALL)
    return()
  endif()
  get_property(GSTD_PARTS GLOBAL PROPERTY GSTD_PARTS)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/gstd" TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")

  # The archive that we built goes along, in a folder of our own; an installed Wasmtime stays where it is.
  set(GSTD_WASMTIME_INSTALLED "${GSTD_WASMTIME_LIBRARY}")
  if(GSTD_WITH_WASMTIME AND NOT GSTD_WASMTIME_ROOT)
    set(GSTD_WASMTIME_INSTALLED "${CMAKE_INSTALL_LIBDIR}/gstd/libgstd_wasmtime.a")
    install(FILES "${GSTD_WASMTIME_LIBRARY}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/gstd")
  endif()

  set(package "${PROJECT_BINARY_DIR}/package")
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/gstdConfig.cmake.in" "${package}/gstdConfig.cmake"
                                INSTALL_DESTINATION "${GSTD_PACKAGE_DIR}" PATH_VARS GSTD_WASMTIME_INSTALLED)
  # Before 1.0 a minor version may break the API.
  write_basic_package_version_file("${package}/gstdConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${package}/gstdConfig.cmake" "${package}/gstdConfigVersion.cmake" DESTINATION "${GSTD_PACKAGE_DIR}")

  if("capi" IN_LIST GSTD_PARTS)
    # Relative to where the file lies, so that the package may be installed, and moved, anywhere.
    file(RELATIVE_PATH up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
    string(REGEX REPLACE "/$" "" GSTD_PC_PREFIX "\${pcfiledir}/${up}")
    configure_file("${PROJECT_SOURCE_DIR}/cmake/gstd.pc.in" "${package}/gstd.pc" @ONLY)
    install(FILES "${package}/gstd.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  endif()
endfunction()
