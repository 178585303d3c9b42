// Erasing through the door: as its owner, from another process, by the standing rule; and what is said of an
// erased run afterwards.
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;

namespace {
class LaterClock final : public Clock {
public:
    [[nodiscard]] std::int64_t wallUs() const override { return real_.wallUs() + later_us; }
    [[nodiscard]] std::int64_t monoUs() const override { return real_.monoUs(); }

private:
    static constexpr std::int64_t later_us = std::int64_t{3} * 86'400 * 1'000'000;
    SystemClock real_;
};
EraseOrder whole(const RunId& run) {
    return {ErasePolicy{0, "", "", run.str(), ""}, "request 4711", "dpo", true};
}
RunId ranOnce(api::Workspace& ws) {
    const auto id = test::startText(ws, test::oneCall("one-call", "sim/sim-small"));
    return id && test::settled(ws, *id).status == RunStatus::ok ? *id : RunId();
}
bool isErased(api::Workspace& ws, const RunId& run) {
    const auto output = api::wait<nlohmann::json>([&](auto reply) { ws.runOutput(run, reply); });
    return !output && output.error().code == "run.erased";
}
} // namespace

class TestApiErasure : public QObject {
    Q_OBJECT
private slots:
    void aViewerErasesThroughTheOwnerAndTheRunSaysSo() {
        const ApiFolder folder;
        auto owner = folder.open();
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        const RunId run = ranOnce(**owner);
        const RunId kept = ranOnce(**owner);
        QVERIFY(!run.empty() && !kept.empty());
        auto viewer = folder.open();
        QVERIFY(viewer.has_value());
        const auto plan =
            api::wait<ErasePlan>([&](auto reply) { (*viewer)->planErasure(whole(run).policy, reply); });
        QVERIFY(plan && plan->runs == 1 && plan->payloads >= 2);
        const auto done =
            api::wait<ErasureDone>([&](auto reply) { (*viewer)->erasePayloads(whole(run), reply); });
        QVERIFY2(done.has_value(), done ? "" : done.error().text().c_str());
        QVERIFY2(done->wiped, done->notice.c_str());
        QCOMPARE(done->erased.payloads, plan->payloads);
        QCOMPARE(done->last_seq - done->first_seq + 1, plan->payloads);

        const auto replay = api::wait<api::ReplayReport>([&](auto reply) { (*owner)->replay(run, reply); });
        QVERIFY2(replay.has_value(), replay ? "" : replay.error().text().c_str());
        QVERIFY(!replay->identical);
        QVERIFY2(replay->divergence.find("were erased") != std::string::npos, replay->divergence.c_str());
        QCOMPARE(replay->recorded_cost, replay->replayed_cost);
        const auto output = api::wait<nlohmann::json>([&](auto reply) { (*viewer)->runOutput(run, reply); });
        QCOMPARE(QString::fromStdString(output.error().code), QString("run.erased"));
        const auto other = api::wait<api::ReplayReport>([&](auto reply) { (*owner)->replay(kept, reply); });
        QVERIFY2(other && other->identical, other ? other->divergence.c_str() : other.error().text().c_str());

        const auto answered =
            api::wait<ChallengeDone>([&](auto reply) { (*viewer)->challenge("c0ffee", "auditor", reply); });
        QVERIFY2(answered.has_value(), answered ? "" : answered.error().text().c_str());
        QVERIFY(answered->sealed > answered->seq && answered->seq > done->last_seq);
        const auto entries = api::wait<std::int64_t>([&](auto reply) {
            (*viewer)->exportBundle({folder.path("e.tracelog"), true, 0, -1, {}, false}, reply);
        });
        QVERIFY2(entries.has_value(), entries ? "" : entries.error().text().c_str());
        const auto file = api::wait<std::shared_ptr<api::AuditFile>>([&](auto reply) {
            api::VerifyRequest request;
            request.path = folder.path("e.tracelog");
            const auto auditor = api::makeAuditor();
            auditor->verify(request, {}, {}, reply);
        });
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        QVERIFY((*file)->verdict().ok);
        QCOMPARE((*file)->verdict().totals->payloads_erased, plan->payloads);
    }
    void theStandingRuleIsAppliedWhenWorkStarts() {
        const ApiFolder folder;
        RunId run;
        {
            auto owner = folder.open();
            QVERIFY(owner.has_value());
            run = ranOnce(**owner);
            QVERIFY(!run.empty());
            Retention rule;
            rule.days = 1;
            rule.reason = "contract";
            rule.by = "dpo";
            auto viewer = folder.open();
            const auto set = api::wait<Retention>([&](auto reply) { (*viewer)->setRetention(rule, reply); });
            QVERIFY2(set.has_value(), set ? "" : set.error().text().c_str());
            // Looked at right away; the run is younger than a day.
            QTRY_VERIFY_WITH_TIMEOUT(
                api::wait<Retention>([&](auto reply) { (*viewer)->retention(reply); })->applied_us > 0,
                60'000);
            QVERIFY(
                api::wait<nlohmann::json>([&](auto reply) { (*owner)->runOutput(run, reply); }).has_value());
            rule.days = 40'000;
            const auto refused =
                api::wait<Retention>([&](auto reply) { (*viewer)->setRetention(rule, reply); });
            QCOMPARE(QString::fromStdString(refused.error().code), QString("retention.days"));
        }
        const LaterClock later;
        api::OpenOptions options;
        options.dir = folder.workspace();
        options.resources = TALLY_SOURCE_DIR "/resources";
        options.sim_time_scale = 0;
        options.clock = &later;
        auto owner = api::openWorkspace(std::move(options));
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        QTRY_VERIFY_WITH_TIMEOUT(isErased(**owner, run), 60'000);
        Retention none;
        none.by = "dpo";
        QVERIFY(api::wait<Retention>([&](auto reply) { (*owner)->setRetention(none, reply); }).has_value());
        QCOMPARE(api::wait<Retention>([&](auto reply) { (*owner)->retention(reply); })->days,
                 std::int64_t{0});
    }
};
TALLY_TEST(TestApiErasure)
#include "test_erasure.moc"
