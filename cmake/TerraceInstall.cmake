# The package configuration, so that find_package(Terrace) works on the installed tree, and the target uninstall.
include(CMakePackageConfigHelpers)
set(terrace_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Terrace)

get_property(TERRACE_COMPONENTS GLOBAL PROPERTY TERRACE_COMPONENTS)
get_property(TERRACE_NEEDS GLOBAL PROPERTY TERRACE_NEEDS)
configure_package_config_file(cmake/TerraceConfig.cmake.in ${CMAKE_BINARY_DIR}/TerraceConfig.cmake
                              INSTALL_DESTINATION ${terrace_config_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/TerraceConfigVersion.cmake COMPATIBILITY SameMinorVersion)
foreach(component IN LISTS TERRACE_COMPONENTS)
  install(EXPORT terrace_${component} NAMESPACE Terrace:: DESTINATION ${terrace_config_dir})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/TerraceConfig.cmake ${CMAKE_BINARY_DIR}/TerraceConfigVersion.cmake
              cmake/TerraceTrilinos.cmake cmake/TerraceHdf5.cmake cmake/TerraceLinearSolvers.cmake
        DESTINATION ${terrace_config_dir})

if(PROJECT_IS_TOP_LEVEL)
  add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_LIST_DIR}/TerraceUninstall.cmake
                    WORKING_DIRECTORY ${CMAKE_BINARY_DIR} COMMENT "Removes what the last installation of this build wrote" VERBATIM)
endif()
