// What an auditor's account keeps: the memory of logs that were seen, and pins.
#include "core/audit/audit_session.h"
#include "core/audit/memory_file.h"
#include "core/audit/note.h"
#include "core/audit/pin_book.h"
#include "core/base/file.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
struct Folder {
    QTemporaryDir dir;
    [[nodiscard]] std::string path(const char* name) const { return dir.filePath(name).toStdString(); }
    std::string with(const char* name, const std::string& content) const {
        DiskFileSystem disk;
        if (!disk.writeAtomic(path(name), content, 0600)) qFatal("cannot write");
        return path(name);
    }
};
LogState state(std::int64_t size, const char* root = "aa") {
    return {"f0", "log.example/x", size, root, 1, "x.tracelog", "", 0};
}
std::string fingerprint() {
    return test::fixtureJson("vectors.json")["fingerprint"].get<std::string>();
}
AuditDone judge(const Folder& folder, const std::string& path, const std::string& pin = {}) {
    const FakeClock clock;
    AuditInputs inputs;
    inputs.path = path;
    inputs.pin = pin;
    inputs.memory_file = folder.path("memory.json");
    auto done = auditFile(inputs, clock);
    if (!done) qFatal("%s", done.error().text().c_str());
    return std::move(*done);
}
} // namespace

class TestAuditorFiles : public QObject {
    Q_OBJECT
private slots:
    void bothStatesOfARollbackAreShown() {
        const Folder folder;
        const auto old_file = folder.with("old.tracelog", test::fixture("old-96.tracelog"));
        const auto new_file = folder.with("new.tracelog", test::fixture("good.tracelog"));
        const auto first = judge(folder, new_file, fingerprint());
        QCOMPARE(first.memory.answer, "unknown log"s);
        QVERIFY(first.memory.remembered && !first.memory.then);
        const auto back = judge(folder, old_file, fingerprint());
        QVERIFY(!back.verification.verdict.ok && !back.memory.remembered);
        QCOMPARE(back.memory.answer, "mismatch"s);
        QVERIFY(back.memory.then.has_value());
        QCOMPARE(back.memory.then->size, std::int64_t{137});
        QCOMPARE(back.memory.then->file, "new.tracelog"s);
        QCOMPARE(back.memory.then->seen_us, FakeClock().wallUs());
        QCOMPARE(back.memory.then->sha256, sha256Hex(test::fixture("good.tracelog")));
        QCOMPARE(back.memory.now.size, std::int64_t{96});
        QCOMPARE(back.memory.now.file, "old.tracelog"s);
        QCOMPARE(back.memory.now.root, back.verification.verdict.root.value_or(""));
        // The finding itself says both, for those who read only the verdict.
        const auto& findings = back.verification.verdict.findings;
        const auto rollback = std::find_if(findings.begin(), findings.end(),
                                           [](const Finding& f) { return f.code == "ROLLBACK"; });
        QVERIFY(rollback != findings.end());
        QCOMPARE(rollback->stored.value_or(""), "96 records, root " + back.memory.now.root);
        QCOMPARE(rollback->expected.value_or(""), "137 records, root " + back.memory.then->root);
        // The larger state stays.
        const auto again = judge(folder, new_file, fingerprint());
        QVERIFY(again.verification.verdict.level == VerdictLevel::continuous);
    }
    void bothRootsOfAForkAreShown() {
        const Folder folder;
        const auto good = folder.with("good.tracelog", test::fixture("good.tracelog"));
        QVERIFY(judge(folder, good).memory.remembered);
        auto memory = MemoryFile(folder.path("memory.json")).load();
        QVERIFY(memory.has_value());
        const std::string real = memory->logs.begin()->second.root;
        memory->logs.begin()->second.root = std::string(64, 'a');
        folder.with("memory.json", memory->text());
        const auto forked = judge(folder, good);
        QVERIFY(!forked.verification.verdict.ok);
        QCOMPARE(forked.memory.root_at_then, real);
        QCOMPARE(forked.memory.then->root, std::string(64, 'a'));
        QVERIFY(!forked.memory.note.empty());
        QCOMPARE(MemoryFile(folder.path("memory.json")).load()->logs.begin()->second.root,
                 std::string(64, 'a'));
    }
    void whatCouldNotBeComparedDoesNotReplaceWhatIsKnown() {
        const Folder folder;
        VerifierMemory memory;
        const auto v = test::fixtureJson("range-32.verdict.json");
        memory.logs[v["log"]] = {v["fingerprint"], v["origin"], 16, std::string(64, 'b')};
        folder.with("memory.json", memory.text());
        const auto range = folder.with("range.tracelog", test::fixture("range-32.tracelog"));
        const auto done = judge(folder, range);
        QVERIFY(done.verification.verdict.ok);
        QCOMPARE(done.memory.answer, "unchecked"s);
        QVERIFY(!done.memory.remembered && !done.memory.note.empty());
        QVERIFY(*MemoryFile(folder.path("memory.json")).load() == memory);
    }
    void aDamagedMemoryIsAnErrorAndLosesNothing() {
        const Folder folder;
        const std::string damaged = "{\"schema\":\"tally-memory/v1\",\"logs\":{\"a\":{\"fi";
        const auto path = folder.with("memory.json", damaged);
        const auto good = folder.with("good.tracelog", test::fixture("good.tracelog"));
        AuditInputs inputs;
        inputs.path = good;
        inputs.memory_file = path;
        const FakeClock clock;
        QCOMPARE(auditFile(inputs, clock).error().code, "memory.format"s);
        MemoryFile file(path);
        QCOMPARE(file.remember("a", state(3), std::nullopt).error().code, "memory.format"s);
        QCOMPARE(file.forget("a").error().code, "memory.format"s);
        QCOMPARE(test::readFile(path), damaged);
    }
    void aMemoryThatCannotBeWrittenDoesNotHideTheVerdict() {
        const Folder folder;
        const FakeClock clock;
        AuditInputs inputs;
        inputs.path = folder.with("good.tracelog", test::fixture("good.tracelog"));
        inputs.memory_file = inputs.path + "/memory.json"; // below a file there is no folder
        QVERIFY(!auditFile(inputs, clock).has_value());
        inputs.memory_optional = true;
        const auto done = auditFile(inputs, clock);
        QVERIFY(done.has_value());
        QVERIFY(done->verification.verdict.ok && !done->memory.remembered && !done->memory.note.empty());
    }
    void theFileIsPrivateAndNeverGoesBack() {
        const Folder folder;
        MemoryFile file(folder.path("deep/er/memory.json"));
        QVERIFY(*file.remember("ab1", state(5), std::nullopt));
        QCOMPARE(QFile::permissions(QString::fromStdString(file.path())) &
                     (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
        QVERIFY(*file.remember("ab1", state(9), state(5)));
        QVERIFY(!*file.remember("ab1", state(7), state(5))); // another verification was faster
        QVERIFY(!*file.remember("ab1", state(7), std::nullopt));
        QVERIFY(*file.remember("ab1", state(9), state(5))); // says the same as the file
        QCOMPARE(file.load()->logs.at("ab1").size, std::int64_t{9});
        QVERIFY(*file.remember("ab2", state(1), std::nullopt));
        QCOMPARE(file.forget("ab").error().code, "memory.ambiguous"s);
        QCOMPARE(file.forget("c").error().code, "memory.unknown"s);
        QCOMPARE(file.forget("").error().code, "memory.unknown"s);
        QCOMPARE(file.forget("ab2")->log, "ab2"s);
        QCOMPARE(file.load()->logs.size(), std::size_t{1});
    }
    void severalAtOnceLoseNothing() {
        const Folder folder;
        constexpr int writers = 8, each = 20;
        std::vector<std::thread> threads;
        for (int w = 0; w < writers; ++w)
            threads.emplace_back([&, w] {
                MemoryFile file(folder.path("memory.json"));
                for (int i = 0; i < each; ++i)
                    if (!file.remember(std::to_string(w) + "-" + std::to_string(i), state(i + 1),
                                       std::nullopt))
                        qFatal("not written");
            });
        for (auto& thread : threads)
            thread.join();
        QCOMPARE(MemoryFile(folder.path("memory.json")).load()->logs.size(), std::size_t{writers * each});
    }
    void pinsAreReadInEveryUsualForm_data() {
        QTest::addColumn<QString>("text");
        const QString hex = QString::fromStdString(fingerprint());
        QTest::newRow("as printed") << hex;
        QTest::newRow("capitals") << hex.toUpper();
        QString colons, groups, lines;
        for (qsizetype i = 0; i < 64; i += 2)
            colons += (i ? ":" : "") + hex.mid(i, 2).toUpper();
        for (qsizetype i = 0; i < 64; i += 4)
            groups += (i ? " " : "") + hex.mid(i, 4);
        for (qsizetype i = 0; i < 64; i += 16)
            lines += hex.mid(i, 16) + "\r\n";
        QTest::newRow("colons") << colons;
        QTest::newRow("groups") << groups;
        QTest::newRow("lines") << lines;
        QTest::newRow("prefix") << "SHA256:" + hex;
        QTest::newRow("hyphens") << hex.left(32) + "-" + hex.mid(32);
        const auto raw = fromHex(fingerprint());
        QTest::newRow("base64") << QString::fromStdString(toBase64(*raw));
        QTest::newRow("base64 without padding") << QString::fromStdString(toBase64(*raw)).remove('=');
    }
    void pinsAreReadInEveryUsualForm() {
        QFETCH(QString, text);
        const auto pin = parsePin(text.toStdString());
        QVERIFY2(pin.has_value(), pin ? "" : pin.error().text().c_str());
        QCOMPARE(pin->fingerprint, fingerprint());
        QVERIFY(pin->vkey.empty());
    }
    void keysAreReadToo() {
        const test::TestLog log(1);
        const std::string key = log.genesisKey();
        QCOMPARE(parsePin(key)->vkey, key);
        QCOMPARE(parsePin("  " + key.substr(0, 50) + "\n   " + key.substr(50) + "\n")->vkey, key);
        std::string broken = key;
        broken.back() = broken.back() == 'A' ? 'B' : 'A';
        QVERIFY(!parsePin(broken));
        std::string witness = test::fixture("witness.vkey");
        witness.pop_back();
        QCOMPARE(parsePin(witness).error().code, "pin.form"s);
        for (const char* bad : {"", "abc", "acme", "zz:zz", "0123"})
            QCOMPARE(parsePin(bad).error().code, "pin.form"s);
        QCOMPARE(parsePin(fingerprint() + "00").error().code, "pin.form"s);
    }
    void storedPinsAreUsedByName() {
        const Folder folder;
        PinBook book(folder.path("pins.json"));
        QVERIFY(book.list()->empty());
        const auto kept = book.save({"acme-2026", " " + fingerprint() + " ", "", "letter of 3 May", 7});
        QVERIFY2(kept.has_value(), kept ? "" : kept.error().text().c_str());
        QCOMPARE(kept->fingerprint, fingerprint());
        QCOMPARE(book.save({"acme-2026", std::string(64, '0'), "", "", 8}).error().code, "pin.name"s);
        QVERIFY(book.save({"acme-2026", fingerprint(), "", "letter of 4 May", 9}).has_value());
        QCOMPARE(book.list()->size(), std::size_t{1});
        QCOMPARE(book.list()->front().note, "letter of 4 May"s);
        QCOMPARE(book.save({fingerprint(), fingerprint(), "", "", 0}).error().code, "pin.name"s);
        QCOMPARE(book.save({"", fingerprint(), "", "", 0}).error().code, "pin.name"s);
        QCOMPARE(book.resolve("acme-2026")->fingerprint, fingerprint());
        QCOMPARE(book.resolve("acme").error().code, "pin.form"s);
        const FakeClock clock;
        AuditInputs inputs;
        inputs.path = folder.with("good.tracelog", test::fixture("good.tracelog"));
        inputs.pin = "acme-2026";
        inputs.pin_file = folder.path("pins.json");
        const auto done = auditFile(inputs, clock);
        QVERIFY(done && done->verification.verdict.level == VerdictLevel::pinned);
        QVERIFY(book.remove("acme-2026").has_value());
        QCOMPARE(book.remove("acme-2026").error().code, "pin.unknown"s);
        folder.with("pins.json", "[]");
        QCOMPARE(book.list().error().code, "pin.format"s);
        QCOMPARE(book.save({"x", fingerprint(), "", "", 0}).error().code, "pin.format"s);
        QCOMPARE(test::readFile(folder.path("pins.json")), "[]"s);
    }
};
TALLY_TEST(TestAuditorFiles)
#include "test_auditor_files.moc"
