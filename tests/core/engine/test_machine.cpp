// The pure machine: 300 random workflows, outcomes in random order; feeding the journal again gives the same
// tasks, inputs and result, also when it is cut anywhere and continued.
#include "core/base/rng.h"
#include "core/engine/exec_local.h"
#include "core/engine/lua_sandbox.h"
#include "tests/core/engine/support_engine.h"
#include "tests/core/engine/support_random.h"
#include "tests/support/suite.h"

#include <QtTest>
#include <fmt/format.h>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

namespace {

/// Drives a machine to its end with outcomes chosen by the seed; keeps the journal and every task's input by
/// path.
struct Drive {
    engine::Machine machine;
    std::vector<engine::Task> open;
    std::vector<engine::Outcome> journal;
    std::map<std::string, std::string> inputs;

    Drive(const std::shared_ptr<const Workflow>& workflow, const json& given)
        : machine(workflow, given, {}) {
        engine::Effects effects;
        machine.start(effects);
        take(effects);
    }
    void take(engine::Effects& effects) {
        for (const auto& path : effects.cancelled)
            std::erase_if(open, [&](const auto& task) { return task.path == path; });
        for (auto& task : effects.tasks) {
            inputs[task.path] = task.failed ? task.failed->code : task.input.dump();
            open.push_back(std::move(task));
        }
    }
    void feed(engine::Outcome outcome) {
        std::erase_if(open, [&](const auto& task) { return task.path == outcome.path; });
        journal.push_back(outcome);
        engine::Effects effects;
        machine.feed(std::move(outcome), effects);
        take(effects);
    }
    static engine::Outcome answer(const engine::Task& task, SeededRng& rng) {
        engine::Outcome out;
        out.path = task.path;
        if (task.failed) {
            out.ok = false;
            out.error = *task.failed;
        } else if (engine::isDeterministic(task)) {
            engine::LocalResult result = engine::runLocal(task, nullptr, {});
            out.ok = result.ok;
            out.output = std::move(result.output);
            out.error = std::move(result.error);
            out.memory = std::move(result.memory);
        } else if (rng.below(8) == 0) {
            out.ok = false;
            out.error = {"test.failed", "chance", "", ""};
        } else {
            out.output = std::string(1, static_cast<char>('a' + rng.below(26)));
        }
        return out;
    }
    void finish(SeededRng& rng) {
        while (machine.state() == engine::Machine::State::running && !open.empty()) {
            const engine::Task& task = open[rng.below(open.size())];
            feed(answer(task, rng));
        }
    }
    [[nodiscard]] std::string result() const {
        if (machine.state() == engine::Machine::State::ok) return machine.output()->dump();
        return machine.state() == engine::Machine::State::error ? machine.error().code + machine.error().where
                                                                : "running";
    }
};

} // namespace

class MachineTest : public QObject {
    Q_OBJECT
private slots:
    void replayEqualsOriginal() {
        const json given = {{"list", {1, 2, 3}}};
        int ended_ok = 0, steps = 0;
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            const auto workflow = workflowOf(randomWorkflow(seed));
            QVERIFY2(workflow != nullptr, randomWorkflow(seed).c_str());
            SeededRng rng(seed * 7919);
            Drive original(workflow, given);
            original.finish(rng);
            QVERIFY2(original.machine.state() != engine::Machine::State::running, "stuck");
            ended_ok += original.machine.state() == engine::Machine::State::ok ? 1 : 0;
            steps += static_cast<int>(original.journal.size());
            Drive again(workflow, given);
            for (const auto& outcome : original.journal) {
                QVERIFY2(again.machine.waitsFor(outcome.path), outcome.path.c_str());
                again.feed(outcome);
            }
            QVERIFY2(again.result() == original.result(),
                     (again.result() + " / " + original.result()).c_str());
            QVERIFY(again.inputs == original.inputs);
            // Cut anywhere: what a crash leaves is the beginning of the journal.
            const std::size_t cut = rng.below(original.journal.size() + 1);
            Drive resumed(workflow, given);
            for (std::size_t i = 0; i < cut; ++i)
                resumed.feed(original.journal[i]);
            for (const auto& task : resumed.open)
                QVERIFY(original.inputs.count(task.path) != 0);
            for (std::size_t i = cut; i < original.journal.size(); ++i)
                resumed.feed(original.journal[i]);
            QVERIFY(resumed.result() == original.result());
        }
        QVERIFY2(ended_ok > 60 && steps > 2'000, fmt::format("{} ok, {} steps", ended_ok, steps).c_str());
    }

    void finishedItemsLeaveOnlyTheirResults() {
        const auto workflow = workflowOf(workflowText("strict"));
        json list = json::array();
        for (int i = 0; i < 20'000; ++i)
            list.push_back(i);
        Drive drive(workflow, {{"list", list}});
        SeededRng rng(3);
        std::int64_t most = 0;
        while (drive.machine.state() == engine::Machine::State::running) {
            QVERIFY(drive.open.size() <= 3);
            engine::Outcome outcome;
            outcome.path = drive.open.front().path;
            outcome.output = "x";
            drive.feed(std::move(outcome));
            most = std::max(most, drive.machine.bytes());
        }
        QCOMPARE(drive.machine.itemsDone(), 20'000);
        QVERIFY2(most < 20'000 * 100, std::to_string(most).c_str());
    }

    void luaIsASandbox() {
        const std::map<std::string, std::string> refused = {
            {"os.time()", "code.error"},
            {"io.open('/etc/passwd')", "code.error"},
            {"load('return 1')()", "code.error"},
            {"while true do end", "code.instructions"},
            {"local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", "code.memory"},
            {"return function() end", "code.value"},
            {"return math.random()", "code.error"},
            {"x =", "code.syntax"},
            {"return string.format('%p', {})", "code.error"},
            {"return ('x'):rep(1 << 40)", "code.memory"}};
        for (const auto& [chunk, code] : refused) {
            engine::LuaLimits limits;
            limits.max_bytes = 8 << 20;
            const auto result = engine::runLua(chunk, nullptr, nullptr, limits);
            QVERIFY2(!result, chunk.c_str());
            if (code != "code.memory" ||
                result.error().code != "code.error") // rep beyond its own limit is a plain error
                QVERIFY2(result.error().code == code,
                         (chunk + ": " + result.error().code + " " + result.error().message).c_str());
        }
        const auto sorted =
            engine::runLua("local out = '' for k, v in pairs(args) do out = out .. k .. v end return out",
                           {{"b", 2}, {"a", 1}, {"c", 3}}, nullptr, {});
        QVERIFY(sorted && sorted->output == "a1b2c3");
        const auto shapes =
            engine::runLua("return {array{}, {}, {1, 2}, {x = json_null}}", nullptr, nullptr, {});
        QVERIFY(shapes);
        QVERIFY2(shapes->output.dump() == R"([[],{},[1,2],{"x":null}])", shapes->output.dump().c_str());
    }
};

TALLY_TEST(MachineTest)
#include "test_machine.moc"
