// eval_reasoning FILE.jsonl [--show TASK]: where the checkers of shown work find the first mistake, against
// where people marked it.
//
// One trace per line: {"input", "steps": [...], "mistake_index": n or null, "task"}; the checkers see input
// and steps only. Per task: exact = found at the marked step, or nothing found where nothing is marked;
// located = the same among traces with a mark; false_alarms = something found although nothing is marked. (In
// this data a mark of 0 is written as null: "null_with_wrong_answer" counts nulls whose answer is not the
// target.) "halves": lines 1, 3, 5 … and 2, 4, 6 … of each task. --show prints what differs (odd lines only).
#include "core/guard/reasoning/shown_work.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <map>

namespace {

using nlohmann::json;
using namespace tally::guard::reasoning;

struct Score {
    int traces = 0, exact = 0, marked = 0, located = 0, false_alarms = 0, silent = 0, null_wrong = 0;
    int half_traces[2] = {}, half_exact[2] = {};
};

void add(Score& score, const json& trace, bool show) {
    const auto steps = trace.at("steps").get<Steps>();
    const auto found = firstMistake(trace.at("input").get<std::string>(), steps);
    const json& marked = trace.at("mistake_index");
    const bool exact = marked.is_null() ? !found : found && found->step == marked.get<std::size_t>();
    const int half = score.traces % 2;
    ++score.traces, ++score.half_traces[half];
    score.exact += exact, score.half_exact[half] += exact;
    if (marked.is_null()) {
        score.false_alarms += found ? 1 : 0;
        score.null_wrong += trace.value("answer", "") != trace.value("target", "") ? 1 : 0;
    } else {
        ++score.marked;
        score.located += exact;
        score.silent += found ? 0 : 1;
    }
    if (!show || exact || half == 1) return;
    fmt::print("== marked {} found {}\n{}\n", marked.dump(), found ? found->sentence : "nothing",
               trace.at("input").get<std::string>());
    for (std::size_t i = 0; i < steps.size(); ++i)
        fmt::print("   {} {}\n", i, steps[i]);
}

double share(int part, int whole) {
    return whole > 0 ? static_cast<double>(part) / whole : 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fmt::print(stderr, "usage: eval_reasoning FILE.jsonl [--show TASK]\n"), 2;
    std::ifstream in(argv[1]);
    if (!in) return fmt::print(stderr, "cannot read {}\n", argv[1]), 2;
    std::map<std::string, Score> scores;
    try {
        for (std::string line; std::getline(in, line);) {
            if (line.empty()) continue;
            const json trace = json::parse(line);
            const std::string task = trace.at("task").get<std::string>();
            add(scores[task], trace, argc > 3 && task == argv[3]);
        }
    } catch (const json::exception& e) {
        return fmt::print(stderr, "{}: {}\n", argv[1], e.what()), 2;
    }
    if (scores.empty()) return fmt::print(stderr, "no traces in the file\n"), 2;
    json out = json::object();
    for (const auto& [task, s] : scores)
        out[task] = {
            {"traces", s.traces},
            {"exact", share(s.exact, s.traces)},
            {"located", share(s.located, s.marked)},
            {"marked", s.marked},
            {"silent_on_marked", s.silent},
            {"false_alarms", s.false_alarms},
            {"null_with_wrong_answer", s.null_wrong},
            {"halves", {share(s.half_exact[0], s.half_traces[0]), share(s.half_exact[1], s.half_traces[1])}}};
    std::cout << json{{"tasks", out}}.dump() << std::endl;
    return 0;
}
