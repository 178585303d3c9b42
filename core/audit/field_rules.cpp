#include "core/audit/field_rules.h"

#include <algorithm>
#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tally::audit {

const FieldRules& commonRules() {
    static const FieldRules rules{{"v", FieldForm::one, true},         {"log", FieldForm::hex32, true},
                                  {"seq", FieldForm::natural, true},   {"prev", FieldForm::hex64, true},
                                  {"ts_us", FieldForm::natural, true}, {"salt", FieldForm::hex32, true},
                                  {"kind", FieldForm::string, true},   {"fd", FieldForm::string, true}};
    return rules;
}

/// Section 4, one table per kind; runs have one per op.
FieldRules ownRules(Kind kind, std::string_view op) {
    using enum FieldForm;
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
        FieldRules r{{"op", choice, true, "start|end"}, {"run", string, true}, {"label", string, false}};
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

namespace {
/// Everything that is known about a kind, sorted by field, so that one walk beside the sorted entry is
/// enough.
FieldRules mergedRules(Kind kind, std::string_view op) {
    FieldRules all = ownRules(kind, op);
    const auto add = [&](const FieldRule& rule) {
        if (std::none_of(all.begin(), all.end(), [&](const FieldRule& r) { return r.field == rule.field; }))
            all.push_back(rule);
    };
    for (const FieldRule& rule : commonRules())
        add(rule);
    add({"boot", FieldForm::string, false});
    add({"mono_us", FieldForm::natural, false});
    for (const auto slot : slots)
        add({slot, FieldForm::hex64, false});
    std::sort(all.begin(), all.end(),
              [](const FieldRule& a, const FieldRule& b) { return a.field < b.field; });
    return all;
}

} // namespace

const FieldRules& rulesFor(Kind kind, std::string_view op) {
    static const auto tables = [] {
        std::vector<FieldRules> t;
        for (auto k = static_cast<std::size_t>(Kind::genesis); k <= static_cast<std::size_t>(Kind::close);
             ++k)
            t.push_back(mergedRules(static_cast<Kind>(k), {}));
        return t;
    }();
    static const FieldRules start = mergedRules(Kind::run, "start");
    static const FieldRules end = mergedRules(Kind::run, "end");
    if (kind == Kind::run && op == "start") return start;
    if (kind == Kind::run && op == "end") return end;
    return tables[static_cast<std::size_t>(kind)];
}

const FieldRules& unknownKindRules() {
    static const FieldRules rules = [] {
        FieldRules r = commonRules();
        std::sort(r.begin(), r.end(),
                  [](const FieldRule& a, const FieldRule& b) { return a.field < b.field; });
        return r;
    }();
    return rules;
}

namespace {
constexpr auto hex_digits = [] {
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c)
        table[static_cast<std::uint8_t>(c)] = true;
    for (char c = 'a'; c <= 'f'; ++c)
        table[static_cast<std::uint8_t>(c)] = true;
    return table;
}();

bool isChoice(std::string_view choices, std::string_view s) {
    while (!choices.empty()) {
        const std::size_t bar = choices.find('|');
        if (choices.substr(0, bar) == s) return true;
        if (bar == std::string_view::npos) break;
        choices.remove_prefix(bar + 1);
    }
    return false;
}
} // namespace

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

bool isHexOf(std::string_view text, const Hash& hash) {
    if (text.size() != 2 * hash.size()) return false;
#if defined(__SSE2__)
    const __m128i nibble = _mm_set1_epi8(15);
    const auto differs = [&](__m128i n, std::size_t at) { // n: sixteen values below 16
        const __m128i letter =
            _mm_and_si128(_mm_cmpgt_epi8(n, _mm_set1_epi8(9)), _mm_set1_epi8('a' - '0' - 10));
        const __m128i want = _mm_add_epi8(_mm_add_epi8(n, _mm_set1_epi8('0')), letter);
        const __m128i have = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        return _mm_movemask_epi8(_mm_cmpeq_epi8(have, want)) != 0xffff;
    };
    for (std::size_t i = 0; i < hash.size(); i += 16) {
        const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(hash.data() + i));
        const __m128i high = _mm_and_si128(_mm_srli_epi16(v, 4), nibble);
        const __m128i low = _mm_and_si128(v, nibble);
        if (differs(_mm_unpacklo_epi8(high, low), 2 * i) || differs(_mm_unpackhi_epi8(high, low), 2 * i + 16))
            return false;
    }
    return true;
#else
    return text == toHex(hash);
#endif
}

bool fits(const FieldRule& rule, const CfpField& f, std::string_view raw) {
    const bool text = f.type == CfpType::string;
    const bool number = f.type == CfpType::integer;
    switch (rule.form) {
    case FieldForm::natural:
        return number && f.number >= 0;
    case FieldForm::positive:
        return number && f.number >= 1;
    case FieldForm::string:
        return text;
    case FieldForm::hex16:
        return text && isHex(raw, 16);
    case FieldForm::hex32:
        return text && isHex(raw, 32);
    case FieldForm::hex64:
        return text && isHex(raw, 64);
    case FieldForm::parent:
        return text && (raw.empty() || isHex(raw, 16));
    case FieldForm::choice:
        return text && isChoice(rule.choices, raw); // no choice needs an escape
    case FieldForm::one:
        return number && f.number == 1;
    case FieldForm::minus12:
        return number && f.number == -12;
    }
    return false;
}

std::string describe(const FieldRule& rule) {
    switch (rule.form) {
    case FieldForm::natural:
        return "int >= 0";
    case FieldForm::positive:
        return "int >= 1";
    case FieldForm::string:
        return "string";
    case FieldForm::hex16:
        return "16 hex";
    case FieldForm::hex32:
        return "32 hex";
    case FieldForm::hex64:
        return "64 hex";
    case FieldForm::parent:
        return "\"\" or 16 hex";
    case FieldForm::choice:
        return "one of " + std::string(rule.choices);
    case FieldForm::one:
        return "one of 1";
    case FieldForm::minus12:
        return "one of -12";
    }
    return {};
}

} // namespace tally::audit
