#include "core/api/record_fields.h"

#include "core/audit/tolerant_json.h"

#include <algorithm>

namespace tally::api {
namespace {
/// Equal keys in one line are told apart by their number: nothing is hidden behind the last one.
struct Shown {
    std::string name, value;
};

std::vector<Shown> shownFields(const audit::TolerantFields& fields) {
    std::vector<Shown> out;
    out.reserve(fields.size());
    for (const auto& [key, value] : fields)
        out.push_back({key, audit::show(value)});
    return out;
}
} // namespace

RecordFields recordFields(std::string_view stored, std::string_view original) {
    RecordFields out;
    const audit::TolerantParse now = audit::parseTolerant(stored);
    if (now.outcome == audit::TolerantParse::Outcome::unparseable)
        out.unreadable = "the line is no JSON";
    else if (now.outcome == audit::TolerantParse::Outcome::not_object)
        out.unreadable = "the line is JSON, but no object";
    else if (now.cut)
        out.unreadable = "the line has more fields than are shown";
    std::vector<Shown> before;
    if (!original.empty()) {
        out.has_original = true;
        before = shownFields(audit::parseTolerant(original).fields);
    }
    for (Shown& field : shownFields(now.fields)) {
        RecordField row{field.name, std::move(field.value), std::nullopt, out.has_original};
        const auto it =
            std::find_if(before.begin(), before.end(), [&](const Shown& b) { return b.name == row.name; });
        if (it != before.end()) {
            row.changed = it->value != *row.stored;
            row.original = std::move(it->value);
            before.erase(it);
        }
        out.fields.push_back(std::move(row));
    }
    for (Shown& field : before)
        out.fields.push_back({std::move(field.name), std::nullopt, std::move(field.value), true});
    std::stable_partition(out.fields.begin(), out.fields.end(),
                          [](const RecordField& f) { return f.changed; });
    return out;
}

} // namespace tally::api
