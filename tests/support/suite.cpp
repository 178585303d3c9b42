#include "tests/support/suite.h"

#ifdef TALLY_TEST_WIDGETS
#include <QApplication>
#else
#include <QCoreApplication>
#endif
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

namespace tally::test {
namespace {
std::map<std::string, Factory>& suites() {
    static std::map<std::string, Factory> all;
    return all;
}
std::string firstExisting(const char* variable, const char* beside) {
    if (const char* path = std::getenv(variable)) return path;
    const auto path = std::filesystem::path(TALLY_SOURCE_DIR).parent_path() / "shared" / beside;
    std::error_code failed;
    return std::filesystem::exists(path, failed) ? path.string() : std::string();
}
} // namespace

int registerSuite(const char* file, Factory factory) {
    auto stem = std::filesystem::path(file).stem().string();
    if (stem.rfind("test_", 0) == 0) stem.erase(0, 5);
    suites().emplace(stem, std::move(factory));
    return 0;
}
std::string dataDir() {
    return firstExisting("TALLY_DATA", "data");
}
std::string specDir() {
    return firstExisting("TALLY_SPEC", "spec");
}
} // namespace tally::test

int main(int argc, char** argv) {
#ifdef TALLY_TEST_WIDGETS
    QApplication app(argc, argv);
#else
    QCoreApplication app(argc, argv);
#endif
    // What is remembered outside of a workspace must not land in the home folder of whoever runs the tests.
    const QTemporaryDir state;
    qputenv("XDG_STATE_HOME", state.path().toUtf8());
    std::string wanted;
    if (argc > 1 && tally::test::suites().count(argv[1]) > 0) {
        wanted = argv[1];
        for (int i = 1; i + 1 < argc; ++i)
            argv[i] = argv[i + 1];
        --argc;
    }
    int failed = 0;
    for (const auto& [name, make] : tally::test::suites()) {
        if (!wanted.empty() && name != wanted) continue;
        const std::unique_ptr<QObject> suite(make());
        failed += QTest::qExec(suite.get(), argc, argv);
    }
    return failed == 0 ? 0 : 1;
}
