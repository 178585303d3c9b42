#include "core/audit/log_entries.h"

#include "core/base/hash.h"

#include <fmt/format.h>

namespace tally::audit {

std::string rateDigest(const RateLine& line) {
    std::string text;
    for (const auto* part :
         {&line.provider, &line.model, &line.tier, &line.region, &line.source, &line.effective_from}) {
        text += *part;
        text += '\0';
    }
    if (line.simulated) text += "sim";
    for (const auto& [meter_name, rate] : line.rates)
        text += fmt::format("\n{}={}", meter_name, rate.value());
    return sha256Hex(text);
}

} // namespace tally::audit
