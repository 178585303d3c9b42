// Random workflows and random outcomes for the pure machine. Seeded: the same number gives the same workflow.
#include "tests/core/engine/support_random.h"

#include "core/base/rng.h"

#include <fmt/format.h>

namespace tally::test {

namespace {

struct Maker {
    SeededRng rng;
    int next = 0;
    std::string last; ///< reference to something that exists

    std::string steps(int depth, int at_most, bool in_map) {
        std::string out, scope = last;
        const auto n = 1 + rng.below(static_cast<std::uint64_t>(at_most));
        for (std::uint64_t i = 0; i < n; ++i)
            out += (out.empty() ? "" : ",") + step(depth, in_map);
        last = scope;
        return out;
    }
    std::string step(int depth, bool in_map) {
        const std::string id = "s" + std::to_string(next++);
        const std::string seen = last.empty() ? "\"start\"" : "\"{{" + last + "}}\"";
        const auto kind = rng.below(depth > 0 ? 9 : 5);
        const std::string on_error = rng.below(3) == 0 ? R"(, "on_error": "skip")" : "";
        std::string text;
        switch (kind) {
        case 0:
        case 1:
            text = fmt::format(
                R"({{"id": "{}", "kind": "model", "role": "m", "prompt": {}, "max_tokens": 8{}}})", id, seen,
                on_error);
            break;
        case 2:
            text = fmt::format(
                R"({{"id": "{}", "kind": "code", "args": {{"v": {}}}, "lua": "return args.v"{}}})", id, seen,
                on_error);
            break;
        case 3:
            text = fmt::format(R"({{"id": "{}", "kind": "tool", "function": "f", "args": {{"v": {}}}{}}})",
                               id, seen, on_error);
            break;
        case 4:
            text = fmt::format(
                R"({{"id": "{}", "kind": "route", "prompt": {}, "max_tokens": 8, "tiers": [{{"role": "m", "accept": "output contains \"a\""}}, {{"role": "m"}}]{}}})",
                id, seen, on_error);
            break;
        case 5:
            text = fmt::format(
                R"({{"id": "{}", "kind": "map", "over": "{{{{inputs.list}}}}", "concurrency": {}, "on_item_error": "{}", "steps": [{}]}})",
                id, 1 + rng.below(3), rng.below(2) == 0 ? "skip" : "fail", steps(depth - 1, 2, true));
            break;
        case 6:
            text = fmt::format(R"({{"id": "{}", "kind": "loop", "max_iterations": {}, "steps": [{}]}})", id,
                               1 + rng.below(3), steps(depth - 1, 2, in_map));
            break;
        case 7:
            text = fmt::format(
                R"({{"id": "{}", "kind": "branch", "cases": [{{"when": "len(inputs.list) > {}", "steps": [{}]}}], "else": [{}]}})",
                id, rng.below(4), steps(depth - 1, 2, in_map), steps(depth - 1, 1, in_map));
            break;
        default: {
            const std::string asked = "s" + std::to_string(next++);
            return fmt::format(
                R"({{"id": "{0}", "kind": "model", "role": "m", "prompt": {1}, "max_tokens": 8}},
                {{"id": "{2}", "kind": "check", "input": "{{{{steps.{0}.output}}}}", "regex": "[a-m]$", "repair": {{"step": "{0}", "times": 2}}, "on_error": "skip"}})",
                asked, seen, id);
        }
        }
        if (kind <= 4) last = "steps." + id + ".output";
        return text;
    }
};

} // namespace

std::string randomWorkflow(std::uint64_t seed) {
    Maker maker{SeededRng(seed), 0, {}};
    const std::string steps = maker.steps(3, 4, false);
    return R"({"name": "random", "process": "tests", "models": {"m": ["sim/one"]}, "inputs": {"list": {"type": "array"}}, "steps": [)" +
           steps + "]}";
}

} // namespace tally::test
