# Terrace::hdf5: the parallel (MPI) HDF5 C library, for Terrace::dataset. TERRACE_HDF5_FOUND says whether it is there. The C++
# component is left out on purpose: together with HDF5_PREFER_PARALLEL it mixes parallel C and serial C++ libraries on Debian.
include_guard(GLOBAL)

set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 QUIET COMPONENTS C)
set(TERRACE_HDF5_FOUND FALSE)
if(HDF5_FOUND AND HDF5_IS_PARALLEL)
  set(TERRACE_HDF5_FOUND TRUE)
endif()
if(TERRACE_HDF5_FOUND AND NOT TARGET Terrace::hdf5)
  add_library(Terrace::hdf5 INTERFACE IMPORTED)
  target_include_directories(Terrace::hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(Terrace::hdf5 INTERFACE ${HDF5_C_LIBRARIES})
endif()
