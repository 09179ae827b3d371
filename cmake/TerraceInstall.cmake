# Exported targets and the package configuration, so that find_package(Terrace) works on the installed tree.
include(CMakePackageConfigHelpers)
set(terrace_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Terrace)

configure_package_config_file(cmake/TerraceConfig.cmake.in ${CMAKE_BINARY_DIR}/TerraceConfig.cmake
                              INSTALL_DESTINATION ${terrace_config_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/TerraceConfigVersion.cmake COMPATIBILITY SameMinorVersion)
foreach(targets TerraceTargets TerraceConformanceTargets)
  install(EXPORT ${targets} NAMESPACE Terrace:: DESTINATION ${terrace_config_dir})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/TerraceConfig.cmake ${CMAKE_BINARY_DIR}/TerraceConfigVersion.cmake
              cmake/TerraceTrilinos.cmake cmake/TerraceHdf5.cmake cmake/TerraceLinearSolvers.cmake
        DESTINATION ${terrace_config_dir})
