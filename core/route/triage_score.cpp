#include "core/route/triage_score.h"

#include <algorithm>

namespace tally::route {

SetCounts& SetCounts::operator+=(const SetCounts& o) {
    hit += o.hit;
    extra += o.extra;
    missed += o.missed;
    return *this;
}
double SetCounts::precision() const {
    return hit + extra == 0 ? 1 : static_cast<double>(hit) / static_cast<double>(hit + extra);
}
double SetCounts::recall() const {
    return hit + missed == 0 ? 1 : static_cast<double>(hit) / static_cast<double>(hit + missed);
}
double SetCounts::f1() const {
    const auto all = 2 * hit + extra + missed;
    return all == 0 ? 1 : static_cast<double>(2 * hit) / static_cast<double>(all);
}

SetCounts compareSets(const context::LicenceSet& gold, const context::LicenceSet& answer) {
    SetCounts c;
    for (const auto& id : answer)
        (gold.count(id) > 0 ? c.hit : c.extra) += 1;
    c.missed = static_cast<std::int64_t>(gold.size()) - c.hit;
    return c;
}

context::LicenceSet answerLicences(const nlohmann::json& answer, const context::LicenceTable& table) {
    context::LicenceSet out;
    if (!answer.is_object()) return out;
    const auto it = answer.find("licences");
    if (it == answer.end() || !it->is_array()) return out;
    for (const auto& name : *it) {
        if (!name.is_string()) continue;
        const auto text = name.get<std::string>();
        out.insert(table.normalise(text).value_or(text));
    }
    return out;
}

} // namespace tally::route
