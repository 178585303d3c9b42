#include "core/engine/spend_mark.h"

#include "core/base/json_text.h"
#include "core/engine/recovery.h"
#include "core/store/budget_repo.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unordered_set>

namespace tally::engine {

namespace {
using nlohmann::json;

constexpr std::string_view setting_key = "engine.spend_mark";

std::string booksText(const Budget& b) {
    return fmt::format("{} {} {} {}", b.scope.str(), toString(b.window), toString(b.meter),
                       b.count_simulated);
}

/// The first id that an attempt of this millisecond may have: see uuid7().
std::string firstIdAt(std::int64_t wall_us) {
    const std::string hex = fmt::format("{:012x}", wall_us / 1000);
    return hex.substr(0, 8) + "-" + hex.substr(8) + "-";
}

PicoSum sumOf(const json& value) {
    return value.is_string() ? PicoSum::parsePico(value.get_ref<const std::string&>()).value_or(PicoSum())
                             : PicoSum();
}

/// Attempts go into the mark, or are only counted now.
struct Sorter {
    std::string before;
    std::unordered_set<std::string> open;
    [[nodiscard]] bool marked(std::string_view id) const {
        return id < before && open.count(std::string(id)) == 0;
    }
};
} // namespace

bool SpendMark::covers(const Budget& budget) const {
    const auto at = budgets.find(budget.id);
    return at != budgets.end() && at->second.books == booksText(budget);
}

std::string SpendMark::text() const {
    json out = {{"before", before}, {"whole_us", whole_us}, {"open", json::array()}};
    for (const AttemptId& id : open)
        out["open"].push_back(id.str());
    json& all = out["budgets"] = json::object();
    for (const auto& [id, marked] : budgets) {
        json windows = json::object();
        for (const auto& [key, sum] : marked.sums)
            windows[key] = {sum.spent.picoString(), sum.simulated.picoString()};
        all[id.str()] = {{"books", marked.books}, {"windows", std::move(windows)}};
    }
    return out.dump();
}

std::optional<SpendMark> SpendMark::fromText(std::string_view text) {
    const auto in = parseJson(text);
    if (!in || !in->is_object()) return std::nullopt;
    const auto member = [](const json& object, const char* key) {
        const auto at = object.find(key);
        return at == object.end() ? json() : *at;
    };
    const json before = member(*in, "before"), whole = member(*in, "whole_us");
    const json open = member(*in, "open"), budgets = member(*in, "budgets");
    if (!before.is_string() || !whole.is_number_integer() || !open.is_array() || !budgets.is_object())
        return std::nullopt;
    SpendMark out;
    out.before = before.get<std::string>();
    out.whole_us = whole.get<std::int64_t>();
    for (const json& id : open) {
        if (!id.is_string()) return std::nullopt;
        out.open.emplace_back(id.get<std::string>());
    }
    for (const auto& [id, each] : budgets.items()) {
        if (!each.is_object()) return std::nullopt;
        const json books = member(each, "books"), windows = member(each, "windows");
        if (!books.is_string() || !windows.is_object()) return std::nullopt;
        Marked& marked = out.budgets[BudgetId(id)];
        marked.books = books.get<std::string>();
        for (const auto& [key, sums] : windows.items()) {
            if (!sums.is_array() || sums.size() != 2) return std::nullopt;
            marked.sums[key] = {sumOf(sums[0]), sumOf(sums[1])};
        }
    }
    return out;
}

Result<std::optional<SpendMark>> SpendMark::read(store::Connection& db) {
    TALLY_ASSIGN(const auto text, store::SettingRepo::get(db, setting_key));
    return text ? fromText(*text) : std::optional<SpendMark>();
}

Status SpendMark::write(store::Tx& tx) const {
    return store::SettingRepo::set(tx, setting_key, text());
}

Result<SpendCheck> checkSpends(store::Connection& db, const SpendScope& scope) {
    TALLY_ASSIGN(const auto old, SpendMark::read(db));
    std::vector<Budget> known, fresh;
    for (const Budget& each : scope.budgets) {
        if (old && old->covers(each) && scope.anew.count(each.id) == 0)
            known.push_back(each);
        else if (!scope.marked_only)
            fresh.push_back(each);
    }
    SpendCount marked(known, scope.now_us), whole(fresh, scope.now_us);
    Sorter sorter;
    sorter.before = firstIdAt(scope.now_us);
    // A clock that was set back does not bring what was counted behind the mark.
    if (!known.empty()) sorter.before = std::max(sorter.before, old->before);
    TALLY_ASSIGN(const auto open, store::AttemptRepo::openIds(db));
    for (const auto* ids : {&open, &scope.under_way})
        for (const AttemptId& id : *ids)
            if (id.str() < sorter.before) sorter.open.insert(id.str());

    std::vector<PastSpend> later, later_whole;
    const auto into = [&](SpendCount& count, std::vector<PastSpend>& rest) {
        return [&](PastSpend past, std::string_view id) {
            if (sorter.marked(id))
                count.add(past);
            else
                rest.push_back(std::move(past));
        };
    };
    if (!known.empty()) {
        for (const Budget& each : known)
            marked.begin(each.id, old->budgets.at(each.id).sums);
        TALLY_TRY(
            eachPastSpend(db, {.in_doubt = false, .after = AttemptId(old->before)}, into(marked, later)));
        for (const AttemptId& id : old->open)
            TALLY_TRY(eachPastSpend(db, {.in_doubt = false, .only = id}, into(marked, later)));
    }
    if (!fresh.empty())
        TALLY_TRY(
            eachPastSpend(db, {.since_us = whole.sinceUs(), .in_doubt = false}, into(whole, later_whole)));

    SpendCheck out;
    TALLY_ASSIGN(const auto runs, store::RunRepo::openIds(db));
    const std::set<RunId> open_runs(runs.begin(), runs.end());
    out.mark.before = sorter.before;
    for (const std::string& id : sorter.open)
        out.mark.open.emplace_back(id);
    for (const SpendCount* count : {&marked, &whole})
        for (const Budget& each : count == &marked ? known : fresh)
            out.mark.budgets[each.id] = {booksText(each), count->current(each.id, open_runs)};
    out.mark.whole_us = fresh.size() == scope.budgets.size() ? scope.now_us : old ? old->whole_us : 0;

    for (const PastSpend& past : later)
        marked.add(past);
    for (const PastSpend& past : later_whole)
        whole.add(past);
    TALLY_TRY(eachPastSpend(db, {.settled = false}, [&](const PastSpend& past, std::string_view) {
        marked.add(past);
        whole.add(past);
    }));

    TALLY_ASSIGN(const auto stored, store::SpendBook::list(db));
    std::vector<SpendRow> rows;
    rows.reserve(stored.size());
    for (const store::BudgetSpend& row : stored)
        rows.push_back({row.budget, row.window_key, row.spent, row.exhausted, row.warned, row.simulated});
    out.faults = whole.faults(rows);
    for (SpendFault& fault : marked.faults(rows, &open_runs))
        out.faults.push_back(std::move(fault));
    for (const auto* list : {&known, &fresh})
        for (const Budget& each : *list)
            out.compared.insert(each.id);
    return out;
}

} // namespace tally::engine
