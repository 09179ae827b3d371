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

# terrace_require_same_trilinos(<directory> <variable>): an error if headers were found in another Trilinos than Tpetra's,
# such as the distribution's beside one that is built for a GPU. Both would be included, and the program would not work.
function(terrace_require_same_trilinos directory variable)
  if(NOT EXISTS ${directory}/Tpetra_Core.hpp OR NOT Tpetra_INCLUDE_DIRS)
    return() # headers of one package alone
  endif()
  file(REAL_PATH ${directory} found)
  foreach(tpetra IN LISTS Tpetra_INCLUDE_DIRS)
    file(REAL_PATH ${tpetra} expected)
    if(found STREQUAL expected)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${variable} is ${directory}, which is another Trilinos than Tpetra's in ${Tpetra_INCLUDE_DIRS}. "
                      "Give a Trilinos that has both, or set ${variable}.")
endfunction()
terrace_require_same_trilinos(${TERRACE_ROL_INCLUDE_DIR} TERRACE_ROL_INCLUDE_DIR)

# A Trilinos for CUDA: everything that includes Kokkos is compiled by its nvcc_wrapper, for the architecture of its
# libraries. Newer ones export these flags with their targets; of older ones they are taken from the variables.
set(TERRACE_CUDA_OPTIONS "")
set(TERRACE_HAS_CUDA FALSE)
set(TERRACE_HAS_NVCC_WRAPPER FALSE)
find_file(TERRACE_KOKKOS_CONFIGURATION KokkosCore_config.h
          HINTS ${Tpetra_INCLUDE_DIRS} ${TERRACE_ROL_INCLUDE_DIR} PATH_SUFFIXES trilinos
          DOC "Configuration of the Kokkos that Tpetra is built with")
if(TERRACE_KOKKOS_CONFIGURATION)
  file(STRINGS ${TERRACE_KOKKOS_CONFIGURATION} terrace_cuda_lines REGEX "define KOKKOS_ENABLE_CUDA$")
  if(terrace_cuda_lines)
    set(TERRACE_HAS_CUDA TRUE)
  endif()
endif()
if(TERRACE_HAS_CUDA)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE terrace_compiler_version ERROR_QUIET)
  if(NOT terrace_compiler_version MATCHES "nvcc|clang")
    message(FATAL_ERROR "The Trilinos in ${Tpetra_INCLUDE_DIRS} is built for CUDA, and ${CMAKE_CXX_COMPILER} does not compile "
                        "CUDA. Use the preset cuda, or set CMAKE_CXX_COMPILER to that Trilinos' bin/nvcc_wrapper.")
  endif()
  if(terrace_compiler_version MATCHES "nvcc")
    set(TERRACE_HAS_NVCC_WRAPPER TRUE)
  endif()
  if(NOT TARGET Tpetra::all_libs)
    separate_arguments(TERRACE_CUDA_OPTIONS UNIX_COMMAND "${Tpetra_CXX_FLAGS}")
    list(FILTER TERRACE_CUDA_OPTIONS INCLUDE REGEX "^--?(arch|gencode|expt|extended|Wext)")
  endif()
  if(TERRACE_HAS_NVCC_WRAPPER)
    list(APPEND TERRACE_CUDA_OPTIONS -expt-relaxed-constexpr)
  endif()
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
  target_compile_options(Terrace::trilinos INTERFACE ${TERRACE_CUDA_OPTIONS})
  target_link_options(Terrace::trilinos INTERFACE ${TERRACE_CUDA_OPTIONS})
endif()
