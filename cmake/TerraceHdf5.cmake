# Terrace::hdf5: the parallel (MPI) HDF5 C library. The C++ component is left out on purpose: together with
# HDF5_PREFER_PARALLEL it mixes parallel C and serial C++ libraries on Debian.
include_guard(GLOBAL)

set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "Terrace needs HDF5 with MPI; found a serial one in ${HDF5_INCLUDE_DIRS}. "
                      "On Debian: apt-get install libhdf5-openmpi-dev.")
endif()
if(NOT TARGET Terrace::hdf5)
  add_library(Terrace::hdf5 INTERFACE IMPORTED)
  target_include_directories(Terrace::hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(Terrace::hdf5 INTERFACE ${HDF5_C_LIBRARIES})
endif()
