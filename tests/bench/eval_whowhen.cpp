// eval_whowhen FILE.jsonl: which agent, and which step of it, broke a failed run of several agents, against
// what people marked.
//
// One run per line: {"history": [{"role" or "name", "content"}], "mistake_agent", "mistake_step"}. Evidence
// is looked for in this order: the step before the first tool result that says it failed (saysFailed); the
// first step whose shown work is wrong (reasoning::firstMistake); the first step of an agent that does
// something itself, planners and the task left out. The last is a guess and counted as such ("guessed"); for
// comparison: always step 1.
#include "core/guard/failure_text.h"
#include "core/guard/reasoning/shown_work.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace {

using nlohmann::json;
using namespace tally::guard;

std::string agentOf(const json& entry) {
    const std::string name = entry.value("name", entry.value("role", std::string()));
    return name.substr(0, name.find(" (")); // "Orchestrator (thought)"
}

bool plans(const json& entry) {
    const std::string name = entry.value("name", entry.value("role", std::string()));
    return name == "human" || name.find("(thought)") != std::string::npos ||
           name.find("(->") != std::string::npos;
}

bool isToolResult(const std::string& text) {
    return text.rfind("exitcode", 0) == 0;
}

struct Blame {
    std::size_t step = 0;
    bool guessed = false;
};

Blame blame(const json& history) {
    for (std::size_t i = 1; i < history.size(); ++i) {
        const std::string text = history[i].value("content", std::string());
        if (isToolResult(text) && saysFailed(text)) return {i - 1};
    }
    for (std::size_t i = 1; i < history.size(); ++i)
        if (reasoning::firstMistake("", reasoning::stepsOf(history[i].value("content", std::string()))))
            return {i};
    for (std::size_t i = 1; i < history.size(); ++i)
        if (!plans(history[i])) return {i, true};
    return {0, true};
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fmt::print(stderr, "usage: eval_whowhen FILE.jsonl\n"), 2;
    std::ifstream in(argv[1]);
    if (!in) return fmt::print(stderr, "cannot read {}\n", argv[1]), 2;
    int runs = 0, agents = 0, steps = 0, guessed = 0, constant = 0;
    try {
        for (std::string line; std::getline(in, line);) {
            if (line.empty()) continue;
            const json run = json::parse(line);
            const json& history = run.at("history");
            if (history.empty()) continue;
            const Blame found = blame(history);
            const json& marked = run.at("mistake_step");
            const std::string step = marked.is_string() ? marked.get<std::string>() : marked.dump();
            ++runs;
            guessed += found.guessed ? 1 : 0;
            agents += agentOf(history[found.step]) == run.at("mistake_agent").get<std::string>() ? 1 : 0;
            steps += std::to_string(found.step) == step ? 1 : 0;
            constant += step == "1" ? 1 : 0;
        }
    } catch (const json::exception& e) {
        return fmt::print(stderr, "{}: {}\n", argv[1], e.what()), 2;
    }
    if (runs == 0) return fmt::print(stderr, "no runs in the file\n"), 2;
    const auto share = [&](int part) { return static_cast<double>(part) / runs; };
    // Zhang et al. 2025, best of each over the whole set of 184, by language models that read the log.
    std::cout << json{{"runs", runs},
                      {"agent_accuracy", share(agents)},
                      {"step_accuracy", share(steps)},
                      {"guessed", share(guessed)},
                      {"always_step_1", share(constant)},
                      {"published", {{"agent_accuracy", 0.535}, {"step_accuracy", 0.142}}}}
                     .dump()
              << std::endl;
    return 0;
}
