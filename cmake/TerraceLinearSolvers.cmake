# Terrace::linear_solvers: Belos (Krylov methods) and Ifpack2 (incomplete factorisations), for Terrace::pde alone.
#
# Debian's configuration of Ifpack2 13.2 asks for packages that nothing here uses, so its headers and the three
# shared libraries are looked up by name. TERRACE_LINEAR_SOLVERS_FOUND says whether all are there.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/TerraceTrilinos.cmake)

set(terrace_linear_solver_hints ${TERRACE_ROL_INCLUDE_DIR} ${Tpetra_INCLUDE_DIRS})
find_path(TERRACE_BELOS_INCLUDE_DIR BelosTpetraAdapter.hpp HINTS ${terrace_linear_solver_hints}
          PATH_SUFFIXES trilinos DOC "Directory of Belos' headers")
find_path(TERRACE_IFPACK2_INCLUDE_DIR Ifpack2_RILUK_decl.hpp HINTS ${terrace_linear_solver_hints}
          PATH_SUFFIXES trilinos DOC "Directory of Ifpack2's headers")
foreach(library ifpack2 belostpetra belos)
  string(TOUPPER TERRACE_${library}_LIBRARY variable)
  find_library(${variable} NAMES trilinos_${library} ${library} HINTS ${Tpetra_LIBRARY_DIRS}
               DOC "Trilinos' shared library ${library}")
endforeach()

set(TERRACE_LINEAR_SOLVERS_FOUND FALSE)
if(TERRACE_BELOS_INCLUDE_DIR AND TERRACE_IFPACK2_INCLUDE_DIR
   AND TERRACE_IFPACK2_LIBRARY AND TERRACE_BELOSTPETRA_LIBRARY AND TERRACE_BELOS_LIBRARY)
  set(TERRACE_LINEAR_SOLVERS_FOUND TRUE)
endif()
if(TERRACE_LINEAR_SOLVERS_FOUND)
  terrace_require_same_trilinos(${TERRACE_BELOS_INCLUDE_DIR} TERRACE_BELOS_INCLUDE_DIR)
  terrace_require_same_trilinos(${TERRACE_IFPACK2_INCLUDE_DIR} TERRACE_IFPACK2_INCLUDE_DIR)
endif()
if(TERRACE_LINEAR_SOLVERS_FOUND AND NOT TARGET Terrace::linear_solvers)
  add_library(Terrace::linear_solvers INTERFACE IMPORTED)
  target_include_directories(Terrace::linear_solvers SYSTEM INTERFACE
    ${TERRACE_BELOS_INCLUDE_DIR} ${TERRACE_IFPACK2_INCLUDE_DIR})
  target_link_libraries(Terrace::linear_solvers INTERFACE
    ${TERRACE_IFPACK2_LIBRARY} ${TERRACE_BELOSTPETRA_LIBRARY} ${TERRACE_BELOS_LIBRARY} Terrace::trilinos)
endif()
