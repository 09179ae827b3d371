# Terrace::trilinos: ROL, Tpetra, Kokkos, KokkosKernels, Teuchos and MPI as one interface target; Tpetra brings the
# libraries of the three after it.
#
# Debian's Trilinos 13.2 has no usable configuration for ROL (headers only) and exports variables instead of
# targets for Tpetra; newer ones have Tpetra::all_libs. Both are covered here, and this file is installed beside
# TerraceConfig.cmake so that consumers find the same things again.
include_guard(GLOBAL)

find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Tpetra REQUIRED)
find_path(TERRACE_ROL_INCLUDE_DIR ROL_TypeU_Algorithm.hpp
          HINTS ${Tpetra_INCLUDE_DIRS} PATH_SUFFIXES trilinos
          DOC "Directory of ROL's headers")
if(NOT TERRACE_ROL_INCLUDE_DIR)
  message(FATAL_ERROR "ROL's headers were not found (ROL_TypeU_Algorithm.hpp). "
                      "On Debian: apt-get install libtrilinos-rol-dev; elsewhere set TERRACE_ROL_INCLUDE_DIR.")
endif()

if(NOT TARGET Terrace::trilinos)
  add_library(Terrace::trilinos INTERFACE IMPORTED)
  target_include_directories(Terrace::trilinos SYSTEM INTERFACE ${TERRACE_ROL_INCLUDE_DIR})
  target_link_libraries(Terrace::trilinos INTERFACE MPI::MPI_CXX)
  if(TARGET Tpetra::all_libs)
    target_link_libraries(Terrace::trilinos INTERFACE Tpetra::all_libs)
  else()
    target_include_directories(Terrace::trilinos SYSTEM INTERFACE ${Tpetra_INCLUDE_DIRS} ${Tpetra_TPL_INCLUDE_DIRS})
    target_link_libraries(Terrace::trilinos INTERFACE ${Tpetra_LIBRARIES} ${Tpetra_TPL_LIBRARIES})
  endif()
endif()
