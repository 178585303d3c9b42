// The query columns of the log: pages of steps, evidence, and sums of costs that count each cost once.
#include "core/store/step_repo.h"
#include "tests/core/store/support_rows.h"
#include "tests/support/suite.h"

#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::store;
using namespace tally::test;

namespace {
constexpr std::int64_t hour_us = std::int64_t{3'600} * 1'000'000;

const RateLine& rate() {
    static RateLine line;
    line.provider = "openai";
    line.model = "m1";
    line.rates = {{"in", Pico::of(2)}, {"out", Pico::of(5)}};
    return line;
}

/// Step `seq`: hour `seq / 2`, two workflows, two models, every fourth one failed.
StepIndexRow stepRow(std::int64_t seq) {
    StepIndexRow row;
    row.seq = seq;
    row.ts_us = (seq / 2) * hour_us + 500;
    row.workflow = seq % 2 == 0 ? "triage" : "other";
    row.process = "compliance";
    row.step_kind = "model";
    row.price_seq = 1'000;
    row.rate = &rate();
    auto& r = row.record;
    r.run = RunId(seq < 6 ? "first" : "second");
    r.span = SpanId("s" + std::to_string(seq));
    r.name = "ask";
    r.path = "ask[" + std::to_string(seq) + "]";
    r.kind = StepKind::model;
    r.status = seq % 4 == 3 ? StepStatus::error : StepStatus::ok;
    r.provider = "openai";
    r.model = seq % 3 == 0 ? "m2" : "m1";
    r.usage.add("in", 10);
    r.usage.add("out", seq);
    r.cost = Pico::of(10 * 2 + seq * 5 + 1); // one pico that no meter explains: a request fee
    r.reserved = Pico::of(1'000);
    r.latency_us = 100;
    return row;
}
constexpr std::int64_t steps = 12;
} // namespace

class StepReposTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Rows> rows_;

    std::vector<StepRecord> page(const StepFilter& filter) {
        return rows_->read<std::vector<StepRecord>>(
            [&](Connection& db) { return StepRepo::page(db, filter); });
    }
    std::vector<CostLine> table(const CostFilter& filter) {
        return rows_->read<std::vector<CostLine>>(
            [&](Connection& db) { return CostRepo::table(db, filter); });
    }
    static PicoSum total(const std::vector<CostLine>& lines) {
        PicoSum sum;
        for (const auto& line : lines)
            sum += line.cost;
        return sum;
    }
    static PicoSum expected(std::int64_t from = 0, std::int64_t to = steps) {
        PicoSum sum;
        for (std::int64_t seq = from; seq < to; ++seq)
            sum += stepRow(seq).record.cost;
        return sum;
    }

private slots:
    void init() {
        rows_ = std::make_unique<Rows>();
        QVERIFY(rows_->write([this](Tx& tx) -> Status {
            const nlohmann::json line = rate();
            TALLY_TRY(tx.db().run("INSERT INTO rate_lines VALUES(1000, 'd', ?)", line.dump()));
            for (std::int64_t seq = 0; seq < steps; ++seq)
                TALLY_TRY(rows_->store->traceIndex().addStep(tx, stepRow(seq)));
            return {};
        }));
    }
    void pagesFollowTheLogAndAreComplete() {
        StepFilter filter;
        filter.limit = 5;
        std::vector<std::int64_t> seen;
        for (;;) {
            const auto rows = page(filter);
            for (const auto& row : rows)
                seen.push_back(row.log_seq);
            if (rows.size() < 5) break;
            filter.after_seq = rows.back().log_seq;
        }
        QCOMPARE(seen.size(), static_cast<std::size_t>(steps));
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        filter = {};
        filter.run = RunId("second");
        filter.model = "m2";
        QCOMPARE(page(filter).size(), std::size_t{2}); // 6 and 9
        QCOMPARE(rows_->read<std::int64_t>([&](Connection& db) { return StepRepo::count(db, filter); }),
                 std::int64_t{2});
        filter.offset = 1;
        QCOMPARE(page(filter)[0].log_seq, std::int64_t{9});
        filter = {};
        filter.status = StepStatus::error;
        QCOMPARE(page(filter).size(), std::size_t{3});
        filter.workflow = "no such";
        QVERIFY(page(filter).empty());
    }
    void aStepComesBackWithItsEvidence() {
        const auto by_path = rows_->read<std::optional<StepEvidence>>(
            [](Connection& db) { return StepRepo::byPath(db, RunId("first"), "ask[3]", 1); });
        QVERIFY(by_path);
        auto wanted = stepRow(3).record;
        wanted.log_seq = 3;
        wanted.started_us = stepRow(3).ts_us - wanted.latency_us;
        QVERIFY(by_path->record == wanted);
        QVERIFY(by_path->rate == rate());
        QCOMPARE(QString::fromStdString(by_path->workflow), QString("other"));
        QVERIFY(!by_path->input && !by_path->output);
        QVERIFY(
            rows_->read<std::optional<StepEvidence>>([](Connection& db) { return StepRepo::bySeq(db, 3); }));
        QVERIFY(!rows_->read<std::optional<StepEvidence>>(
            [](Connection& db) { return StepRepo::byPath(db, RunId("first"), "ask[3]", 2); }));
    }
    void timeFindsItsPlaceInTheLog() {
        const auto at = [&](std::int64_t ts) {
            return rows_->read<std::int64_t>([ts](Connection& db) { return StepRepo::seqAt(db, ts); });
        };
        QCOMPARE(at(0), std::int64_t{0});
        QCOMPARE(at(2 * hour_us), std::int64_t{4});
        QCOMPARE(at(2 * hour_us + 501), std::int64_t{6});
        QCOMPARE(at(1'000 * hour_us), steps);
    }
    void everyWayToGroupSumsToTheSameTotal() {
        const std::vector<std::vector<std::string>> ways = {{},
                                                            {"process"},
                                                            {"workflow"},
                                                            {"step"},
                                                            {"model"},
                                                            {"provider"},
                                                            {"meter"},
                                                            {"hour"},
                                                            {"day"},
                                                            {"model", "hour"},
                                                            {"status"},
                                                            {"run"},
                                                            {"run", "meter"},
                                                            {"status", "meter"},
                                                            {"model", "meter", "day"}};
        for (const auto& by : ways) {
            CostFilter filter;
            filter.by = by;
            const auto lines = table(filter);
            QCOMPARE(total(lines), expected());
            std::int64_t counted = 0;
            for (const auto& line : lines) {
                QCOMPARE(line.key.size(), by.size());
                counted += line.steps;
            }
            if (std::find(by.begin(), by.end(), "meter") == by.end()) QCOMPARE(counted, steps);
            QVERIFY(std::is_sorted(lines.begin(), lines.end(),
                                   [](const auto& a, const auto& b) { return a.cost > b.cost; }));
        }
        CostFilter meters;
        meters.by = {"meter"};
        const auto lines = table(meters);
        QCOMPARE(lines.size(), std::size_t{3}); // out, in, and the fees that no meter explains
        for (const auto& line : lines)
            if (line.key[0].empty()) QCOMPARE(line.cost, PicoSum::of(steps));
    }
    void costsAreFilteredByTimeRunAndName() {
        CostFilter filter;
        filter.by = {"workflow"};
        filter.from_us = hour_us;
        filter.to_us = 3 * hour_us;
        QCOMPARE(total(table(filter)), expected(2, 6)); // hours 1 and 2
        filter.by = {"status"};                         // from the steps, not the roll-up: to the microsecond
        QCOMPARE(total(table(filter)), expected(2, 6));
        filter = {};
        filter.by = {"model"};
        filter.run = RunId("second");
        QCOMPARE(total(table(filter)), expected(6));
        filter.run.reset();
        filter.workflow = "triage";
        QVERIFY(total(table(filter)) < expected());
        filter.by = {"colour"};
        const auto wrong = rows_->store->readers().read<std::vector<CostLine>>(
            [&](Connection& db) { return CostRepo::table(db, filter); });
        QCOMPARE(QString::fromStdString(wrong.error().code), QString("store.dimension"));
    }
    void aLateSettlementReplacesTheCostEverywhere() {
        QVERIFY(rows_->write([this](Tx& tx) {
            Usage usage;
            usage.add("in", 1);
            return rows_->store->traceIndex().settle(tx, 5, 50, 1'000, Pico::of(2), usage, &rate());
        }));
        const auto wanted = expected() - stepRow(5).record.cost + Pico::of(2);
        for (const char* by : {"model", "run", "meter"}) {
            CostFilter filter;
            filter.by = {by};
            QCOMPARE(total(table(filter)), wanted);
        }
        const auto step =
            rows_->read<std::optional<StepEvidence>>([](Connection& db) { return StepRepo::bySeq(db, 5); });
        QCOMPARE(step->record.cost, Pico::of(2));
        QCOMPARE(step->settled_seq, std::int64_t{50});
        const auto totals = rows_->read<TraceIndex::RunTotals>(
            [](Connection& db) { return TraceIndex::runTotals(db, "first"); });
        QCOMPARE(totals.steps, std::int64_t{6});
        QCOMPARE(totals.cost, expected(0, 6) - stepRow(5).record.cost + Pico::of(2));
    }
    void aFailedGroupLeavesNoSumsBehind() {
        const auto refused = rows_->write([this](Tx& tx) -> Status {
            auto row = stepRow(20);
            row.record.model = "brand new";
            TALLY_TRY(rows_->store->traceIndex().addStep(tx, row));
            return fail("test", "too late");
        });
        QVERIFY(!refused);
        QVERIFY(rows_->write([this](Tx& tx) {
            auto row = stepRow(21);
            row.record.model = "brand new"; // its number of the lost group must not be used
            return rows_->store->traceIndex().addStep(tx, row);
        }));
        CostFilter filter;
        filter.by = {"model"};
        QCOMPARE(total(table(filter)), expected() + stepRow(21).record.cost);
        filter.by = {"status"};
        QCOMPARE(total(table(filter)), expected() + stepRow(21).record.cost);
    }
    void aRebuildForgetsEverything() {
        QVERIFY(rows_->write([this](Tx& tx) -> Status {
            TALLY_TRY(rows_->store->traceIndex().clear(tx));
            return rows_->store->traceIndex().addStep(tx, stepRow(1));
        }));
        CostFilter filter;
        filter.by = {"model"};
        QCOMPARE(total(table(filter)), expected(1, 2));
    }
};
TALLY_TEST(StepReposTest)
#include "test_step_repos.moc"
