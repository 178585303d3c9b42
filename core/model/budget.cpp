#include "core/model/budget.h"

#include "core/model/enum_names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>

namespace tally {
namespace {
constexpr EnumNames<ScopeType, 6> scopeTypes{{{ScopeType::org, "org"},
                                              {ScopeType::process, "process"},
                                              {ScopeType::workflow, "workflow"},
                                              {ScopeType::run, "run"},
                                              {ScopeType::model, "model"},
                                              {ScopeType::user, "user"}}};
constexpr EnumNames<Window, 6> windows{{{Window::run, "run"},
                                        {Window::hour, "hour"},
                                        {Window::day, "day"},
                                        {Window::week, "week"},
                                        {Window::month, "month"},
                                        {Window::total, "total"}}};
constexpr EnumNames<LimitMeter, 7> limitMeters{{{LimitMeter::cost, "cost"},
                                                {LimitMeter::tokens, "tokens"},
                                                {LimitMeter::calls, "calls"},
                                                {LimitMeter::wall_ms, "wall_ms"},
                                                {LimitMeter::compute_ms, "compute_ms"},
                                                {LimitMeter::concurrent, "concurrent"},
                                                {LimitMeter::state_bytes, "state_bytes"}}};
constexpr EnumNames<BudgetPolicy, 3> policies{
    {{BudgetPolicy::hard, "hard"}, {BudgetPolicy::wait, "wait"}, {BudgetPolicy::warn, "warn"}}};

Result<PicoSum> limitFromJson(const nlohmann::json& in, LimitMeter meter) {
    if (meter == LimitMeter::cost) {
        if (!in.is_string())
            return fail("budget.limit", "a cost limit must be a text such as \"5.00\"",
                        "put the amount in quotes, so that no digit is lost", "/limit");
        auto amount = Pico::parse(in.get<std::string>());
        if (!amount && amount.error().code == "money.range")
            return fail("budget.limit_range",
                        "a cost limit ends at 9007.199254740991: the log keeps it as one amount",
                        "use a shorter window, or several budgets (per workflow, process or model)",
                        "/limit");
        if (!amount) return fail(amount.error().at("/limit"));
        if (amount->value() < 0) return fail("budget.limit", "a limit cannot be negative", {}, "/limit");
        return PicoSum(*amount);
    }
    if (!in.is_number_integer() || in.get<std::int64_t>() < 0)
        return fail("budget.limit",
                    fmt::format("a limit of {} must be an integer of at least 0", toString(meter)), {},
                    "/limit");
    return PicoSum::of(in.get<std::int64_t>());
}

nlohmann::json limitToJson(PicoSum amount, LimitMeter meter) {
    return meter == LimitMeter::cost ? nlohmann::json(amount.toString())
                                     : nlohmann::json(static_cast<std::int64_t>(amount.value()));
}

std::int64_t dayNumber(std::int64_t wall_us) {
    constexpr std::int64_t day_us = 86'400'000'000;
    return wall_us >= 0 ? wall_us / day_us : (wall_us - day_us + 1) / day_us;
}
} // namespace

std::string_view toString(ScopeType v) {
    return scopeTypes.name(v);
}
std::string_view toString(Window v) {
    return windows.name(v);
}
std::string_view toString(LimitMeter v) {
    return limitMeters.name(v);
}
std::string_view toString(BudgetPolicy v) {
    return policies.name(v);
}
Result<ScopeType> parseScopeType(std::string_view text) {
    return scopeTypes.parse(text, "budget.scope", "scope");
}
Result<Window> parseWindow(std::string_view text) {
    return windows.parse(text, "budget.window", "window");
}
Result<LimitMeter> parseLimitMeter(std::string_view text) {
    return limitMeters.parse(text, "budget.meter", "meter");
}
Result<BudgetPolicy> parseBudgetPolicy(std::string_view text) {
    return policies.parse(text, "budget.policy", "policy");
}

std::string Scope::str() const {
    return name.empty() ? std::string(toString(type)) : std::string(toString(type)) + ":" + name;
}

Result<Scope> Scope::parse(std::string_view text) {
    const std::size_t colon = text.find(':');
    TALLY_ASSIGN(const ScopeType type, parseScopeType(text.substr(0, colon)));
    const std::string name(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
    if (type != ScopeType::org && type != ScopeType::run && name.empty())
        return fail("budget.scope", fmt::format("scope '{}' needs a name", text),
                    fmt::format("write {}:NAME", toString(type)));
    return Scope{type, type == ScopeType::org ? std::string() : name};
}

void to_json(nlohmann::json& out, const Budget& b) {
    out = {{"id", b.id.str()},
           {"scope", b.scope.str()},
           {"window", toString(b.window)},
           {"meter", toString(b.meter)},
           {"limit", limitToJson(b.limit, b.meter)},
           {"policy", toString(b.policy)},
           {"warn_percent", b.warn_percent},
           {"by", b.by},
           {"reason", b.reason},
           {"label", b.label},
           {"simulated", b.count_simulated}};
}

void to_json(nlohmann::json& out, const BudgetState& s) {
    to_json(out, s.budget);
    const LimitMeter m = s.budget.meter;
    out["window_key"] = s.window_key;
    out["window_end_us"] = s.window_end_us;
    out["spent"] = limitToJson(s.spent, m);
    out["spent_simulated"] = limitToJson(s.simulated, m);
    out["reserved"] = limitToJson(s.reserved, m);
    out["headroom"] = limitToJson(s.headroom(), m);
    out["exhausted"] = s.exhausted;
    out["last_refusal"] = s.last_refusal;
}

Result<Budget> budgetFromJson(const nlohmann::json& in) {
    if (!in.is_object()) return fail("budget.syntax", "a budget must be an object");
    for (const auto& [key, value] : in.items()) {
        if (key == "limit" || key == "warn_percent") continue;
        if (key == "simulated") {
            if (!value.is_boolean())
                return fail("budget.syntax", "'simulated' must be true or false", {}, "/simulated");
            continue;
        }
        if (key != "id" && key != "scope" && key != "window" && key != "meter" && key != "policy" &&
            key != "by" && key != "reason" && key != "label")
            return fail("budget.syntax", fmt::format("unknown field '{}'", key),
                        "known are id, scope, window, meter, limit, policy, warn_percent, by, reason, label, "
                        "simulated",
                        "/" + key);
        if (!value.is_string())
            return fail("budget.syntax", fmt::format("'{}' must be a text", key), {}, "/" + key);
    }
    Budget b;
    const auto word = [&](const char* key, const char* fallback) {
        return in.value(key, std::string(fallback));
    };
    b.id = BudgetId(word("id", ""));
    const auto place = [](const char* pointer, auto result) {
        return result.map_error([&](const Error& e) { return e.at(pointer); });
    };
    TALLY_ASSIGN(b.scope, place("/scope", Scope::parse(word("scope", "org"))));
    TALLY_ASSIGN(b.window, place("/window", parseWindow(word("window", "total"))));
    TALLY_ASSIGN(b.meter, place("/meter", parseLimitMeter(word("meter", "cost"))));
    TALLY_ASSIGN(b.policy, place("/policy", parseBudgetPolicy(word("policy", "hard"))));
    if (!in.contains("limit")) return fail("budget.limit", "the limit is missing", "add \"limit\"", "/limit");
    TALLY_ASSIGN(b.limit, limitFromJson(in["limit"], b.meter));
    if (const auto warn = in.find("warn_percent"); warn != in.end()) {
        b.warn_percent.clear();
        if (!warn->is_array())
            return fail("budget.syntax", "warn_percent must be an array of integers", {}, "/warn_percent");
        for (const auto& percent : *warn) {
            if (!percent.is_number_integer() || percent.get<std::int64_t>() < 1 ||
                percent.get<std::int64_t>() > 100)
                return fail("budget.syntax", "a warning threshold must be an integer from 1 to 100", {},
                            "/warn_percent");
            b.warn_percent.push_back(percent.get<int>());
        }
    }
    b.by = word("by", "");
    b.reason = word("reason", "");
    b.label = word("label", "");
    b.count_simulated = in.value("simulated", false);
    return b;
}

WindowSpan windowAt(Window window, std::int64_t wall_us) {
    constexpr std::int64_t hour_us = 3'600'000'000;
    constexpr std::int64_t day_us = 24 * hour_us;
    const std::int64_t day = dayNumber(wall_us);
    const std::time_t seconds = day * 86'400;
    std::tm tm{};
    gmtime_r(&seconds, &tm);
    const std::string date = fmt::format("{:04}-{:02}-{:02}", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    switch (window) {
    case Window::run:
    case Window::total:
        return {"", 0, 0};
    case Window::hour: {
        const std::int64_t hour = (wall_us - day * day_us) / hour_us;
        const std::int64_t start = day * day_us + hour * hour_us;
        return {fmt::format("{}T{:02}", date, hour), start, start + hour_us};
    }
    case Window::day:
        return {date, day * day_us, (day + 1) * day_us};
    case Window::week: { // ISO: weeks start on Monday; the key is that Monday's date
        const std::int64_t monday = day - (tm.tm_wday + 6) % 7;
        const std::time_t start = monday * 86'400;
        std::tm first{};
        gmtime_r(&start, &first);
        return {fmt::format("w{:04}-{:02}-{:02}", first.tm_year + 1900, first.tm_mon + 1, first.tm_mday),
                monday * day_us, (monday + 7) * day_us};
    }
    case Window::month: {
        std::tm next = tm;
        next.tm_mday = 1;
        const std::int64_t start = timegm(&next);
        next = tm;
        next.tm_mday = 1;
        next.tm_mon += 1;
        const std::int64_t end = timegm(&next);
        return {date.substr(0, 7), start * 1'000'000, end * 1'000'000};
    }
    }
    return {};
}

} // namespace tally
