// Simulated hosted models: deterministic stand-ins with the latency, speed, error rate and verbosity of a
// named model. Everything they answer carries simulated = true. What the text says comes from a SimBrain.
//
// Profiles: resources/sim/profiles.json; every figure there names its source.
// Determinism: the text depends on (profile, call, seed) only; latency and errors on those and on how often
// this very call failed before, so that a retry may succeed. Order of calls, threads and time do not matter,
// except for the prompt cache.
#pragma once
#include "core/base/result.h"
#include "core/model/call.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::provider {

struct SimProfile {
    std::string name;           ///< what ModelCall::model says, e.g. "sim-small"
    std::string stands_for;     ///< the real model, e.g. "gpt-4.1-nano"; also the name the TokenCounter gets
    std::string price_provider; ///< provider of that model in the price book
    std::string price_model;    ///< model name there
    std::string brain = "echo"; ///< name of a registered SimBrain
    std::int64_t context_tokens = 128'000; ///< longer input is answered with http 400, like the real one
    std::int64_t max_output_tokens = 16'384;
    std::int64_t ttft_ms = 0;      ///< median time to first token
    double ttft_sigma = 0;         ///< of the log-normal spread
    double tokens_per_s = 0;       ///< output speed; 0: all at once
    double input_tokens_per_s = 0; ///< adds input / this to the time to first token; 0: nothing
    double error_rate = 0;         ///< share of calls that fail (429, 500, 529, cut stream)
    double ability = 1;            ///< 0..1, for brains: how careful a reader it is
    double verbosity = 1;          ///< for brains: 1 = only what was asked; 1.5 = half as much again
    bool prompt_cache =
        false; ///< report cached_tokens when the prompt's beginning repeats (>= 1024 tokens, steps of 128)
    std::string usage_flavour = "openai"; ///< or "exclusive"
    std::string source;                   ///< where the figures come from, with date
    bool operator==(const SimProfile&) const = default;
};

/// The whole file: {"profiles":[…]}; errors carry the JSON pointer.
Result<std::vector<SimProfile>> parseSimProfiles(std::string_view json_text);

/// What a simulated model says. Pure: same arguments, same text. Runs on the pool unless quick().
class SimBrain {
public:
    virtual ~SimBrain() = default;
    virtual std::string answer(const ModelCall& call, const SimProfile& profile,
                               std::uint64_t seed) const = 0;
    /// True when it needs far less than a millisecond: then it runs on the engine thread.
    [[nodiscard]] virtual bool quick() const { return false; }
};

/// "echo": repeats the last user message.
std::unique_ptr<SimBrain> makeEchoBrain();
/// "schema": a value that satisfies the call's output_schema (types, enums, required, minItems, bounds),
/// chosen by the seed.
std::unique_ptr<SimBrain> makeSchemaBrain();
/// "script": the answers one after the other, picked by the content of the call: the entry whose `when`
/// occurs in the last user message, else the last entry.
struct ScriptLine {
    std::string when;
    std::string say;
};
std::unique_ptr<SimBrain> makeScriptBrain(std::vector<ScriptLine> lines);

/// Counts tokens for the sims; given to the hub by whoever owns the tokenizers. Both must be thread-safe and
/// pure.
struct TokenCounter {
    std::function<std::int64_t(std::string_view model, const ModelCall& call)>
        input; ///< with the framing of messages
    std::function<std::int64_t(std::string_view model, std::string_view text)> output;
};
/// UTF-8 bytes / 4 rounded up, plus 4 per message and 3 per call: for tests, and until a real one is set.
TokenCounter roughTokenCounter();

/// Seed of a call: SHA-256 over the profile's name, the call's content (without idempotency key and
/// time-outs) and its seed.
std::uint64_t simSeed(const SimProfile& profile, const ModelCall& call);

} // namespace tally::provider
