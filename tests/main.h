#pragma once

#include <QTest>

/// One program holds the test classes of several sources (compiled together they cost half): what
/// Qt Test's macros make a main(), is entered here under the source's name instead. tests/main.cpp
/// runs the class that its first argument names; the names of `tst_git.cpp` are `git` there, and
/// in ctest. A test with a main() of its own has a program of its own.
namespace analemma::test {

using Run = int (*)(int argc, char** argv);

/// Enters a test class; `source` is the path of its file. True, for a static variable's sake.
bool enter(const char* source, Run run);

}  // namespace analemma::test

#define ANALEMMA_ENTER_TEST(TestClass, ...)                         \
    static const bool entered##TestClass =                          \
        analemma::test::enter(__FILE__, [](int argc, char** argv) { \
            __VA_ARGS__                                             \
            TestClass test;                                         \
            QTest::setMainSourcePath(__FILE__);                     \
            return QTest::qExec(&test, argc, argv);                 \
        });

/// What the tests wait for comes within milliseconds; five seconds, Qt's own patience, are too few
/// on a machine that runs several of them and a compiler.
#undef QTRY_VERIFY
#define QTRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT((expression), 30'000)
#undef QTRY_VERIFY2
#define QTRY_VERIFY2(expression, text) QTRY_VERIFY2_WITH_TIMEOUT((expression), text, 30'000)
#undef QTRY_COMPARE
#define QTRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT((actual), expected, 30'000)

#undef QTEST_MAIN
#define QTEST_MAIN(TestClass) ANALEMMA_ENTER_TEST(TestClass, QApplication application(argc, argv);)
#undef QTEST_GUILESS_MAIN
#define QTEST_GUILESS_MAIN(TestClass) \
    ANALEMMA_ENTER_TEST(TestClass, QCoreApplication application(argc, argv);)
#undef QTEST_APPLESS_MAIN
#define QTEST_APPLESS_MAIN(TestClass) ANALEMMA_ENTER_TEST(TestClass)
