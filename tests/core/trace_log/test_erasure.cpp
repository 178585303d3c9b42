// Erasing by policy: what is selected, what is left, that the log still verifies, and that the bytes are gone
// from the files.
#include "core/audit/erasure.h"
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "core/store/journal_repo.h"
#include "core/store/ops_repo.h"
#include "core/store/run_repo.h"
#include "tests/support/suite.h"
#include "tests/support/temp_workspace.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <nlohmann/json.hpp>

#include <set>

using namespace tally;
using namespace tally::audit;
using tally::test::TempWorkspace;

namespace {
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

/// Runs 0..n-1: even ones in process "even", every third one of "customer-7" (three ways), the last one open.
/// Every text that must go holds MARK<run>. (three digits) and nothing else of the workspace
/// does.
struct Runs {
    static constexpr int n = 30, steps = 12;
    static constexpr std::int64_t first_end_us = 1'790'000'000'000'000;
    SeededRng rng{7};

    static RunId id(int run) { return RunId("run-" + std::to_string(run)); }
    std::string text(int run, std::size_t bytes) {
        const std::string number = std::to_string(run);
        const std::string mark = "MARK" + std::string(3 - number.size(), '0') + number + ". ";
        std::string out;
        while (out.size() < bytes)
            out += mark;
        return out;
    }
    std::string anySize(int run) {
        static constexpr std::size_t sizes[] = {8, 60, 300, 900, 1'200, 5'000};
        return text(run, sizes[rng.below(std::size(sizes))]);
    }
    static std::int64_t endedUs(int run) { return first_end_us + run * day_us; }

    Status addRun(TempWorkspace& w, int i) {
        const bool open = i == n - 1;
        store::RunRow row;
        row.no = i + 1;
        row.summary.id = row.root = id(i);
        row.summary.workflow = "triage";
        row.summary.process = i % 2 == 0 ? "even" : "odd";
        row.summary.status = open ? RunStatus::stopped : RunStatus::ok;
        row.summary.status_detail = text(i, 20);
        row.summary.started_us = endedUs(i) - 1'000;
        row.summary.ended_us = open ? 0 : endedUs(i);
        row.summary.label = i % 9 == 0 ? "customer-7" : "";
        row.inputs =
            nlohmann::json{{"text", text(i, 700)}, {"who", {{"id", i % 9 == 3 ? "customer-7" : "nobody"}}}}
                .dump();
        row.limits = nlohmann::json{{"by", i % 9 == 6 ? "customer-7" : "operator"}}.dump();
        // The texts are drawn before: an operation may run twice and must write the same.
        std::vector<std::string> texts;
        for (int k = 0; k < steps * 2 + 2; ++k)
            texts.push_back(anySize(i));
        return w.write([&w, i, open, row, texts](store::Tx& tx) -> Status {
            TALLY_TRY(store::RunRepo::insert(tx, row));
            auto start = TempWorkspace::runStart(id(i).str());
            start.process = row.summary.process;
            TALLY_TRY(w.log->append(tx, start));
            const auto line = TempWorkspace::rate();
            TALLY_ASSIGN(const auto price, w.log->ensurePrice(tx, line));
            for (int k = 0; k < steps; ++k) {
                auto step = w.step(id(i).str(), price, 10, 20, line);
                const auto at = static_cast<std::size_t>(k) * 2;
                step.payloads = {{"in", texts[at]}, {"out", texts[at + 1]}};
                store::JournalRow journal;
                TALLY_ASSIGN(journal.out_seq, w.log->append(tx, step));
                journal.run = row.no;
                journal.path = "step" + std::to_string(k);
                journal.kind = "model";
                journal.request_sha = std::string(64, 'd');
                journal.extra = R"({"ok":true})";
                TALLY_TRY(store::JournalRepo::insert(tx, journal));
                journal.path += "-inline";
                journal.out_seq = -1;
                journal.response = texts[at];
                journal.extra = texts[at + 1]; // a failed step quotes what it saw
                TALLY_TRY(store::JournalRepo::insert(tx, journal));
            }
            Alert alert;
            alert.detector = "loop.tail";
            alert.run = id(i);
            alert.sentence = texts.back();
            TALLY_TRY(store::AlertRepo::insert(tx, alert));
            TALLY_TRY(store::RunRepo::setOutput(tx, row.no, nlohmann::json(texts.back()).dump()));
            if (!open) TALLY_TRY(w.log->append(tx, RunEndEntry{id(i), "ok"}));
            return {};
        });
    }
    Status fill(TempWorkspace& w) {
        for (int i = 0; i < n; ++i)
            TALLY_TRY(addRun(w, i));
        return {};
    }
};

/// Runs of which anything is left in the files of the workspace.
std::set<int> runsInFiles(const TempWorkspace& w) {
    std::set<int> out;
    for (const char* name : {"/workspace.db", "/workspace.db-wal"}) {
        QFile file(QString::fromStdString(w.dir() + name));
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QByteArray bytes = file.readAll();
        for (qsizetype at = bytes.indexOf("MARK"); at >= 0; at = bytes.indexOf("MARK", at + 4)) {
            bool number = false;
            const int run = bytes.mid(at + 4, 3).toInt(&number);
            if (bytes.mid(at + 7, 1) != ".") continue; // cut by the end of a page
            if (number) out.insert(run);
        }
    }
    return out;
}
std::string show(const std::set<int>& runs) {
    std::string out = "in the files:";
    for (const int run : runs)
        out += " " + std::to_string(run);
    return out;
}
Result<ErasePlan> plan(TempWorkspace& w, const ErasePolicy& policy) {
    return w.store->readers().read<ErasePlan>([&](store::Connection& db) { return planErasure(db, policy); });
}
Result<Verdict> verified(TempWorkspace& w) {
    TALLY_TRY(w.log->sealNow(w.store->writer()));
    const auto path = w.folder.path().toStdString() + "/e.tracelog";
    TALLY_TRY(exportWorkspace(w.dir(), path, {}));
    TALLY_ASSIGN(auto result, verifyFile(path, {}));
    return result.verdict;
}
EraseOrder order(ErasePolicy policy) {
    return {std::move(policy), "request 4711", "dpo", true};
}
} // namespace

class TestErasure : public QObject {
    Q_OBJECT
private slots:
    void selectsByAgeProcessWorkflowRunAndSubject() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Runs runs;
        TALLY_VERIFY_OK(runs.fill(w));
        const auto count = [&](const ErasePolicy& policy) {
            const auto found = plan(w, policy);
            return found ? std::pair(found->runs, found->open_runs)
                         : std::pair(std::int64_t{-1}, std::int64_t{-1});
        };
        using Pair = std::pair<std::int64_t, std::int64_t>;
        ErasePolicy p;
        p.process = "even";
        QCOMPARE(count(p), (Pair{15, 0}));
        p.ended_before_us = Runs::endedUs(10);
        QCOMPARE(count(p), (Pair{5, 0})); // 0, 2, 4, 6, 8
        p = {};
        p.workflow = "triage";
        QCOMPARE(count(p), (Pair{29, 1}));
        p.workflow = "other";
        QCOMPARE(count(p), (Pair{0, 0}));
        p = {};
        p.run = "run-29";
        QCOMPARE(count(p), (Pair{0, 1})); // open
        p.run = "run-4";
        QCOMPARE(count(p), (Pair{1, 0}));
        p = {};
        p.subject = "customer-7"; // 0 9 18 27 by label, 3 12 21 in the inputs, 6 15 24 as who started it
        QCOMPARE(count(p), (Pair{10, 0}));
        p.subject = "customer";
        QCOMPARE(count(p), (Pair{0, 0}));
        const auto one = plan(w, ErasePolicy{0, "", "", "run-4", ""});
        QCOMPARE(one->steps, std::int64_t{Runs::steps});
        QCOMPARE(one->payloads, std::int64_t{Runs::steps} * 2);
        QVERIFY(one->bytes > 700);
        QCOMPARE(one->oldest_end_us, Runs::endedUs(4));
        QCOMPARE(QString::fromStdString(plan(w, {}).error().code), QString("erase.everything"));
    }
    void erasedBytesAreGoneFromTheFilesAndTheLogVerifies() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Runs runs;
        TALLY_VERIFY_OK(runs.fill(w));
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        std::set<int> left;
        for (int i = 0; i < Runs::n; ++i)
            left.insert(i);
        QCOMPARE(runsInFiles(w), left);
        for (const ErasePolicy& policy :
             {ErasePolicy{0, "", "", "", "customer-7"}, ErasePolicy{Runs::endedUs(20), "even", "", "", ""},
              ErasePolicy{0, "", "triage", "", ""}}) {
            const auto expected = plan(w, policy);
            const auto done = erasePayloads(*w.store, *w.log, order(policy));
            QVERIFY2(done.has_value(), done ? "" : done.error().text().c_str());
            QVERIFY2(done->wiped, done->notice.c_str());
            QCOMPARE(done->erased.runs, expected->runs);
            QCOMPARE(done->erased.steps, expected->steps);
            QCOMPARE(done->erased.payloads, expected->payloads);
            QCOMPARE(done->erased.bytes, expected->bytes);
            for (const auto& id : expected->examples)
                left.erase(std::stoi(id.str().substr(4)));
            const auto found = runsInFiles(w);
            QVERIFY2(found == left, show(found).c_str());
            QCOMPARE(plan(w, policy)->runs, std::int64_t{0});
            const auto again = erasePayloads(*w.store, *w.log, order(policy));
            QVERIFY(again && again->first_seq == -1);
            const auto v = verified(w);
            QVERIFY2(v && v->level == VerdictLevel::is_signed,
                     v ? nlohmann::json(*v).dump().c_str() : v.error().text().c_str());
            const auto gone = static_cast<std::int64_t>(Runs::n - left.size()) * Runs::steps * 2;
            QCOMPARE(v->totals->payloads_erased, gone);
            QCOMPARE(v->totals->payloads_ok, std::int64_t{Runs::n} * Runs::steps * 2 - gone);
        }
        QCOMPARE(left, std::set<int>{29}); // the open one keeps what it needs
        const auto journal = *w.store->readers().read<std::vector<store::JournalRow>>(
            [](store::Connection& db) { return store::JournalRepo::ofRun(db, 5); });
        QCOMPARE(journal.size(), std::size_t{Runs::steps} * 2);
        for (const auto& row : journal)
            QVERIFY(row.erased && row.response.empty() && row.request_sha.empty() && row.extra.empty());
        // The next opening goes on with this log.
        w.drop();
        TALLY_VERIFY_OK(w.open());
        QVERIFY2(w.log->opened().notice.empty(), w.log->opened().notice.c_str());
        QCOMPARE(runsInFiles(w), left);
    }
    void reachesALogThatWasSetAside() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Runs runs;
        TALLY_VERIFY_OK(runs.addRun(w, 1));
        TALLY_VERIFY_OK(runs.addRun(w, 3));
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        w.drop();
        QVERIFY(QDir(QString::fromStdString(w.keyDir())).removeRecursively());
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued);
        QCOMPARE(runsInFiles(w), (std::set<int>{1, 3}));
        const auto done = erasePayloads(*w.store, *w.log, order({0, "", "", "run-3", ""}));
        QVERIFY2(done && done->wiped, done ? done->notice.c_str() : done.error().text().c_str());
        QVERIFY(done->notice.find("set aside") != std::string::npos);
        // The old log takes no entries any more; the new one says it.
        const auto said = w.store->readers().read<std::int64_t>([](store::Connection& db) {
            return db.scalar("SELECT count(*) FROM trace_steps WHERE instr(entry, 'erased-set-aside:') > 0");
        });
        QVERIFY(said && *said == 1);
        QCOMPARE(done->erased.payloads, std::int64_t{Runs::steps} * 2);
        QCOMPARE(runsInFiles(w), std::set<int>{1});
    }
    void refusesWithoutReasonAndSaysWhenAReaderHoldsOldPages() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Runs runs;
        TALLY_VERIFY_OK(runs.addRun(w, 1));
        const ErasePolicy all{0, "odd", "", "", ""};
        const auto before = w.log->size();
        QCOMPARE(QString::fromStdString(erasePayloads(*w.store, *w.log, {all, "", "dpo", true}).error().code),
                 QString("erase.reason"));
        QCOMPARE(QString::fromStdString(erasePayloads(*w.store, *w.log, order({})).error().code),
                 QString("erase.everything"));
        const CancelToken stopped;
        stopped.cancel();
        QCOMPARE(QString::fromStdString(erasePayloads(*w.store, *w.log, order(all), stopped).error().code),
                 QString("erase.cancelled"));
        QCOMPARE(w.log->size(), before);
        {
            auto reader = store::Store::openReadOnly(w.dir());
            QVERIFY(reader.has_value());
            TALLY_VERIFY_OK(reader->exec("BEGIN"));
            QVERIFY(*reader->scalar("SELECT count(*) FROM trace_payloads") > 0);
            const auto done = erasePayloads(*w.store, *w.log, order(all));
            QVERIFY2(done.has_value(), done ? "" : done.error().text().c_str());
            QVERIFY(!done->wiped);
            QVERIFY(done->notice.find("reads an older state") != std::string::npos);
        }
        w.clock.advanceUs(3'000'000);
        w.store->writer().poke();
        w.store->writer().drain();
        QVERIFY2(w.log->unwiped().empty(), w.log->unwiped().c_str());
        QVERIFY(runsInFiles(w).empty());
    }
    void aChallengeIsSealedWhenItIsAnswered() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        const auto done = answerChallenge(*w.store, *w.log, "are you there? 7f3a", "auditor");
        QVERIFY2(done.has_value(), done ? "" : done.error().text().c_str());
        QVERIFY(done->seq >= 0 && done->sealed > done->seq);
        QCOMPARE(w.log->sealedSize(), done->sealed);
        for (const std::string& bad : {std::string(), std::string(1'001, 'x'), std::string("\xff")})
            QCOMPARE(QString::fromStdString(answerChallenge(*w.store, *w.log, bad, "auditor").error().code),
                     QString("challenge.nonce"));
        const auto v = verified(w);
        QVERIFY(v && v->ok);
    }
};
TALLY_TEST(TestErasure)
#include "test_erasure.moc"
