#include "core/guard/observation.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {

struct ReactionField {
    std::string_view key;
    Reaction GuardConfig::*field;
};
struct NumberField {
    std::string_view key;
    int GuardConfig::*field;
    int least, most;
};
constexpr ReactionField reactions[] = {
    {"loop.stuck", &GuardConfig::stuck},           {"loop.counter", &GuardConfig::counter},
    {"loop.identical", &GuardConfig::identical},   {"loop.cycle", &GuardConfig::cycle},
    {"loop.growing_output", &GuardConfig::growth}, {"loop.tail", &GuardConfig::tail},
    {"check.repeated", &GuardConfig::check},       {"cost.item", &GuardConfig::cost},
    {"cost.price", &GuardConfig::price},           {"cost.usage", &GuardConfig::usage},
    {"reasoning.work", &GuardConfig::reasoning},   {"reasoning.answer", &GuardConfig::answer},
};
constexpr NumberField numbers[] = {
    {"loop.stuck_points", &GuardConfig::stuck_points, 4, 1000},
    {"loop.identical_repeats", &GuardConfig::identical_repeats, 1, 256},
    {"loop.identical_total", &GuardConfig::identical_total, 2, 256},
    {"loop.cycle_repeats", &GuardConfig::cycle_repeats, 2, 128},
    {"loop.cycle_max_period", &GuardConfig::cycle_max_period, 2, 16},
    {"loop.counter_repeats", &GuardConfig::counter_repeats, 3, 1000},
    {"loop.history", &GuardConfig::history, 8, 256},
    {"loop.growing_output_steps", &GuardConfig::growth_steps, 2, 1000},
    {"loop.tail_repeats", &GuardConfig::tail_repeats, 3, 1000},
    {"loop.tail_min_bytes", &GuardConfig::tail_min_bytes, 64, 4096},
    {"check.repeated_times", &GuardConfig::check_repeats, 2, 1000},
    {"cost.usage_min_pct", &GuardConfig::usage_min_pct, 150, 1'000'000},
    {"cost.usage_retry_storm", &GuardConfig::retry_storm, 3, 10'000},
    {"cost.min_items", &GuardConfig::cost_min_items, 5, 512},
    {"cost.mads", &GuardConfig::cost_mads, 1, 1000},
    {"cost.min_ratio_pct", &GuardConfig::cost_min_ratio_pct, 100, 1'000'000},
};

} // namespace

std::string_view toString(Reaction v) {
    switch (v) {
    case Reaction::off:
        return "off";
    case Reaction::warn:
        return "warn";
    case Reaction::stop:
        return "stop";
    }
    return "";
}

std::optional<Reaction> parseReaction(std::string_view text) {
    for (const auto v : {Reaction::off, Reaction::warn, Reaction::stop})
        if (toString(v) == text) return v;
    return std::nullopt;
}

void to_json(nlohmann::json& out, const GuardConfig& config) {
    out = nlohmann::json::object();
    for (const auto& [key, field] : reactions)
        out[std::string(key)] = std::string(toString(config.*field));
    for (const auto& number : numbers)
        out[std::string(number.key)] = config.*number.field;
}

Result<GuardConfig> guardConfigFromJson(const nlohmann::json& in) {
    GuardConfig out;
    if (!in.is_object()) return fail("guard.syntax", "the detector settings are not an object");
    for (const auto& [key, value] : in.items()) {
        const std::string where = "/" + key;
        const auto* reaction =
            std::find_if(std::begin(reactions), std::end(reactions),
                         [&, &name = key](const auto& field) { return field.key == name; });
        if (reaction != std::end(reactions)) {
            const auto parsed = value.is_string() ? parseReaction(value.get<std::string>()) : std::nullopt;
            if (!parsed)
                return fail("guard.reaction", "a detector is off, warn or stop", "write \"warn\"", where);
            out.*reaction->field = *parsed;
            continue;
        }
        const auto* number = std::find_if(std::begin(numbers), std::end(numbers),
                                          [&, &name = key](const auto& field) { return field.key == name; });
        if (number == std::end(numbers)) {
            std::string known;
            for (const auto& field : reactions)
                known += (known.empty() ? "" : ", ") + std::string(field.key);
            return fail("guard.unknown_key", "'" + key.substr(0, 64) + "' is not a setting of a detector",
                        "detectors are " + known, where);
        }
        const bool whole = value.is_number_integer();
        if (!whole || value.get<std::int64_t>() < number->least || value.get<std::int64_t>() > number->most)
            return fail("guard.range",
                        fmt::format("this is a whole number from {} to {}", number->least, number->most), {},
                        where);
        out.*number->field = value.get<int>();
    }
    return out;
}

} // namespace tally::guard
