# Helpers that give every target of ours the same warnings, options and install rules.
include_guard(GLOBAL)

# Private compile options of our own code: warnings are errors, headers of others are excluded (SYSTEM).
add_library(terrace_options INTERFACE)
target_compile_features(terrace_options INTERFACE cxx_std_17)
target_compile_options(terrace_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Werror)
target_compile_definitions(terrace_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS;TERRACE_COMPARE_DECISIONS>)
if(TERRACE_HAS_NVCC_WRAPPER) # g++'s pragmas
  target_compile_options(terrace_options INTERFACE "SHELL:-Xcudafe --diag_suppress=1675")
endif()
if(TERRACE_SANITIZE)
  target_compile_definitions(terrace_options INTERFACE _GLIBCXX_ASSERTIONS TERRACE_COMPARE_DECISIONS)
  target_compile_options(terrace_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(terrace_options INTERFACE -fsanitize=address,undefined)
endif()
if(TERRACE_COVERAGE AND NOT TERRACE_FUZZ)
  target_compile_options(terrace_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(terrace_options INTERFACE --coverage)
endif()
if(TERRACE_FUZZ AND TERRACE_COVERAGE) # the lines that their inputs reach
  target_compile_options(terrace_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(terrace_options INTERFACE -fprofile-instr-generate)
elseif(TERRACE_FUZZ) # the fuzzers' own main() comes with test/fuzz
  target_compile_options(terrace_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
endif()

# terrace_install_component(<name> NEEDS <need>...): target terrace_<name> is what find_package(Terrace COMPONENTS <name>) gives. Its
# needs are other components, or what TerraceConfig.cmake knows to look for.
function(terrace_install_component name)
  cmake_parse_arguments(arg "" "" "NEEDS" ${ARGN})
  install(TARGETS terrace_${name} EXPORT terrace_${name})
  set_property(GLOBAL APPEND PROPERTY TERRACE_COMPONENTS ${name})
  list(JOIN arg_NEEDS " " needs)
  set_property(GLOBAL APPEND_STRING PROPERTY TERRACE_NEEDS "set(terrace_needs_${name} ${needs})\n")
endfunction()

# terrace_add_package(<name> SOURCES ... LINK ...): library terrace_<name>, alias Terrace::<name>, headers in include/.
function(terrace_add_package name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(terrace_${name} ${arg_SOURCES})
  add_library(Terrace::${name} ALIAS terrace_${name})
  set_target_properties(terrace_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(terrace_${name} PUBLIC cxx_std_17)
  target_include_directories(terrace_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(terrace_${name} PUBLIC ${arg_LINK} PRIVATE $<BUILD_INTERFACE:terrace_options>)
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  list(TRANSFORM arg_LINK REPLACE "^Terrace::" "" OUTPUT_VARIABLE needs)
  terrace_install_component(${name} NEEDS ${needs})
endfunction()

# terrace_host_units(<target> [EXCEPT <source>...]): units that do not include Kokkos (many headers of Teuchos do). In a
# build for a GPU the host's compiler alone compiles them, in a third of the time; Kokkos says so where one does.
function(terrace_host_units target)
  cmake_parse_arguments(arg "" "" "EXCEPT" ${ARGN})
  if(NOT TERRACE_HAS_NVCC_WRAPPER)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(REMOVE_ITEM sources ${arg_EXCEPT})
  set_property(SOURCE ${sources} APPEND PROPERTY COMPILE_OPTIONS --host-only)
endfunction()

# terrace_forward_header(<name> <base> <header>): <terrace/name/base.hpp> includes the header, which has moved.
function(terrace_forward_header name base header)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/forward)
  file(CONFIGURE OUTPUT ${folder}/terrace/${name}/${base}.hpp @ONLY CONTENT
    "#pragma once\n\n// Moved; this header is left out after version 0.2.\n#include <@header@>\n")
endfunction()

# terrace_forward_headers(<name> <room>/<header> ...): the same for headers of the package that are in a room now; installs
# all that forward.
function(terrace_forward_headers name)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/forward)
  foreach(header IN LISTS ARGN)
    get_filename_component(base ${header} NAME)
    terrace_forward_header(${name} ${base} terrace/${name}/${header}.hpp)
  endforeach()
  target_include_directories(terrace_${name} PUBLIC $<BUILD_INTERFACE:${folder}>)
  install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endfunction()
