# Helpers that keep every folder's CMakeLists.txt at a few lines and the layering in the linker's hands.

add_library(tally_options INTERFACE)
target_compile_options(tally_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wundef
    $<$<BOOL:${TALLY_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # __int128 (money sums) is an extension that -Wpedantic reports; dangling-reference noise is gcc 13's.
    target_compile_options(tally_options INTERFACE -Wno-pedantic -Wlogical-op)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # gcc 12 reports overflows inside std::string's own operator+ when it optimises fully (gcc bugs 105329, 105651).
        target_compile_options(tally_options INTERFACE "$<$<CONFIG:Release>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>")
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(tally_options INTERFACE -Wno-pedantic -Wno-gnu-zero-variadic-macro-arguments)
endif()
if(TALLY_SANITIZE)
    add_compile_options(-fsanitize=${TALLY_SANITIZE} -fno-omit-frame-pointer -g1)
    if(TALLY_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
    add_link_options(-fsanitize=${TALLY_SANITIZE})
endif()
find_program(TALLY_LLD ld.lld)
if(TALLY_LLD)
    add_link_options(-fuse-ld=lld)
endif()
find_program(TALLY_CCACHE ccache)
if(TALLY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # The precompiled header makes ccache refuse unless it may trust its timestamps.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${TALLY_CCACHE})
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# tally_core_library(NAME [DEPS a b ...] [PRIVATE_LIBS x y ...])
#   One static library tally_NAME from every .cpp of the calling folder. DEPS are the core libraries that
#   its headers may include: the arrows of DESIGN section 4, held by the linker and by test_layering.
function(tally_core_library name)
    cmake_parse_arguments(ARG "" "" "DEPS;LIBS;PRIVATE_LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    if(NOT sources)
        add_library(tally_${name} INTERFACE)
        return()
    endif()
    add_library(tally_${name} STATIC ${sources})
    set_target_properties(tally_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_include_directories(tally_${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(tally_${name} PUBLIC nlohmann_json::nlohmann_json fmt::fmt tl::expected
                          Threads::Threads ${ARG_LIBS} PRIVATE tally_options ${ARG_PRIVATE_LIBS})
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(tally_${name} PUBLIC tally_${dep})
    endforeach()
    if(TALLY_PCH)
        if(name STREQUAL "base")
            target_precompile_headers(tally_base PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
        else()
            target_precompile_headers(tally_${name} REUSE_FROM tally_base)
        endif()
    endif()
endfunction()

# Executables are compiled -fPIE by default, and gcc refuses a precompiled header that was built with -fPIC.
function(tally_reuse_pch name)
    if(TALLY_PCH)
        set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(${name} PRIVATE -fPIC)
        target_precompile_headers(${name} REUSE_FROM tally_base)
    endif()
endfunction()

# tally_program(NAME SOURCES ... DEPS ...): a console program without Qt, in build/<preset>/bin.
function(tally_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE tally_options ${ARG_LIBS})
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(${name} PRIVATE tally_${dep})
    endforeach()
    tally_reuse_pch(${name})
endfunction()
