# tally_test_suite(NAME DEPS core-libraries... [LIBS other...] [TIMEOUT seconds])
#   Every tests/.../test_*.cpp of the calling folder holds one Qt Test class, registered with TALLY_TEST(Class);
#   all go into one program test_NAME and each becomes one CTest entry NAME.<file>, so that ctest -j runs them apart.
function(tally_test_suite name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "DEPS;LIBS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 240)
    endif()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test_*.cpp)
    file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/support_*.cpp)
    add_executable(test_${name} ${sources} ${helpers} ${CMAKE_SOURCE_DIR}/tests/support/suite.cpp)
    set_target_properties(test_${name} PROPERTIES AUTOMOC ON)
    target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_compile_definitions(test_${name} PRIVATE
        TALLY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TALLY_BINARY_DIR="${CMAKE_BINARY_DIR}")
    target_link_libraries(test_${name} PRIVATE tally_options Qt6::Core Qt6::Test ${ARG_LIBS})
    foreach(dep IN LISTS ARG_DEPS)
        target_link_libraries(test_${name} PRIVATE tally_${dep})
    endforeach()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # gcc 12 reports overflows inside std::string's own operator+ at -O1, depending on the lengths of the literals (so also
        # on the length of the checkout's path): gcc bugs 105329, 105651. They stay visible, they do not fail the build.
        target_compile_options(test_${name} PRIVATE -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overflow)
    endif()
    tally_reuse_pch(test_${name})
    set(environment "LC_ALL=C.UTF-8;TZ=UTC;QT_SCALE_FACTOR=1;QT_QPA_PLATFORM=offscreen;XDG_RUNTIME_DIR=/tmp")
    if(TALLY_SANITIZE STREQUAL "thread")
        # Children that the crash tests fork start threads; the watchdog of Qt Test makes every parent have two.
        list(APPEND environment
            "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp:die_after_fork=0")
    endif()
    foreach(source IN LISTS sources)
        get_filename_component(stem ${source} NAME_WE)
        string(REGEX REPLACE "^test_" "" stem ${stem})
        add_test(NAME ${name}.${stem} COMMAND test_${name} ${stem})
        set_tests_properties(${name}.${stem} PROPERTIES TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77
            ENVIRONMENT "${environment}")
    endforeach()
endfunction()
