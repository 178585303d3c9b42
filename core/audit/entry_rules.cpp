#include "core/audit/entry_rules.h"

#include "core/audit/field_rules.h"
#include "core/base/result.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {
namespace {

constexpr std::string_view kind_names[] = {"genesis", "price", "step",      "settle",  "run",
                                           "budget",  "kill",  "alert",     "approve", "policy",
                                           "key",     "erase", "challenge", "beat",    "close"};
constexpr std::size_t kind_count = std::size(kind_names);

using Code = FieldFinding::Code;

void walk(const EntryView& entry, const FieldRules& rules, std::vector<FieldFinding>& out) {
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
    std::string_view op;
    if (*kind == Kind::run) op = entry.plain("op").value_or("");
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
        for (const FieldRule& rule : ownRules(*k, op)) {
            if (rule.required) out.push_back(rule.field);
        }
    }
    return out;
}

std::vector<std::string_view> commonFields() {
    std::vector<std::string_view> out;
    for (const FieldRule& rule : commonRules())
        out.push_back(rule.field);
    return out;
}

} // namespace tally::audit
