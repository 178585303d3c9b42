// Observations (TRACE_LOG.md 16.1): each is made where it is due, and none of them touches the verdict.
#include "core/audit/budget_windows.h"
#include "core/audit/verifier.h"
#include "core/model/observation.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>
#include <fmt/format.h>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
constexpr std::int64_t one = 1;

/// A log with one price, one run that is open, and what the caller adds.
class Scene {
public:
    explicit Scene(std::uint64_t seed)
        : log(seed) {
        price = static_cast<std::int64_t>(log.append("price", Entry{{"provider", "acme"s},
                                                                    {"model", "m-1"s},
                                                                    {"tier", "standard"s},
                                                                    {"src", "list"s},
                                                                    {"eff", "2026-01-01"s},
                                                                    {"in_pico", std::int64_t{1000}}}));
        log.append("run", Entry{{"op", "start"s},
                                {"run", "r-1"s},
                                {"workflow", "w"s},
                                {"process", "p"s},
                                {"wf_sha256", std::string(64, '0')}});
    }
    std::uint64_t step(const std::string& model, const std::string& status = "ok") {
        ++steps;
        if (!boot.empty()) log.wait(5'000'000);
        return log.append("step", Entry{{"run", "r-1"s},
                                        {"span", span.empty() ? fmt::format("{:016x}", steps) : span},
                                        {"parent", parent},
                                        {"name", "s"s},
                                        {"step_kind", "model"s},
                                        {"provider", "acme"s},
                                        {"model", model},
                                        {"status", status},
                                        {"attempt", one},
                                        {"price_seq", price},
                                        {"in_qty", one},
                                        {"cost_pico", std::int64_t{1000}},
                                        {"latency_us", one},
                                        {"boot", boot.empty() ? "b"s + std::to_string(steps) : boot},
                                        {"mono_us", boot.empty() ? one : mono()}});
    }
    std::uint64_t budget(const std::string& op, const std::string& scope, std::int64_t limit = -1) {
        Entry e{{"op", op}, {"scope", scope}, {"window", "run"s}, {"by", "ops"s}, {"reason", "r"s}};
        if (limit >= 0) e.set("limit_pico", limit);
        return log.append("budget", e);
    }
    std::uint64_t kill(const std::string& run, std::int64_t inflight, std::int64_t stopped) {
        return log.append("kill", Entry{{"scope", "run"s},
                                        {"target", run},
                                        {"by", "ops"s},
                                        {"reason", "r"s},
                                        {"inflight_n", inflight},
                                        {"stopped_n", stopped},
                                        {"stop_us", one},
                                        {"tail_pico", one}});
    }
    std::uint64_t end() {
        return log.append("run", Entry{{"op", "end"s},
                                       {"run", "r-1"s},
                                       {"status", "ok"s},
                                       {"steps_n", steps},
                                       {"cost_pico", 1000 * steps}});
    }
    std::uint64_t alert(const std::string& run, std::uint64_t about) {
        return log.append("alert", Entry{{"detector", "d"s},
                                         {"run", run},
                                         {"about", static_cast<std::int64_t>(about)},
                                         {"action", "warn"s},
                                         {"detail", "x"s}});
    }
    /// Exactly these observations and nothing else is found, and the log is as whole as without them.
    void expect(const std::vector<std::tuple<std::string, std::uint64_t, std::string>>& wanted) {
        log.checkpoint();
        VerifyOptions o;
        o.threads = 1;
        o.pin = log.fingerprint();
        const auto v = verifyData(BundleData::fromBytes(log.bundle()), o);
        QVERIFY(v && v->verdict.ok && v->verdict.level == VerdictLevel::pinned);
        const std::string shown = nlohmann::json(v->verdict)["findings"].dump();
        QVERIFY2(v->verdict.findings.size() == wanted.size(), shown.c_str());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const Finding& f = v->verdict.findings[i];
            QVERIFY2(f.derived && f.warning && isObservation(f.code), shown.c_str());
            QVERIFY2(std::tuple(f.code, static_cast<std::uint64_t>(*f.seq), *f.field) == wanted[i],
                     shown.c_str());
        }
    }

    test::TestLog log;
    std::int64_t price = 0, steps = 0;
    /// Beside the wall clock; the next entry's is at most 51 ms later.
    [[nodiscard]] std::int64_t mono() const { return log.now() - 1'790'000'000'000'000; }
    std::string span, parent; ///< of the steps to come; span empty: one of its own each
    std::string boot;         ///< empty: another for each, so that no clock is compared
};
} // namespace

class TestObservations : public QObject {
    Q_OBJECT

private slots:
    void aLogInOrderHasNone() {
        Scene s(1);
        s.budget("set", "run:r-1", 1500);
        s.alert("r-1", s.step("m-1"));
        s.step("m-1", "killed");
        s.kill("r-1", 2, 1);
        s.budget("exhausted", "run:r-1"); // which explains that it cost more
        s.end();
        s.expect({});
    }
    void aStepPricedAsAnotherModel() {
        Scene s(2);
        const auto at = s.step("m-2");
        s.end();
        s.expect({{"W_PRICE_OTHER", at, "model"}});
    }
    void whatStandsForAnotherModelIsPricedAsThat() {
        Scene s(8);
        Entry simulated = *parseEntry(s.log.lines()[s.step("m-1")]);
        simulated.set("model", "sim-1"s).set("provider", "sim"s).set("sim", true);
        s.log.append("step", simulated);
        Entry any = *parseEntry(s.log.lines()[static_cast<std::size_t>(s.price)]);
        s.price = static_cast<std::int64_t>(s.log.append("price", any.set("model", "*"s)));
        s.step("m-7");
        s.expect({});
    }
    void aStopThatCountsMoreThanThereWas() {
        Scene s(3);
        const auto more = s.kill("r-1", 1, 2);
        s.step("m-1", "killed");
        s.end();
        s.expect({{"W_KILL_COUNTS", more, "stopped_n"}});
        Scene t(4);
        t.step("m-1");
        const auto none = t.kill("r-1", 3, 3);
        t.step("m-1", "killed");
        t.end();
        t.expect({{"W_KILL_COUNTS", none, "stopped_n"}});
    }
    void aRunAboveItsLimitWithoutAWord() {
        Scene s(5);
        s.budget("set", "run:r-1", 1500);
        s.step("m-1");
        s.step("m-1");
        const auto at = s.end();
        s.expect({{"W_BUDGET_OVERRUN", at, "cost_pico"}});
    }
    void aLimitThatSimulatedCallsDoNotCountIn() {
        Scene s(5);
        s.log.append("budget", Entry{{"op", "set"s},
                                     {"scope", "run:r-1"s},
                                     {"window", "run"s},
                                     {"by", "ops"s},
                                     {"reason", "r"s},
                                     {"limit_pico", std::int64_t{1500}},
                                     {"sim", false}});
        s.step("m-1");
        s.step("m-1");
        s.end();
        s.expect({});
    }
    void namesOfNothing() {
        Scene s(6);
        const auto step = s.step("m-1");
        const auto budget = s.budget("exhausted", "process:never");
        const auto kill = s.kill("r-2", 0, 0);
        const auto approve = s.log.append(
            "approve", Entry{{"run", "r-3"s}, {"name", "n"s}, {"by", "b"s}, {"decision", "approve"s}});
        const auto alert = s.alert("r-1", 0);
        const auto other = s.alert("r-4", step);
        s.expect({{"W_BUDGET_UNKNOWN", budget, "scope"},
                  {"W_RUN_UNKNOWN", kill, "target"},
                  {"W_RUN_UNKNOWN", approve, "run"},
                  {"W_ALERT_ABOUT", alert, "about"},
                  {"W_RUN_UNKNOWN", other, "run"},
                  {"W_ALERT_ABOUT", other, "about"}});
    }
    void spansAreSteps() {
        Scene s(20);
        s.boot = "b"; // one process
        s.step("m-1");
        s.parent = "0000000000000001";
        s.step("m-1");
        s.parent = "00000000000000ff"; // no step has it
        const auto orphan = s.step("m-1");
        s.parent.clear();
        s.span = "0000000000000002"; // the second step has it
        const auto twice = s.step("m-1");
        s.end();
        s.expect({{"W_PARENT_UNKNOWN", orphan, "parent"}, {"W_SPAN_TWICE", twice, "span"}});
        // Where a crash lay between two processes, the caller's entry may be missing; and a run that was
        // stopped may end before its callers do.
        Scene t(21);
        t.parent = "00000000000000ff";
        t.step("m-1");
        t.step("m-1");
        t.end();
        t.expect({});
        Scene u(22);
        u.boot = "b";
        u.parent = "00000000000000ff";
        u.step("m-1");
        u.log.append("run", Entry{{"op", "end"s},
                                  {"run", "r-1"s},
                                  {"status", "killed"s},
                                  {"steps_n", u.steps},
                                  {"cost_pico", 1000 * u.steps}});
        u.expect({});
    }
    void aLimitOfAWindowPassedWithoutAWord() {
        const auto window = [](Scene& s, const std::string& op, const std::string& scope,
                               std::int64_t limit) {
            Entry e{{"op", op}, {"scope", scope}, {"window", "total"s}, {"by", "ops"s}, {"reason", "r"s}};
            if (limit >= 0) e.set("limit_pico", limit);
            return s.log.append("budget", e);
        };
        for (const std::string scope : {"org:all", "process:p", "workflow:w"}) {
            Scene s(23);
            s.step("m-1"); // before the limit was set: it does not count
            window(s, "set", scope, 1500);
            s.step("m-1");
            const auto at = s.step("m-1");
            s.step("m-1");
            s.end();
            s.expect({{"W_BUDGET_OVERRUN", at, "cost_pico"}});
        }
        for (const std::string scope : {"process:other", "workflow:p", "model:m-1", "user:u"}) {
            Scene s(24);
            window(s, "set", scope, 1500);
            s.step("m-1");
            s.step("m-1");
            s.end();
            s.expect({});
        }
        for (const std::string after : {"warn", "exhausted", "remove"}) {
            Scene s(25);
            window(s, "set", "process:p", 1500);
            s.step("m-1");
            if (after == "remove") window(s, after, "process:p", -1);
            s.step("m-1");
            if (after != "remove") window(s, after, "process:p", -1);
            s.end();
            s.expect({});
        }
    }
    void windowsEndAndBeginWithoutCarryingOver() {
        constexpr std::int64_t hour = 3'600'000'000, noon = 1'790'000'000'000'000 / hour * hour;
        BudgetWindows w;
        w.set("org:x", "hour", 100, noon, false);
        const auto add = [&](std::uint64_t seq, std::int64_t begin, std::int64_t end, std::int64_t cost) {
            w.add(seq, {"p", "f", begin, end, cost, false});
        };
        add(1, noon + 1, noon + 2, 90);
        add(2, noon + hour - 5, noon + hour + 5, 90);     // lies in two windows
        add(3, noon + hour + 6, noon + hour + 7, 100);    // the limit itself is no overrun
        add(4, noon + 2 * hour, noon + 2 * hour + 1, 60); // the next one
        QVERIFY(w.overruns().empty());
        w.add(5, {"p", "f", noon + 2 * hour, noon + 2 * hour + 1, 60, true}); // simulated: not counted here
        QVERIFY(w.overruns().empty());
        add(6, noon + 2 * hour + 2, noon + 2 * hour + 3, 41);
        QVERIFY(w.overruns().size() == 1 && w.overruns()[0].seq == 6 && w.overruns()[0].limit == 100);
        w.noticed("org:x", "hour");
        QVERIFY(w.overruns().empty());
    }
    void aStepAfterAStopThatWasNotLifted() {
        const auto stop = [](Scene& s, const std::string& scope, const std::string& target, bool fence) {
            Entry e{{"scope", scope},
                    {"target", target},
                    {"by", "ops"s},
                    {"reason", "r"s},
                    {"inflight_n", std::int64_t{0}},
                    {"stopped_n", std::int64_t{0}},
                    {"stop_us", one},
                    {"tail_pico", one},
                    {"boot", "b"s},
                    {"mono_us", s.mono()}};
            if (fence) e.set("fence", true);
            s.log.append("kill", e);
        };
        const auto lift = [](Scene& s, const std::string& scope, const std::string& target) {
            s.log.append("policy", Entry{{"name", "kill-lifted"s},
                                         {"scope", scope},
                                         {"target", target},
                                         {"sha256", std::string(64, '0')},
                                         {"by", "ops"s}});
        };
        const std::pair<std::string, std::string> meant[] = {
            {"run", "r-1"}, {"workflow", "w"}, {"process", "p"}, {"all", "all"}};
        for (const auto& [scope, target] : meant) {
            Scene s(26);
            s.boot = "b";
            s.step("m-1");
            stop(s, scope, target, true);
            const auto at = s.step("m-1");
            lift(s, scope, target);
            s.step("m-1");
            s.end();
            s.expect({{"W_AFTER_KILL", at, "run"}});
            Scene old(27); // a writer that does not say when it lifts
            old.boot = "b";
            stop(old, scope, target, false);
            old.step("m-1");
            old.end();
            old.expect({});
        }
        Scene other(28);
        other.boot = "b";
        stop(other, "workflow", "another", true);
        other.step("m-1");
        other.step("m-1", "refused");
        other.end();
        other.expect({});
    }
    void erasedTwice() {
        Scene s(7);
        const auto at = s.log.append("step", *parseEntry(s.log.lines()[s.step("m-1")]), {{"in", "prompt"}});
        s.log.erase(at, "in");
        s.log.erase(at, "in");
        s.expect({{"W_ERASED_TWICE", at + 2, "target"}});
    }

    /// The committed vector, so that other implementations can compare theirs.
    void theVectorIsJudgedAsWritten() {
        const auto expected = test::fixtureJson("observations.json");
        const auto v = verifyData(BundleData::fromBytes(test::fixture("observations.tracelog")));
        QVERIFY(v && v->verdict.ok);
        nlohmann::json found = nlohmann::json::array();
        for (const Finding& f : v->verdict.findings) {
            if (isObservation(f.code))
                found.push_back({{"code", f.code},
                                 {"seq", *f.seq},
                                 {"field", *f.field},
                                 {"stored", f.stored ? nlohmann::json(*f.stored) : nlohmann::json()},
                                 {"expected", f.expected ? nlohmann::json(*f.expected) : nlohmann::json()}});
        }
        QCOMPARE(QString::fromStdString(found.dump()), QString::fromStdString(expected.dump()));
    }
};

TALLY_TEST(TestObservations)
#include "test_observations.moc"
