// Budgets: scope + window + meter + limit + policy.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

enum class ScopeType { org, process, workflow, run, model, user };
/// "org" (the workspace, name empty) or "<type>:<name>".
struct Scope {
    ScopeType type = ScopeType::org;
    std::string name; ///< empty with run: every run for itself
    [[nodiscard]] std::string str() const;
    static Result<Scope> parse(std::string_view text);
    bool operator==(const Scope&) const = default;
    auto operator<=>(const Scope&) const = default;
};

enum class Window { run, hour, day, week, month, total };
enum class LimitMeter { cost, tokens, calls, wall_ms, compute_ms, concurrent, state_bytes };
enum class BudgetPolicy {
    hard, ///< refuse; the run stops with status "stopped by budget"
    wait, ///< hold the step until reservations are released or the window turns
    warn  ///< let it pass, write a `warn` entry and an event once per window
};

std::string_view toString(ScopeType v);
std::string_view toString(Window v);
std::string_view toString(LimitMeter v);
std::string_view toString(BudgetPolicy v);
Result<ScopeType> parseScopeType(std::string_view text);
Result<Window> parseWindow(std::string_view text);
Result<LimitMeter> parseLimitMeter(std::string_view text);
Result<BudgetPolicy> parseBudgetPolicy(std::string_view text);

/// Amounts of a budget are picos for LimitMeter::cost and plain units (tokens, calls, ms, bytes) for the
/// others; both are 128-bit integers, so that one piece of arithmetic serves all.
struct Budget {
    BudgetId id;
    Scope scope;
    Window window = Window::total;
    LimitMeter meter = LimitMeter::cost;
    PicoSum limit; ///< picos, or units when meter is not cost
    BudgetPolicy policy = BudgetPolicy::hard;
    std::vector<int> warn_percent = {80}; ///< thresholds that raise a warning
    std::string by;                       ///< role or account that set it
    std::string reason;
    std::string label;
    /// Whether the price of simulated calls counts in a cost budget: nobody is billed for them. The other
    /// meters count every call.
    bool count_simulated = false;
    bool operator==(const Budget&) const = default;
};

/// A budget as it stands now.
struct BudgetState {
    Budget budget;
    std::string window_key;         ///< e.g. "2026-11-22" for a day, the run id for window run, "" for total
    std::int64_t window_end_us = 0; ///< 0: never
    PicoSum spent;
    PicoSum reserved;
    bool exhausted = false;   ///< a step was refused or is waiting in this window
    std::string last_refusal; ///< sentence; empty if none
    PicoSum simulated{};      ///< of `spent`: by simulated calls
    [[nodiscard]] PicoSum headroom() const { return budget.limit - spent - reserved; }
    bool operator==(const BudgetState&) const = default;
};

void to_json(nlohmann::json& out, const Budget& budget);
void to_json(nlohmann::json& out, const BudgetState& state);
/// {"scope":"workflow:x","window":"day","meter":"cost","limit":"5.00"|int,"policy":"hard"}; errors carry the
/// JSON pointer.
Result<Budget> budgetFromJson(const nlohmann::json& in);

/// The window of `window` that contains `wall_us` (UTC): its key and exclusive end. run and total have no
/// end.
struct WindowSpan {
    std::string key;
    std::int64_t start_us = 0;
    std::int64_t end_us = 0; ///< 0: open
};
WindowSpan windowAt(Window window, std::int64_t wall_us);

} // namespace tally
