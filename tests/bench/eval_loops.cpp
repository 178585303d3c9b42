// eval_loops FILE.jsonl [--stuck-points N]: what the loop detectors would have saved and lost on recorded
// agent runs, at one limit and as the whole curve over the limit. "halves": the lines 1, 3, 5 … and 2, 4, 6
// …; the weights were chosen on the first half.
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
#include <optional>
#include <vector>

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

/// Every run of the file; a problem in words.
std::optional<std::string> read(const std::string& path, std::vector<json>& runs) {
    std::ifstream in(path);
    if (!in) return fmt::format("cannot read {}", path);
    std::int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty()) continue;
        json run = json::parse(line, nullptr, false);
        if (!run.is_object() || !run.contains("steps") || !run["steps"].is_array())
            return fmt::format("{}: line {} is not a run with steps", path, number);
        runs.push_back(std::move(run));
    }
    if (runs.empty()) return "no runs in the file";
    return std::nullopt;
}

Score scoreOf(const std::vector<json>& runs, const guard::GuardConfig& config, int half) {
    Score score;
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (half < 0 || static_cast<int>(i % 2) == half) add(score, runs[i], config);
    return score;
}

double turnsSaved(const Score& s) {
    return percent(static_cast<double>(s.saved), static_cast<double>(s.turns));
}
double successesLost(const Score& s) {
    return percent(static_cast<double>(s.lost), static_cast<double>(s.successes));
}
double tokensSaved(const Score& s) {
    return percent(s.tokens_saved, s.tokens);
}

json curveOf(const std::vector<json>& runs, guard::GuardConfig config) {
    json out = json::array();
    for (int points = 16; points <= 120; points += points < 64 ? 4 : 14) {
        config.stuck_points = points;
        const Score score = scoreOf(runs, config, -1);
        json one = {{"stuck_points", points},
                    {"turns_saved_pct", turnsSaved(score)},
                    {"successes_lost_pct", successesLost(score)}};
        if (score.has_tokens)
            one["tokens_saved_pct"] = tokensSaved(score), one["resolved_lost"] = score.resolved_lost;
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return bad("usage: eval_loops FILE.jsonl [--stuck-points N] ");
    guard::GuardConfig config;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--stuck-points") != 0)
            return bad(fmt::format("unknown option {}", argv[i]));
        config.stuck_points = std::atoi(argv[i + 1]);
    }
    std::vector<json> runs;
    if (const auto problem = read(argv[1], runs)) return bad(*problem);
    try {
        const Score all = scoreOf(runs, config, -1);
        json out = {{"runs", all.runs},
                    {"successes", all.successes},
                    {"turns", all.turns},
                    {"stopped", all.stopped},
                    {"stuck_points", config.stuck_points},
                    {"turns_saved_pct", turnsSaved(all)},
                    {"successes_lost_pct", successesLost(all)},
                    {"tokens_saved_pct", nullptr},
                    {"resolved_lost", all.resolved_lost},
                    {"halves", json::array()},
                    {"curve", curveOf(runs, config)}};
        if (all.has_tokens) out["tokens_saved_pct"] = tokensSaved(all);
        for (const int half : {0, 1}) {
            const Score score = scoreOf(runs, config, half);
            out["halves"].push_back({{"turns_saved_pct", turnsSaved(score)},
                                     {"successes_lost_pct", successesLost(score)},
                                     {"resolved_lost", score.resolved_lost}});
        }
        std::cout << out.dump() << std::endl;
    } catch (const json::exception& e) {
        return bad(fmt::format("{}: {}", argv[1], e.what()));
    }
    return 0;
}
