# terrace.pc, and terrace-pde.pc where that package is built: flags for makefiles. They follow from the targets.

# terrace_collect_flags(<link item>...): what programs need that link with them. In the global property TERRACE_PC_LIBRARIES an item
# stands after those that it needs and those that follow it in a list, TERRACE_PC_FOLDERS has folders of headers. What was collected before is not collected again.
function(terrace_collect_flags)
  list(REVERSE ARGN)
  foreach(item IN LISTS ARGN)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
    get_property(seen GLOBAL PROPERTY TERRACE_PC_SEEN)
    if(item IN_LIST seen OR item MATCHES "^\\$<|^::@") # other generator expressions are the build's alone
      continue()
    endif()
    set_property(GLOBAL APPEND PROPERTY TERRACE_PC_SEEN ${item})
    if(TARGET ${item})
      terrace_collect_target(${item})
    elseif(IS_ABSOLUTE ${item} OR item MATCHES "^-")
      set_property(GLOBAL APPEND PROPERTY TERRACE_PC_LIBRARIES ${item})
    else()
      set_property(GLOBAL APPEND PROPERTY TERRACE_PC_LIBRARIES -l${item})
    endif()
  endforeach()
endfunction()

function(terrace_collect_target target)
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  if(links)
    terrace_collect_flags(${links})
  endif()
  get_target_property(type ${target} TYPE)
  get_target_property(imported ${target} IMPORTED)
  if(NOT imported) # ours: the headers are in includedir, the library in libdir
    set_property(GLOBAL APPEND PROPERTY TERRACE_PC_LIBRARIES -l$<TARGET_FILE_BASE_NAME:${target}>)
    return()
  endif()
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    set_property(GLOBAL APPEND PROPERTY TERRACE_PC_LIBRARIES $<TARGET_LINKER_FILE:${target}>)
  endif()
  foreach(property INTERFACE_INCLUDE_DIRECTORIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES)
    get_target_property(folders ${target} ${property})
    if(folders)
      list(FILTER folders EXCLUDE REGEX "\\$<")
      set_property(GLOBAL APPEND PROPERTY TERRACE_PC_FOLDERS ${folders})
    endif()
  endforeach()
endfunction()

# terrace_real_paths(<list>): each folder once, without links and "..".
function(terrace_real_paths list)
  set(paths)
  foreach(path IN LISTS ${list})
    file(REAL_PATH ${path} path)
    list(APPEND paths ${path})
  endforeach()
  list(REMOVE_DUPLICATES paths)
  set(${list} ${paths} PARENT_SCOPE)
endfunction()

# terrace_write_pkg_config(<name> <description> <required .pc> <target>...)
function(terrace_write_pkg_config name description requires)
  foreach(property LIBRARIES FOLDERS)
    set_property(GLOBAL PROPERTY TERRACE_PC_${property})
  endforeach()
  terrace_collect_flags(${ARGN})
  get_property(libraries GLOBAL PROPERTY TERRACE_PC_LIBRARIES)
  get_property(folders GLOBAL PROPERTY TERRACE_PC_FOLDERS)
  list(REVERSE libraries)
  list(JOIN libraries " " libraries)
  terrace_real_paths(folders)
  list(REMOVE_ITEM folders /usr/include)
  list(TRANSFORM folders PREPEND "-isystem ")
  list(JOIN folders " " folders)
  list(JOIN TERRACE_CUDA_OPTIONS " " options)
  set(destination ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
  file(RELATIVE_PATH up ${destination} ${CMAKE_INSTALL_PREFIX})
  string(REGEX REPLACE "/$" "" up ${up})
  file(RELATIVE_PATH libdir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
  file(RELATIVE_PATH includedir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/${name}.pc CONTENT "prefix=\${pcfiledir}/${up}
libdir=\${prefix}/${libdir}
includedir=\${prefix}/${includedir}

Name: ${name}
Description: ${description}
Version: ${PROJECT_VERSION}
Requires: ${requires}
Cflags: -I\${includedir} ${folders} ${options}
Libs: -L\${libdir} ${libraries}
")
  install(FILES ${CMAKE_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

terrace_write_pkg_config(terrace "${PROJECT_DESCRIPTION}" "" Terrace::model Terrace::resnet Terrace::dataset Terrace::multilevel)
if(TERRACE_PDE)
  terrace_write_pkg_config(terrace-pde "Data from finite-element solves, for Terrace" "terrace = ${PROJECT_VERSION}" Terrace::pde)
endif()
