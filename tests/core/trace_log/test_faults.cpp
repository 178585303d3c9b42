// The order of TRACE_LOG 7.5 as other processes could see it, and a disk that fills up for good.
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/suite.h"
#include "tests/support/temp_workspace.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace tally;
using namespace tally::audit;
using tally::test::FaultVfs;
using tally::test::TempWorkspace;

namespace {
store::WriteOp work(TempWorkspace& w, const std::string& run) {
    return [&w, run](store::Tx& tx) -> Status {
        const auto line = TempWorkspace::rate();
        TALLY_TRY(w.log->append(tx, TempWorkspace::runStart(run)));
        TALLY_ASSIGN(const auto price, w.log->ensurePrice(tx, line));
        TALLY_TRY(w.log->append(tx, w.step(run, price, 10, 20, line)));
        TALLY_TRY(w.log->append(tx, RunEndEntry{RunId(run), "ok"}));
        return {};
    };
}
struct Seen {
    std::int64_t entries = 0, sealed = 0;
};
/// What another process finds on disk at this moment.
Result<Seen> onDisk(const TempWorkspace& w) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(w.dir()));
    Seen seen;
    TALLY_ASSIGN(seen.entries, db.scalar("SELECT count(*) FROM trace_steps"));
    TALLY_ASSIGN(seen.sealed, db.scalar("SELECT coalesce(max(size), 0) FROM trace_checkpoints"));
    return seen;
}
} // namespace

class TestFaults : public QObject {
    Q_OBJECT
private slots:
    void nothingIsShownBeforeItIsStored() {
        TempWorkspace w;
        w.log_options.ckpt_n = 3;
        TALLY_VERIFY_OK(w.openStore());
        TALLY_VERIFY_OK(w.openLog());
        std::vector<std::string> wrong;
        int told = 0, sealings = 0;
        std::int64_t last_sealed = 0;
        w.log->onAdvance([&](std::int64_t durable, std::int64_t sealed) {
            ++told;
            const auto seen = onDisk(w);
            if (!seen) return wrong.push_back(seen.error().text());
            if (seen->entries < durable) wrong.emplace_back("an entry is told of that is not stored");
            if (seen->sealed < sealed) wrong.emplace_back("a checkpoint is told of that is not stored");
            if (seen->sealed > seen->entries) wrong.emplace_back("a checkpoint covers what is not stored");
            if (sealed > durable) wrong.emplace_back("sealed is above durable");
            if (sealed > last_sealed) ++sealings;
            last_sealed = sealed;
        });
        w.store->start();
        for (int i = 0; i < 10; ++i)
            TALLY_VERIFY_OK(w.write(work(w, "r" + std::to_string(i))));
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        w.drop();
        QVERIFY2(wrong.empty(), wrong.empty() ? "" : wrong.front().c_str());
        QVERIFY(told >= 20 && sealings >= 10);
    }
    void aFullDiskStopsTheLogAndLosesNothing() {
        FaultVfs::install();
        bool reached = true;
        for (std::int64_t n = 1; reached && n < 200; n += 3) {
            TempWorkspace w;
            w.vfs = FaultVfs::name;
            w.log_options.ckpt_n = 4;
            FaultVfs::heal();
            TALLY_VERIFY_OK(w.open());
            FaultVfs::failAt(n, FaultVfs::Kind::disk_full, true);
            int acknowledged = 0;
            bool refused = false;
            for (int i = 0; i < 4; ++i) {
                const bool stored = w.write(work(w, "r" + std::to_string(i))).has_value();
                QVERIFY2(!stored || !refused, "written behind a group that failed");
                refused = refused || !stored;
                acknowledged += stored ? 1 : 0;
                w.store->writer().drain();
            }
            reached = FaultVfs::struck();
            const auto sealed = w.log->sealedSize();
            FaultVfs::heal();
            const auto seen = onDisk(w);
            QVERIFY2(seen.has_value(), seen ? "" : seen.error().text().c_str());
            QVERIFY(seen->sealed >= sealed && seen->entries >= seen->sealed);
            w.drop();
            TALLY_VERIFY_OK(w.open());
            QVERIFY2(w.log->opened().notice.empty(), w.log->opened().notice.c_str());
            TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
            const auto path = w.folder.path().toStdString() + "/v.tracelog";
            const auto written = exportWorkspace(w.dir(), path, {});
            QVERIFY2(written.has_value(), written ? "" : written.error().text().c_str());
            const auto v = verifyFile(path, {});
            QVERIFY2(v && v->verdict.level == VerdictLevel::is_signed,
                     v ? nlohmann::json(v->verdict).dump().c_str() : v.error().text().c_str());
            QVERIFY(v->verdict.totals->runs >= acknowledged);
        }
        QVERIFY(!reached);
    }
};
TALLY_TEST(TestFaults)
#include "test_faults.moc"
