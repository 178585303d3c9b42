// A rate line: one resolved price. All tiers, discounts and thresholds are already applied; a call that falls
// into another tier uses another line. What it says is what a `price` entry of the trace log records.
#pragma once
#include "core/base/money.h"
#include "core/model/usage.h"

#include <map>
#include <memory>
#include <string>

namespace tally {

struct RateLine {
    std::string provider;                           ///< "openai"
    std::string model;                              ///< the catalogue's name of the model
    std::string tier = "standard";                  ///< standard, batch, flex, priority, long-context …
    std::string region;                             ///< empty: none
    std::map<std::string, Pico, std::less<>> rates; ///< meter -> pico per unit
    std::string source;                             ///< catalogue name and version
    std::string effective_from;                     ///< ISO date
    std::string effective_to;                       ///< ISO date, exclusive; empty: open
    std::string why;                                ///< one sentence: why this line and tier apply
    bool simulated = false;                         ///< a sim model that borrows this price

    [[nodiscard]] bool has(std::string_view meter_name) const {
        return rates.find(meter_name) != rates.end();
    }
    bool operator==(const RateLine&) const = default;
};
using RatePtr = std::shared_ptr<const RateLine>; ///< for those who keep one per step
void to_json(nlohmann::json& out, const RateLine& line);
void from_json(const nlohmann::json& in, RateLine& line);

} // namespace tally
