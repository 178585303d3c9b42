#include "core/model/workflow.h"
#include "tests/support/suite.h"
#include "tests/ui/fake_api.h"
#include "tests/ui/fake_data.h"
#include "ui/models/list_model.h"
#include "ui/models/live_run.h"
#include "ui/models/records_model.h"
#include "ui/models/runs_model.h"
#include "ui/models/steps_model.h"
#include "ui/widgets/table_export.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace tally;
using namespace tally::ui;
using tally::test::fakeRun;

namespace {
constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

api::RunPage page(int n) {
    api::RunPage p;
    p.total = n;
    for (int i = 0; i < n; ++i)
        p.runs.push_back(fakeRun(i, false));
    return p;
}

class OneFile : public api::AuditFile {
public:
    explicit OneFile(std::int64_t n)
        : verdict_(test::fakeVerdict(true, n)) {}
    [[nodiscard]] const Verdict& verdict() const override { return verdict_; }
    [[nodiscard]] std::string path() const override { return "x.tracelog"; }
    [[nodiscard]] std::int64_t records() const override { return verdict_.entries; }
    [[nodiscard]] std::optional<std::int64_t> positionOf(std::int64_t seq) const override { return seq; }
    [[nodiscard]] Result<api::AuditRecord> record(std::int64_t pos) const override {
        ++reads;
        return test::fakeRecord(verdict_, pos);
    }
    mutable int reads = 0;

private:
    Verdict verdict_;
};
} // namespace

class TestModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsPassTheTester() {
        RunsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        model.setPage(page(20));
        QCOMPARE(model.rowCount(), 20);
        QCOMPARE(model.keyAt(0), QString::fromStdString(fakeRun(0, false).id.str())); // newest first
        model.sort(RunsModel::cost, Qt::AscendingOrder);
        model.addFilter({RunsModel::workflow, QStringLiteral("licence-triage"), false});
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.hiddenByFilter(), 15);
        model.addFilter({RunsModel::status, QStringLiteral("Running"), true});
        model.setFilterText(QStringLiteral("triage"));
        model.removeFilter(0);
        model.clearFilters();
        QCOMPARE(model.rowCount(), 20);
        model.sort(-1);
        std::vector<Event> events;
        for (int i = 0; i < 30; ++i)
            events.emplace_back(RunChanged{fakeRun(i, false)});
        model.apply(events);
        QCOMPARE(model.rowCount(), 30);
    }
    void oneSignalPerFrame() {
        RunsModel model;
        model.setPage(page(20));
        QSignalSpy frames(&model, &TableModel::frameApplied);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        std::vector<Event> events;
        for (int i = 0; i < 5000; ++i) {
            RunSummary run = fakeRun(i % 20, false);
            run.steps += i;
            events.emplace_back(RunChanged{run});
        }
        model.apply(events);
        QCOMPARE(frames.size(), 1);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(resets.size(), 0);
    }
    void stepsPassTheTester() {
        StepsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        const auto steps = test::fakeSteps(RunId("r"), 200);
        std::vector<const StepRecord*> batch;
        for (const auto& s : steps)
            batch.push_back(&s);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy frames(&model, &TableModel::frameApplied);
        model.upsert(batch);
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(frames.size(), 1);
        model.upsert(batch);
        QCOMPARE(model.rowCount(), 200);
        model.sort(StepsModel::cost, Qt::DescendingOrder);
        model.upsert(batch);
        QVERIFY(model.index(0, StepsModel::cost).data(SortRole).toLongLong() >=
                model.index(1, StepsModel::cost).data(SortRole).toLongLong());
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
    void aLiveRunCountsEachCostOnce() {
        LiveRun live;
        const RunId id("r");
        live.open(id);
        const auto steps = test::fakeSteps(id, 100);
        PicoSum total;
        for (const auto& s : steps)
            if (s.status != StepStatus::running) total += PicoSum(s.cost);
        live.addSteps(steps);
        std::vector<Event> again;
        for (const auto& s : steps)
            again.emplace_back(StepChanged{s});
        QSignalSpy changed(&live, &LiveRun::changed);
        live.apply(again);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(live.spent().back().y, chartNano(total));
        live.apply({TextDelta{id, "triage[1]/read", "Hello "}, TextDelta{id, "triage[1]/read", "world"},
                    TextDelta{RunId("other"), "x", "no"}});
        QCOMPARE(live.streamText(), std::string("Hello world"));
    }
    void tenMillionRecordsCostWhatIsSeen() {
        RecordsModel model;
        auto file = std::make_shared<OneFile>(10'000'000);
        model.setFile(file);
        QVERIFY(model.rowCount() > TableModel::sortable_rows && model.rowCount() < 10'000'000);
        QCOMPARE(model.rowOfSeq(9'999'999), 9'999'999); // who asks for a row does not wait for it
        QCOMPARE(model.rowCount(), 10'000'000);
        QVERIFY(file->reads < 10);
        QVERIFY(model.index(9'999'999, RecordsModel::seq)
                    .data()
                    .toString()
                    .startsWith(QStringLiteral("9,999,999")));
        QVERIFY(file->reads < 10);
        QVERIFY(!model.sortable());
    }
    void manyRecordsComeTurnByTurn() {
        RecordsModel model;
        model.setFile(std::make_shared<OneFile>(450'000));
        QCOMPARE(model.rowCount(), TableModel::sortable_rows + 1);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QTRY_COMPARE(model.rowCount(), 450'000);
        QCOMPARE(inserted.size(), 3);
        model.setFile(std::make_shared<OneFile>(450'000));
        model.setFile(nullptr); // nothing more comes of a file that was put away
        QCoreApplication::processEvents();
        QCOMPARE(model.rowCount(), 0);
    }
    void recordsPassTheTester() {
        RecordsModel model;
        QAbstractItemModelTester tester(&model, fatal);
        model.setFile(std::make_shared<OneFile>(96));
        model.addFilter({RecordsModel::kind, QStringLiteral("run"), false});
        model.setFile(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
    void copiesAreExactAndHarmless() {
        ListModel model({{QStringLiteral("name"), QStringLiteral("Name")},
                         {QStringLiteral("cost"), QStringLiteral("Cost"), 100, true}});
        QAbstractItemModelTester tester(&model, fatal);
        model.setRows(
            {{QStringLiteral("a"),
              {textCell(QStringLiteral("=HYPERLINK(\"x\",1)")), moneyCell(PicoSum::of(1'234'567'890'123))}},
             {QStringLiteral("b"), {textCell(QStringLiteral("a|b")), moneyCell(PicoSum::of(-5))}}});
        const QString csv = exportRows(model, {0, 1}, {0, 1}, TableFormat::csv);
        QVERIFY(csv.contains(QStringLiteral("\"'=HYPERLINK(\"\"x\"\",1)\",1.234567890123")));
        QVERIFY(csv.contains(QStringLiteral("-0.000000000005")));
        QVERIFY(exportRows(model, {0}, {1}, TableFormat::json)
                    .contains(QStringLiteral("\"cost\": \"1.234567890123\"")));
        QVERIFY(exportRows(model, {1}, {0}, TableFormat::markdown).contains(QStringLiteral("a\\|b")));
        QCOMPARE(exportRows(model, {1}, {0, 1}, TableFormat::text),
                 QStringLiteral("Name\tCost\na|b\t-0.000000000005\n"));
    }
    void whatThePicturesShowHoldsTogether() {
        const WorkflowCheck valid = parseWorkflow(test::fakeWorkflowText("licence-triage"));
        QVERIFY2(valid.workflow, valid.diagnostics.empty() ? "" : valid.diagnostics.front().message.c_str());
        QVERIFY(!parseWorkflow(test::fakeWorkflowText("contract-review")).workflow);
        for (const bool much : {false, true}) {
            const RunSummary run = fakeRun(0, much);
            PicoSum spent;
            for (const StepRecord& step : test::fakeSteps(run.id, much ? 3000 : 60))
                spent += step.cost;
            QVERIFY(spent == run.cost && run.cost + run.reserved <= run.limit);
        }
        const api::Overview overview = test::fakeOverview(1, 1'790'000'000'000'000);
        QVERIFY(overview.samples.samples[1].cost == fakeRun(1, false).cost);
    }
};

TALLY_TEST(TestModels)
#include "test_models.moc"
