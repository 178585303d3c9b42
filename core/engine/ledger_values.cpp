#include "core/engine/ledger_values.h"

#include <nlohmann/json.hpp>

namespace tally::engine {

std::string_view toString(AttemptState v) {
    switch (v) {
    case AttemptState::reserved:
        return "reserved";
    case AttemptState::settled:
        return "settled";
    case AttemptState::released:
        return "released";
    case AttemptState::in_doubt:
        return "in_doubt";
    }
    return "";
}

Result<AttemptState> parseAttemptState(std::string_view text) {
    for (const auto state :
         {AttemptState::reserved, AttemptState::settled, AttemptState::released, AttemptState::in_doubt})
        if (toString(state) == text) return state;
    return fail("budget.bad_state", "'" + std::string(text.substr(0, 40)) + "' is not a state of an attempt",
                "reserved, settled, released or in_doubt");
}

Error Refused::error() const {
    return {code, sentence, "", scope};
}

void to_json(nlohmann::json& out, const AttemptRow& row) {
    out = {{"attempt", row.attempt.str()},   {"subject", row.subject},
           {"reserved", row.reserved},       {"booked", row.booked},
           {"admitted_us", row.admitted_us}, {"state", std::string(toString(row.state))}};
}

Result<AttemptRow> attemptRowFromJson(const nlohmann::json& in) {
    if (!in.is_object() || !in.contains("attempt") || !in["attempt"].is_string() ||
        !in.contains("admitted_us") || !in["admitted_us"].is_number_integer() || !in.contains("state") ||
        !in["state"].is_string())
        return fail("budget.bad_row", "the row of an attempt lacks its id, time or state");
    AttemptRow row;
    row.attempt = AttemptId(in["attempt"].get<std::string>());
    row.admitted_us = in["admitted_us"].get<std::int64_t>();
    TALLY_ASSIGN(row.state, parseAttemptState(in["state"].get<std::string>()));
    TALLY_ASSIGN(row.subject, subjectFromJson(in.value("subject", nlohmann::json::object())));
    TALLY_ASSIGN(row.reserved, amountsFromJson(in.value("reserved", nlohmann::json::object())));
    TALLY_ASSIGN(row.booked, amountsFromJson(in.value("booked", nlohmann::json::object())));
    return row;
}

} // namespace tally::engine
