// What one attempt uses of every limit meter, and whom it belongs to. Plain values.
//
// Units: cost in picos, tokens and calls as counts, wall_ms and compute_ms in milliseconds, concurrent as
// calls under way, state_bytes in bytes. All are 128-bit integers, so that one piece of arithmetic serves
// all.
#pragma once
#include "core/model/budget.h"
#include "core/model/usage.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::engine {

inline constexpr std::size_t limit_meters = 7;
inline constexpr std::size_t indexOf(LimitMeter meter) {
    return static_cast<std::size_t>(meter);
}
/// A level (calls under way, bytes held) and not a consumption: it falls again, and calendar windows do not
/// reset it.
inline constexpr bool isGauge(LimitMeter meter) {
    return meter == LimitMeter::concurrent || meter == LimitMeter::state_bytes;
}
/// "$0.0416" for cost, "1200 tokens" and the like for the others.
std::string amountText(LimitMeter meter, PicoSum amount);

struct Amounts {
    std::array<PicoSum, limit_meters> of{};

    [[nodiscard]] PicoSum get(LimitMeter meter) const { return of[indexOf(meter)]; }
    Amounts& set(LimitMeter meter, PicoSum amount) { return of[indexOf(meter)] = amount, *this; }
    Amounts& set(LimitMeter meter, std::int64_t units) { return set(meter, PicoSum::of(units)); }
    /// One call: worst case before it, or the truth after it. Adds calls = 1 and concurrent = 1.
    static Amounts call(PicoSum cost, std::int64_t tokens, std::int64_t compute_ms = 0);
    /// The truth after a call, from its cost and normalised usage.
    static Amounts actual(Pico cost, const Usage& usage);
    bool operator==(const Amounts&) const = default;
};

/// Whom an attempt belongs to; decides which budgets it must fit. An empty name matches no named scope.
struct Subject {
    RunId run; ///< the root run: what sub-workflows spend counts for the run that a person started
    std::string workflow;
    std::string process;
    std::string model; ///< "provider/model"; empty for steps that call none
    std::string user;  ///< pseudonym of who started the run
    /// Workflow and process of every called workflow that the step stands in, outermost first: it is charged
    /// to and stopped by them as well.
    std::vector<std::pair<std::string, std::string>> called{};
    /// The call is answered by a simulated model. Not in its JSON: the store has it in the attempt's intent.
    bool simulated = false;
    /// Id of the batch whose item the run works on: budgets of scope run with that name count it too, like
    /// those of a root run.
    std::string batch{};
    bool operator==(const Subject&) const = default;
};

/// For the store: {"cost":"31000000","calls":"1"}, zero amounts left out;
/// {"run":…,"workflow":…,"process":…,"model":…,"user":…,"called":[["workflow","process"],…],"batch":…}
/// (called and batch if any).
void to_json(nlohmann::json& out, const Amounts& amounts);
/// The same as text, for the two places that write it once per step.
std::string amountsText(const Amounts& amounts);
void to_json(nlohmann::json& out, const Subject& subject);
Result<Amounts> amountsFromJson(const nlohmann::json& in);
Result<Subject> subjectFromJson(const nlohmann::json& in);

} // namespace tally::engine
