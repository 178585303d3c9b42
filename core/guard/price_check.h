// Logged cost against tokens x list price: are they the same, and if not, which rate explains the log?
//
// Exact integers: pico and tokens. A cost that the list explains (to the last digit that the log shows) is
// silent. Otherwise a pair of rates is looked for that gives the logged cost exactly: round rates with a
// usual ratio of output to input first, then the only pair that explains this call and an earlier one of the
// same model. If neither is found, the alert says what a token cost on average. Memory: one call per model.
// No IO.
#pragma once
#include "core/guard/observation.h"

#include <map>

namespace tally::guard {

/// Prices per million tokens.
struct TokenRates {
    Pico in, out;
};

struct PricedCall {
    std::string model;
    std::int64_t in = 0, out = 0; ///< tokens
    Pico logged;
    std::optional<TokenRates> list; ///< none: the model has no known list price, nothing is judged
    Pico precision = Pico::of(2);   ///< how far a log's rounding may be off
};

class PriceCheck {
public:
    std::optional<Alert> feed(const PricedCall& call, const GuardConfig& config);
    /// The rates that explain a call, if any do exactly.
    [[nodiscard]] std::optional<TokenRates> explain(const PricedCall& call) const;

private:
    std::map<std::string, PricedCall> before_; ///< newest call of each model
};

} // namespace tally::guard
