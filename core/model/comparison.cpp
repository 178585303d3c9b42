#include "core/model/comparison.h"

#include "core/model/enum_names.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tally {
namespace {
using nlohmann::json;
constexpr EnumNames<Relation, 8> relations{{{Relation::identical, "identical"},
                                            {Relation::a_is_beginning, "a is a beginning of b"},
                                            {Relation::b_is_beginning, "b is a beginning of a"},
                                            {Relation::overlapping, "overlapping"},
                                            {Relation::differing, "differing"},
                                            {Relation::other_log, "other log"},
                                            {Relation::apart, "apart"},
                                            {Relation::unreadable, "unreadable"}}};

json sideToJson(const Comparison::Side& side) {
    return {{"file", side.path},
            {"first", side.first},
            {"end", side.end},
            {"openings", side.openings},
            {"verdict", side.verdict}};
}

json rangesToJson(const std::vector<Comparison::Range>& ranges) {
    json out = json::array();
    for (const auto& r : ranges)
        out.push_back({{"from", r.from}, {"to", r.to}});
    return out;
}
std::string forkSentence(const Comparison& c) {
    std::string out =
        c.first_difference > std::max(c.a.first, c.b.first)
            ? fmt::format("The same log up to record {}; record {} differs", c.first_difference - 1,
                          c.first_difference)
            : fmt::format("They differ from the first common record, {}, on", c.first_difference);
    out += fmt::format(": {} records have other content, {} are only in A, {} only in B", c.changed_n,
                       c.only_a_n, c.only_b_n);
    if (c.rechained > 0) out += fmt::format(", {} say the same but are tied to other records", c.rechained);
    if (c.a.verdict.ok && c.b.verdict.ok)
        return out + ". Both are signed: a holder of the keys wrote two versions of one log.";
    if (c.a.verdict.ok != c.b.verdict.ok)
        return out + fmt::format(". Only {} is as it was signed.", c.a.verdict.ok ? "A" : "B");
    return out + ". Neither is as it was signed.";
}

} // namespace

std::string comparisonSentence(const Comparison& c) {
    switch (c.relation) {
    case Relation::identical:
        return fmt::format("Both files hold the same {} records.", c.common);
    case Relation::a_is_beginning:
        return fmt::format("A is a beginning of B: its {} records are in B unchanged, and B has {} more.",
                           c.common, c.b.end - c.a.end);
    case Relation::b_is_beginning:
        return fmt::format("B is a beginning of A: its {} records are in A unchanged, and A has {} more.",
                           c.common, c.a.end - c.b.end);
    case Relation::overlapping:
        return fmt::format("Two ranges of one log: the {} records that both have are the same.", c.common);
    case Relation::differing:
        return forkSentence(c);
    case Relation::other_log:
        return "Two different logs: log id or origin differ.";
    case Relation::apart:
        return "Two ranges of one log without a common record: nothing can be compared.";
    case Relation::unreadable:
        return "A file that is no bundle cannot be compared.";
    }
    return {};
}

std::string_view toString(Relation relation) {
    return relations.name(relation);
}

std::string_view toString(ReportCheck::Point::Answer answer) {
    using Answer = ReportCheck::Point::Answer;
    return answer == Answer::yes ? "yes" : answer == Answer::no ? "no" : "not checked";
}

bool Comparison::ok() const {
    return a.verdict.ok && b.verdict.ok &&
           (relation == Relation::identical || relation == Relation::a_is_beginning ||
            relation == Relation::b_is_beginning || relation == Relation::overlapping) &&
           openings_differ == 0;
}

void to_json(json& out, const Comparison& c) {
    json changed = json::array();
    for (const auto& record : c.changed) {
        json fields = json::array();
        for (const auto& f : record.fields)
            fields.push_back(
                {{"name", f.name}, {"a", f.a ? json(*f.a) : json()}, {"b", f.b ? json(*f.b) : json()}});
        changed.push_back({{"seq_a", record.seq_a},
                           {"seq_b", record.seq_b},
                           {"kind", record.kind},
                           {"proven", record.proven},
                           {"fields", fields}});
    }
    out = {{"schema", "tally-compare/v1"},
           {"ok", c.ok()},
           {"relation", toString(c.relation)},
           {"sentence", c.sentence},
           {"a", sideToJson(c.a)},
           {"b", sideToJson(c.b)},
           {"common", c.common},
           {"rechained", c.rechained},
           {"first_difference", c.first_difference < 0 ? json() : json(c.first_difference)},
           {"changed", changed},
           {"changed_n", c.changed_n},
           {"only_a", rangesToJson(c.only_a)},
           {"only_b", rangesToJson(c.only_b)},
           {"only_a_n", c.only_a_n},
           {"only_b_n", c.only_b_n},
           {"openings",
            {{"only_a", c.openings_only_a}, {"only_b", c.openings_only_b}, {"differ", c.openings_differ}}}};
}

} // namespace tally
