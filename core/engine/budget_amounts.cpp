#include "core/engine/budget_amounts.h"

#include <nlohmann/json.hpp>

namespace tally::engine {
namespace {
constexpr std::array<LimitMeter, limit_meters> meters = {
    LimitMeter::cost,       LimitMeter::tokens,     LimitMeter::calls,       LimitMeter::wall_ms,
    LimitMeter::compute_ms, LimitMeter::concurrent, LimitMeter::state_bytes,
};
} // namespace

std::string amountText(LimitMeter meter, PicoSum amount) {
    const std::string units = toString(amount.value());
    const std::string plural = amount.value() == 1 ? "" : "s";
    switch (meter) {
    case LimitMeter::cost:
        return shortDollars(amount);
    case LimitMeter::tokens:
        return units + " token" + plural;
    case LimitMeter::calls:
        return units + " call" + plural;
    case LimitMeter::wall_ms:
        return units + " ms of time";
    case LimitMeter::compute_ms:
        return units + " ms of computing";
    case LimitMeter::concurrent:
        return units + " call" + plural + " at once";
    case LimitMeter::state_bytes:
        return units + " byte" + plural + " of state";
    }
    return units;
}

Amounts Amounts::call(PicoSum cost, std::int64_t tokens, std::int64_t compute_ms) {
    Amounts out;
    out.set(LimitMeter::cost, cost).set(LimitMeter::tokens, tokens).set(LimitMeter::compute_ms, compute_ms);
    return out.set(LimitMeter::calls, 1).set(LimitMeter::concurrent, 1);
}

Amounts Amounts::actual(Pico cost, const Usage& usage) {
    return call(cost, usage.tokens(), usage.get(meter::compute_ms));
}

void to_json(nlohmann::json& out, const Amounts& amounts) {
    out = nlohmann::json::object();
    for (const LimitMeter meter : meters)
        if (amounts.get(meter) != PicoSum())
            out[std::string(toString(meter))] = amounts.get(meter).picoString();
}

std::string amountsText(const Amounts& amounts) {
    std::string out;
    for (const LimitMeter meter : meters) {
        if (amounts.get(meter) == PicoSum()) continue;
        out += out.empty() ? "{\"" : ",\"";
        out += toString(meter);
        out += "\":\"";
        out += amounts.get(meter).picoString();
        out += '"';
    }
    return out.empty() ? "{}" : out + '}';
}

Result<Amounts> amountsFromJson(const nlohmann::json& in) {
    Amounts out;
    if (!in.is_object()) return fail("budget.bad_amount", "amounts are not an object of meters");
    for (const auto& [name, value] : in.items()) {
        TALLY_ASSIGN(const LimitMeter meter, parseLimitMeter(name));
        if (!value.is_string())
            return fail("budget.bad_amount", "an amount is not a string of digits", {}, "/" + name);
        TALLY_ASSIGN(const PicoSum amount, PicoSum::parsePico(value.get<std::string>()));
        out.set(meter, amount);
    }
    return out;
}

void to_json(nlohmann::json& out, const Subject& subject) {
    out = {{"run", subject.run.str()},
           {"workflow", subject.workflow},
           {"process", subject.process},
           {"model", subject.model},
           {"user", subject.user}};
    if (!subject.called.empty()) out["called"] = subject.called;
    if (!subject.batch.empty()) out["batch"] = subject.batch;
}

Result<Subject> subjectFromJson(const nlohmann::json& in) {
    if (!in.is_object()) return fail("budget.bad_subject", "the subject of an attempt is not an object");
    const auto text = [&](const char* key) {
        const auto found = in.find(key);
        return found != in.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    Subject out{RunId(text("run")), text("workflow"), text("process"), text("model"), text("user"), {}};
    out.batch = text("batch");
    if (const auto called = in.find("called"); called != in.end() && called->is_array())
        for (const auto& each : *called)
            if (each.is_array() && each.size() == 2 && each[0].is_string() && each[1].is_string())
                out.called.emplace_back(each[0].get<std::string>(), each[1].get<std::string>());
    return out;
}

} // namespace tally::engine
