#include "core/model/rate.h"

#include <nlohmann/json.hpp>

namespace tally {

void to_json(nlohmann::json& out, const RateLine& line) {
    out = {{"provider", line.provider},
           {"model", line.model},
           {"tier", line.tier},
           {"region", line.region},
           {"source", line.source},
           {"effective_from", line.effective_from},
           {"effective_to", line.effective_to},
           {"why", line.why},
           {"simulated", line.simulated}};
    auto& rates = out["rates_pico"] = nlohmann::json::object();
    for (const auto& [name, rate] : line.rates)
        rates[name] = rate.value();
}

void from_json(const nlohmann::json& in, RateLine& line) {
    line = RateLine{};
    line.provider = in.value("provider", "");
    line.model = in.value("model", "");
    line.tier = in.value("tier", "standard");
    line.region = in.value("region", "");
    line.source = in.value("source", "");
    line.effective_from = in.value("effective_from", "");
    line.effective_to = in.value("effective_to", "");
    line.why = in.value("why", "");
    line.simulated = in.value("simulated", false);
    if (const auto rates = in.find("rates_pico"); rates != in.end())
        for (const auto& [name, rate] : rates->items())
            line.rates[name] = Pico::of(rate.get<std::int64_t>());
}

} // namespace tally
