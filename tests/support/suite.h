// One program per test folder, one Qt Test class per file. TALLY_TEST(Class) at the end of test_<name>.cpp
// registers the class under <name>, taken from the file name; the program runs the class whose name is its
// first argument, or all.
#pragma once
#include <QObject>

#include <functional>
#include <string>

namespace tally::test {
using Factory = std::function<QObject*()>;
int registerSuite(const char* file, Factory factory);
/// $TALLY_DATA (or ../shared/data beside the source tree): real data that is not part of the project. Empty
/// when absent: QSKIP with a message then.
std::string dataDir();
/// The same for the log specification's vectors ($TALLY_SPEC, or ../shared/spec).
std::string specDir();
} // namespace tally::test

#define TALLY_TEST(Class)                                                                                    \
    [[maybe_unused]] static const int tallyTestRegistered_##Class =                                          \
        tally::test::registerSuite(__FILE__, [] { return static_cast<QObject*>(new Class); });
