// eval_loops FILE.jsonl [--identical-repeats N] [--identical-total N]: what the loop detectors would have
// saved and lost on recorded agent runs.
//
// One run per line: {"id", "success" or "resolved", "steps": [{"action", "observation", "reward"?}],
// "tokens_sent"?, "tokens_received"?}. The detector sees action and observation only; success, reward and
// tokens are read afterwards to score it. A run that it stops after step n saves the later steps; a success
// is lost if the reward had not reached 1 by then. Tokens of a step are not recorded: a run's tokens are
// shared out by the bytes of context that each step had to read.
#include "core/base/result.h"
#include "core/guard/guard.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <iostream>

namespace {

using nlohmann::json;
using namespace tally;

struct Score {
    std::int64_t runs = 0, successes = 0, turns = 0, saved = 0, lost = 0, resolved_lost = 0, stopped = 0;
    double tokens = 0, tokens_saved = 0; // statistics, not money
    bool has_tokens = false;
};

/// Steps until the detector stops the run; all of them if it never does.
std::size_t stopAfter(const json& steps, const guard::GuardConfig& config, const std::string& id) {
    guard::Guard guard;
    guard.configure("", config);
    std::size_t n = 0;
    for (const json& step : steps) {
        guard::StepObservation seen;
        seen.run = RunId(id);
        seen.name = "step";
        seen.path = std::to_string(++n);
        seen.args = step.value("action", std::string());
        seen.result = step.value("observation", std::string());
        for (const Alert& alert : guard.observe(seen))
            if (alert.action == AlertAction::stop) return n;
    }
    return steps.size();
}

void add(Score& score, const json& run, const guard::GuardConfig& config) {
    const json& steps = run.at("steps");
    const std::size_t stop = stopAfter(steps, config, run.value("id", std::string()));
    const bool resolved = run.value("resolved", false);
    const bool success = run.value("success", resolved);
    ++score.runs;
    score.successes += success ? 1 : 0;
    score.turns += static_cast<std::int64_t>(steps.size());
    score.saved += static_cast<std::int64_t>(steps.size() - stop);
    if (stop < steps.size()) {
        ++score.stopped;
        double best = 0;
        for (std::size_t i = 0; i < stop; ++i)
            best = std::max(best, steps[i].value("reward", 0.0));
        if (success && best < 1) ++score.lost;
        if (resolved) ++score.resolved_lost;
    }
    const double tokens = run.value("tokens_sent", 0.0) + run.value("tokens_received", 0.0);
    if (tokens <= 0) return;
    score.has_tokens = true;
    double context = 0, read = 0, read_until_stop = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        context += static_cast<double>(steps[i].value("action", std::string()).size() +
                                       steps[i].value("observation", std::string()).size() +
                                       steps[i].value("response", std::string()).size());
        read += context;
        if (i < stop) read_until_stop = read;
    }
    score.tokens += tokens;
    if (read > 0) score.tokens_saved += tokens * (1 - read_until_stop / read);
}

int bad(const std::string& message) {
    std::cerr << message << "\n";
    return 2;
}

double percent(double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return bad("usage: eval_loops FILE.jsonl [--identical-repeats N] [--identical-total N]");
    guard::GuardConfig config;
    for (int i = 2; i + 1 < argc; i += 2) {
        int* value = nullptr;
        if (std::strcmp(argv[i], "--identical-repeats") == 0) value = &config.identical_repeats;
        if (std::strcmp(argv[i], "--identical-total") == 0) value = &config.identical_total;
        if (value == nullptr) return bad(fmt::format("unknown option {}", argv[i]));
        *value = std::atoi(argv[i + 1]);
    }
    std::ifstream in(argv[1]);
    if (!in) return bad(fmt::format("cannot read {}", argv[1]));
    Score score;
    std::int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty()) continue;
        const json run = json::parse(line, nullptr, false);
        if (!run.is_object() || !run.contains("steps") || !run["steps"].is_array())
            return bad(fmt::format("{}: line {} is not a run with steps", argv[1], number));
        try {
            add(score, run, config);
        } catch (const json::exception& e) {
            return bad(fmt::format("{}: line {}: {}", argv[1], number, e.what()));
        }
    }
    if (score.runs == 0) return bad("no runs in the file");
    json out = {
        {"runs", score.runs},
        {"successes", score.successes},
        {"turns", score.turns},
        {"stopped", score.stopped},
        {"turns_saved_pct", percent(static_cast<double>(score.saved), static_cast<double>(score.turns))},
        {"successes_lost_pct",
         percent(static_cast<double>(score.lost), static_cast<double>(score.successes))},
        {"tokens_saved_pct", nullptr},
        {"resolved_lost", score.resolved_lost},
        {"price_anomalies", nullptr}, // needs the price book; not judged here
        {"identical_repeats", config.identical_repeats},
        {"identical_total", config.identical_total}};
    if (score.has_tokens) out["tokens_saved_pct"] = percent(score.tokens_saved, score.tokens);
    std::cout << out.dump() << std::endl;
    return 0;
}
