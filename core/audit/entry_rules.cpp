#include "core/audit/entry_rules.h"

#include "core/base/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tally::audit {
namespace {

enum class Type : std::uint8_t {
    natural,
    positive,
    string,
    hex16,
    hex32,
    hex64,
    parent,
    choice,
    one,
    minus12
};

struct Rule {
    std::string_view field;
    Type type;
    bool required;
    std::string_view choices = {}; ///< separated by |
    std::uint64_t word = keyWord(field);
};
using Rules = std::vector<Rule>;

constexpr std::string_view kind_names[] = {"genesis", "price", "step",      "settle",  "run",
                                           "budget",  "kill",  "alert",     "approve", "policy",
                                           "key",     "erase", "challenge", "beat",    "close"};
constexpr std::size_t kind_count = std::size(kind_names);

const Rules& commonRules() {
    static const Rules rules{{"v", Type::one, true},         {"log", Type::hex32, true},
                             {"seq", Type::natural, true},   {"prev", Type::hex64, true},
                             {"ts_us", Type::natural, true}, {"salt", Type::hex32, true},
                             {"kind", Type::string, true},   {"fd", Type::string, true}};
    return rules;
}

/// Section 4, one table per kind; runs have one per op.
Rules ownRules(Kind kind, std::string_view op) {
    using enum Type;
    switch (kind) {
    case Kind::genesis:
        return {{"schema", choice, true, "trace-log/v1"},
                {"origin", string, true},
                {"vkey", string, true},
                {"currency", string, true},
                {"cost_exp", minus12, true},
                {"ckpt_n", positive, true},
                {"ckpt_s", positive, true},
                {"beat_s", positive, true},
                {"app", string, true},
                {"continues", string, false}};
    case Kind::price:
        return {{"provider", string, true}, {"model", string, true}, {"tier", string, true},
                {"src", string, true},      {"eff", string, true},   {"region", string, false}};
    case Kind::step:
        return {{"run", string, true},
                {"span", hex16, true},
                {"parent", parent, true},
                {"name", string, true},
                {"step_kind", choice, true, "model|tool|retrieve|filter|check|route|code|human"},
                {"status", choice, true, "ok|error|killed|unknown|refused|cached"},
                {"attempt", positive, true},
                {"cost_pico", natural, true},
                {"latency_us", natural, true},
                {"boot", string, true},
                {"mono_us", natural, true},
                {"provider", string, false},
                {"model", string, false},
                {"price_seq", natural, false},
                {"reserved_pico", natural, false},
                {"ttft_us", natural, false},
                {"queue_us", natural, false}};
    case Kind::settle:
        return {{"target", natural, true},
                {"cost_pico", natural, true},
                {"by", string, true},
                {"price_seq", natural, false}};
    case Kind::run: {
        Rules r{{"op", choice, true, "start|end"}, {"run", string, true}, {"label", string, false}};
        if (op == "start")
            r.insert(r.end(),
                     {{"workflow", string, true}, {"process", string, true}, {"wf_sha256", hex64, true}});
        else if (op == "end")
            r.insert(r.end(), {{"status", choice, true, "ok|error|killed"},
                               {"steps_n", natural, true},
                               {"cost_pico", natural, true}});
        return r;
    }
    case Kind::budget:
        return {{"op", choice, true, "set|change|remove|exhausted|warn"},
                {"scope", string, true},
                {"window", string, true},
                {"by", string, true},
                {"reason", string, true},
                {"limit_pico", natural, false},
                {"limit_qty", natural, false},
                {"meter", string, false}};
    case Kind::kill:
        return {{"scope", string, true},    {"target", string, true},      {"by", string, true},
                {"reason", string, true},   {"inflight_n", natural, true}, {"stopped_n", natural, true},
                {"stop_us", natural, true}, {"tail_pico", natural, true}};
    case Kind::alert:
        return {{"detector", string, true},
                {"run", string, true},
                {"about", natural, true},
                {"action", choice, true, "warn|stop"},
                {"detail", string, true}};
    case Kind::approve:
        return {{"run", string, true},
                {"name", string, true},
                {"by", string, true},
                {"decision", choice, true, "approve|reject|timeout"}};
    case Kind::policy:
        return {{"name", string, true}, {"sha256", hex64, true}, {"by", string, true}};
    case Kind::key:
        return {{"op", choice, true, "rotate"}, {"vkey", string, true}};
    case Kind::erase:
        return {{"target", natural, true},
                {"slot", choice, true, "in|out|args|docs|user"},
                {"reason", string, true},
                {"by", string, true}};
    case Kind::challenge:
        return {{"nonce", string, true}, {"by", string, true}};
    case Kind::beat:
        return {};
    case Kind::close:
        return {{"reason", string, false}};
    }
    return {};
}

/// Everything that is known about a kind, sorted by field, so that one walk beside the sorted entry is
/// enough.
Rules mergedRules(Kind kind, std::string_view op) {
    Rules all = ownRules(kind, op);
    const auto add = [&](const Rule& rule) {
        if (std::none_of(all.begin(), all.end(), [&](const Rule& r) { return r.field == rule.field; }))
            all.push_back(rule);
    };
    for (const Rule& rule : commonRules())
        add(rule);
    add({"boot", Type::string, false});
    add({"mono_us", Type::natural, false});
    for (const auto slot : slots)
        add({slot, Type::hex64, false});
    std::sort(all.begin(), all.end(), [](const Rule& a, const Rule& b) { return a.field < b.field; });
    return all;
}

enum class RunOp : std::uint8_t { none, start, end };

const Rules& rulesFor(Kind kind, RunOp op) {
    static const auto tables = [] {
        std::array<Rules, kind_count> t;
        for (std::size_t k = 0; k < kind_count; ++k)
            t[k] = mergedRules(static_cast<Kind>(k), {});
        return t;
    }();
    static const Rules start = mergedRules(Kind::run, "start");
    static const Rules end = mergedRules(Kind::run, "end");
    if (kind == Kind::run && op == RunOp::start) return start;
    if (kind == Kind::run && op == RunOp::end) return end;
    return tables[static_cast<std::size_t>(kind)];
}

const Rules& unknownKindRules() {
    static const Rules rules = [] {
        Rules r = commonRules();
        std::sort(r.begin(), r.end(), [](const Rule& a, const Rule& b) { return a.field < b.field; });
        return r;
    }();
    return rules;
}

constexpr auto hex_digits = [] {
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c)
        table[static_cast<std::uint8_t>(c)] = true;
    for (char c = 'a'; c <= 'f'; ++c)
        table[static_cast<std::uint8_t>(c)] = true;
    return table;
}();

bool isHex(std::string_view s, std::size_t n) {
    if (s.size() != n) return false;
#if defined(__SSE2__)
    if (n % 16 == 0) { // every identifier and digest of the log
        __m128i good = _mm_set1_epi8(-1);
        for (std::size_t i = 0; i < n; i += 16) {
            const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + i));
            const auto between =
                [&](char low,
                    char high) { // signed comparison: bytes above 0x7f are negative, so never inside
                    return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8(static_cast<char>(low - 1))),
                                         _mm_cmplt_epi8(v, _mm_set1_epi8(static_cast<char>(high + 1))));
                };
            good = _mm_and_si128(good, _mm_or_si128(between('0', '9'), between('a', 'f')));
        }
        return _mm_movemask_epi8(good) == 0xffff;
    }
#endif
    return std::all_of(s.begin(), s.end(), [](char c) { return hex_digits[static_cast<std::uint8_t>(c)]; });
}

bool isChoice(std::string_view choices, std::string_view s) {
    while (!choices.empty()) {
        const std::size_t bar = choices.find('|');
        if (choices.substr(0, bar) == s) return true;
        if (bar == std::string_view::npos) break;
        choices.remove_prefix(bar + 1);
    }
    return false;
}

bool fits(const Rule& rule, const CfpField& f, std::string_view raw) {
    const bool text = f.type == CfpType::string;
    const bool number = f.type == CfpType::integer;
    switch (rule.type) {
    case Type::natural:
        return number && f.number >= 0;
    case Type::positive:
        return number && f.number >= 1;
    case Type::string:
        return text;
    case Type::hex16:
        return text && isHex(raw, 16);
    case Type::hex32:
        return text && isHex(raw, 32);
    case Type::hex64:
        return text && isHex(raw, 64);
    case Type::parent:
        return text && (raw.empty() || isHex(raw, 16));
    case Type::choice:
        return text && isChoice(rule.choices, raw); // no choice needs an escape
    case Type::one:
        return number && f.number == 1;
    case Type::minus12:
        return number && f.number == -12;
    }
    return false;
}

std::string describe(const Rule& rule) {
    switch (rule.type) {
    case Type::natural:
        return "int >= 0";
    case Type::positive:
        return "int >= 1";
    case Type::string:
        return "string";
    case Type::hex16:
        return "16 hex";
    case Type::hex32:
        return "32 hex";
    case Type::hex64:
        return "64 hex";
    case Type::parent:
        return "\"\" or 16 hex";
    case Type::choice:
        return "one of " + std::string(rule.choices);
    case Type::one:
        return "one of 1";
    case Type::minus12:
        return "one of -12";
    }
    return {};
}

using Code = FieldFinding::Code;

void walk(const EntryView& entry, const Rules& rules, std::vector<FieldFinding>& out) {
    auto rule = rules.begin();
    const auto missing = [&] {
        if (rule->required)
            out.push_back({Code::missing, std::string(rule->field), std::nullopt, describe(*rule)});
        ++rule;
    };
    for (const CfpField& f : entry) {
        const std::string_view key = entry.key(f);
        int order = 1;
        while (rule != rules.end() && (order = compareKeys(rule->word, rule->field, f.key_word, key)) < 0)
            missing();
        if (rule == rules.end() || order != 0) continue;
        if (!fits(*rule, f, entry.raw(f)))
            out.push_back({Code::bad, std::string(key), entry.content(f), describe(*rule)});
        ++rule;
    }
    while (rule != rules.end())
        missing();
}

void checkMeters(const EntryView& entry, Kind kind, bool& has_quantity, std::vector<FieldFinding>& out) {
    const bool price = kind == Kind::price;
    const std::string_view suffix = price ? "_pico" : "_qty";
    for (const CfpField& f : entry) {
        const auto meter = meterOf(entry.key(f), suffix);
        if (!meter) continue;
        has_quantity = true;
        if (f.type != CfpType::integer || f.number < 0 || (price && isReservedMeter(*meter)))
            out.push_back({Code::bad, std::string(entry.key(f)), entry.content(f), "int >= 0"});
    }
}

void checkStep(const EntryView& entry, bool has_quantity, std::vector<FieldFinding>& out) {
    const auto need = [&](std::string_view field, const char* what) {
        if (entry.find(field) == nullptr)
            out.push_back({Code::missing, std::string(field), std::nullopt, what});
    };
    if (entry.plain("step_kind") == "model") {
        need("model", "string");
        need("provider", "string");
    }
    if (has_quantity) need("price_seq", "int >= 0");
    if (entry.plain("status") == "unknown") need("reserved_pico", "int >= 0");
}

void checkBudget(const EntryView& entry, std::vector<FieldFinding>& out) {
    const auto op = entry.plain("op");
    if (op != "set" && op != "change") return;
    const CfpField* money = entry.find("limit_pico");
    const bool quantity = entry.find("limit_qty") != nullptr;
    const bool meter = entry.find("meter") != nullptr;
    const bool one_kind = money != nullptr ? !quantity && !meter : quantity && meter;
    if (one_kind) return;
    std::optional<std::string> stored;
    if (money != nullptr) stored = entry.content(*money);
    out.push_back({Code::bad, "limit_pico", stored, "limit_pico, or limit_qty with meter"});
}

} // namespace

std::optional<Kind> kindOf(std::string_view name) {
    // Most entries of a log are steps.
    if (name == "step") return Kind::step;
    for (std::size_t k = 0; k < kind_count; ++k) {
        if (kind_names[k] == name) return static_cast<Kind>(k);
    }
    return std::nullopt;
}

std::string_view toText(Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

bool isSlot(std::string_view field) {
    return std::find(std::begin(slots), std::end(slots), field) != std::end(slots);
}

bool isReservedMeter(std::string_view name) {
    return name == "cost" || name == "reserved" || name == "limit" || name == "tail";
}

std::optional<std::string_view> meterOf(std::string_view field, std::string_view suffix) {
    if (field.size() < suffix.size() || field.substr(field.size() - suffix.size()) != suffix)
        return std::nullopt;
    return field.substr(0, field.size() - suffix.size());
}

void checkFields(const EntryView& entry, std::vector<FieldFinding>& out) {
    const CfpField* kind_field = entry.find("kind");
    std::optional<Kind> kind;
    if (kind_field != nullptr && kind_field->type == CfpType::string) kind = kindOf(entry.raw(*kind_field));
    if (!kind) {
        walk(entry, unknownKindRules(), out);
        if (kind_field != nullptr && kind_field->type == CfpType::string)
            out.push_back({Code::unknown_kind, "kind", entry.content(*kind_field), {}});
        return;
    }
    RunOp op = RunOp::none;
    if (*kind == Kind::run) {
        const auto text = entry.plain("op");
        op = text == "start" ? RunOp::start : text == "end" ? RunOp::end : RunOp::none;
    }
    walk(entry, rulesFor(*kind, op), out);
    if (*kind == Kind::step || *kind == Kind::settle || *kind == Kind::price) {
        bool has_quantity = false;
        checkMeters(entry, *kind, has_quantity, out);
        if (*kind == Kind::step) checkStep(entry, has_quantity, out);
    } else if (*kind == Kind::budget) {
        checkBudget(entry, out);
    }
}

Status checkEntry(const Entry& entry) {
    TALLY_ASSIGN(const std::string line, encodeEntry(entry));
    std::vector<CfpField> fields;
    parseCfp(line, fields);
    std::vector<FieldFinding> findings;
    checkFields(EntryView(line, fields.data(), fields.size()), findings);
    for (const FieldFinding& f : findings) {
        if (f.code == Code::unknown_kind) continue;
        return fail("entry.field",
                    fmt::format("field {} {}, must be {}", f.field,
                                f.code == Code::missing ? "is missing" : "has a wrong value", f.expected),
                    {}, f.field);
    }
    return {};
}

std::vector<std::string_view> requiredFields(std::string_view kind, std::string_view op) {
    std::vector<std::string_view> out;
    if (const auto k = kindOf(kind)) {
        for (const Rule& rule : ownRules(*k, op)) {
            if (rule.required) out.push_back(rule.field);
        }
    }
    return out;
}

std::vector<std::string_view> commonFields() {
    std::vector<std::string_view> out;
    for (const Rule& rule : commonRules())
        out.push_back(rule.field);
    return out;
}

} // namespace tally::audit
