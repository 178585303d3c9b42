// A disk that fails under a running engine: whatever was shown as done is there after the next opening,
// nothing behind the failed commit is, and log and journal tell the same story.
#include "core/store/journal_repo.h"
#include "tests/core/engine/support_engine.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/suite.h"

#include <QtTest>

#include <set>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

namespace {
using Key = std::pair<std::string, int>; ///< path and attempt

/// What the window was told so far.
struct Shown {
    std::set<Key> steps;
    std::string problem;
    bool ended = false;

    explicit Shown(Lab& lab) {
        std::vector<Event> events;
        lab.feed.drain(events);
        for (const Event& event : events) {
            if (const auto* step = std::get_if<StepChanged>(&event);
                step != nullptr && step->step.log_seq >= 0)
                steps.emplace(step->step.path, step->step.attempt);
            if (const auto* run = std::get_if<RunChanged>(&event); run != nullptr && isEnded(run->run.status))
                ended = true;
            if (const auto* state = std::get_if<EngineState>(&event)) problem = state->problem;
        }
    }
};

/// Without calls in doubt: the next opening enters them as unknown, and nobody knows an answer to keep.
std::set<Key> logged(Lab& lab, const RunId& id) {
    std::set<Key> out;
    for (const StepRecord& each : lab.steps(id))
        if (each.status != StepStatus::unknown) out.emplace(each.path, each.attempt);
    return out;
}
std::set<Key> journalled(Lab& lab, const RunId& id) {
    std::set<Key> out;
    auto rows = lab.read<std::vector<store::JournalRow>>(
        [&](store::Connection& db) -> Result<std::vector<store::JournalRow>> {
            TALLY_ASSIGN(const auto run, store::RunRepo::byId(db, id));
            if (!run) return std::vector<store::JournalRow>();
            return store::JournalRepo::ofRun(db, run->no);
        });
    if (rows)
        for (const auto& each : *rows)
            out.emplace(each.path, each.attempt);
    return out;
}
} // namespace

class DiskTest : public QObject {
    Q_OBJECT

    /// False once the fault comes after everything.
    static bool failNth(std::int64_t n, FaultVfs::Kind kind, int& halted) {
        Lab lab;
        lab.vfs = FaultVfs::name;
        if (!lab.open()) return false;
        const std::string number = "operation " + std::to_string(n);
        FaultVfs::failAt(n, kind);
        const auto id = lab.begin("map", {{"n", 8}});
        const auto sum = id ? lab.wait(*id) : Result<RunSummary>(fail(id.error()));
        const bool struck = FaultVfs::struck();
        FaultVfs::heal();
        const auto fine = [&](bool good, const std::string& text) {
            if (!good) QTest::qFail((number + ": " + text).c_str(), __FILE__, __LINE__);
            return good;
        };
        if (!sum) {
            ++halted;
            fine(sum.error().code.starts_with("store."), sum.error().text());
            const auto next = lab.begin("three");
            fine(!next && next.error().code.starts_with("store."), "a halted engine started a run");
        } else {
            fine(sum->status == RunStatus::ok, sum->status_detail);
        }
        lab.engine.reset();
        const Shown shown(lab);
        fine(sum.has_value() == shown.ended, "the run ended only on the display");
        lab.close();
        lab.vfs.clear();
        if (!fine(lab.open().has_value(), "the workspace does not open again")) return false;
        if (id) {
            const auto in_log = logged(lab, *id);
            for (const Key& each : shown.steps)
                fine(in_log.count(each) == 1, "the acknowledged step " + each.first + " is lost");
            fine(in_log == journalled(lab, *id), "log and journal differ");
            if (!sum) {
                const auto resumed = lab.resume(*id);
                fine(resumed.has_value(), resumed ? "" : resumed.error().text());
                const auto again = lab.wait(*id);
                fine(again && again->status == RunStatus::ok, "the run does not go on");
            }
            fine(lab.output(*id).size() == 8, "the output is not whole");
            const auto replayed = lab.replay(*id);
            fine(replayed && replayed->identical,
                 replayed ? replayed->divergence : "replay: " + replayed.error().text());
        }
        const auto verdict = lab.verify();
        fine(verdict.empty(), verdict);
        return struck;
    }

private slots:
    void initTestCase() { FaultVfs::install(); }
    void cleanup() { FaultVfs::heal(); }
    void everyFailureHaltsWithoutLosingOrInventing() {
        int halted = 0;
        std::int64_t n = 1;
        while (n < 400 &&
               failNth(n, n % 2 == 0 ? FaultVfs::Kind::io_error : FaultVfs::Kind::disk_full, halted)) {
            if (QTest::currentTestFailed()) return;
            n += 1 + n / 8; // all early ones, then fewer
        }
        QVERIFY2(n > 20, std::to_string(n).c_str());
        QVERIFY2(halted >= 5, std::to_string(halted).c_str());
    }
    void aFullDiskIsSaidToEverybodyWhoWaits() {
        Lab lab;
        lab.vfs = FaultVfs::name;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall& call) {
            return stuck && call.messages.back().text == "one two";
        };
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        QVERIFY(id);
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        auto waiting = std::make_shared<std::promise<Result<RunSummary>>>();
        auto answer = waiting->get_future();
        lab.engine->wait(*id, [waiting](Result<RunSummary> sum) { waiting->set_value(std::move(sum)); });
        FaultVfs::failAt(1, FaultVfs::Kind::disk_full, true);
        (void)lab.begin("strict", {{"list", json::array()}});
        QCOMPARE(answer.wait_for(std::chrono::minutes(2)), std::future_status::ready);
        const auto sum = answer.get();
        QVERIFY(!sum);
        COMPARE_TEXT(sum.error().code, "store.full");
        COMPARE_TEXT(lab.wait(*id).error().code, "store.full"); // and to those who ask later
        FaultVfs::heal();
        QVERIFY(!lab.begin("three")); // space alone does not wake it: the workspace has to be opened again
        COMPARE_TEXT(Shown(lab).problem.substr(0, 6), "SQLite");
        lab.close();
        lab.vfs.clear();
        stuck = false;
        QVERIFY(lab.open());
        QVERIFY(lab.resume(*id));
        const auto again = lab.wait(*id);
        QVERIFY2(again && again->status == RunStatus::ok, again ? again->status_detail.c_str() : "");
        COMPARE_TEXT(lab.verify(), "");
    }
};
TALLY_TEST(DiskTest)
#include "test_disk.moc"
