// Short words for the tests of the ledger.
#pragma once
#include "core/engine/ledger.h"

namespace tally::test {

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t hour_us = 3600 * second_us;
inline constexpr std::int64_t day_us = 24 * hour_us;
/// 2026-11-22T00:00:00Z, a Sunday.
inline constexpr std::int64_t sunday_us = 1'795'305'600LL * second_us;

inline Budget makeBudget(const std::string& id, const std::string& scope, Window window, LimitMeter meter,
                         std::int64_t limit, BudgetPolicy policy = BudgetPolicy::hard) {
    Budget budget;
    budget.id = BudgetId(id);
    const auto colon = scope.find(':');
    const std::string type = scope.substr(0, colon);
    for (const auto known : {ScopeType::org, ScopeType::process, ScopeType::workflow, ScopeType::run,
                             ScopeType::model, ScopeType::user})
        if (toString(known) == type) budget.scope.type = known;
    if (colon != std::string::npos) budget.scope.name = scope.substr(colon + 1);
    budget.window = window;
    budget.meter = meter;
    budget.limit = PicoSum::of(limit);
    budget.policy = policy;
    return budget;
}

inline engine::Subject makeSubject(const std::string& run, const std::string& workflow = "w",
                                   const std::string& model = "p/m") {
    return {RunId(run), workflow, "process", model, "user", {}};
}

inline engine::AttemptRequest makeRequest(const std::string& attempt, std::int64_t cost,
                                          const engine::Subject& subject = makeSubject("r"),
                                          std::int64_t now_us = sunday_us) {
    return {AttemptId(attempt), subject, engine::Amounts::call(PicoSum::of(cost), 10), now_us};
}

inline engine::Amounts costs(std::int64_t cost) {
    return engine::Amounts::call(PicoSum::of(cost), 10);
}

template <class T>
const T* as(const engine::Admission& admission) {
    return std::get_if<T>(&admission);
}
/// Admits and commits; the test wants it to pass.
inline Reservation take(engine::Ledger& ledger, const engine::AttemptRequest& request) {
    engine::Admission admission = ledger.admit(request);
    return ledger.committed(std::move(std::get<engine::Admitted>(admission).pending));
}
inline PicoSum spent(engine::Ledger& ledger, const char* id, std::int64_t now = sunday_us) {
    return ledger.state(BudgetId(id), now)->spent;
}
inline PicoSum reserved(engine::Ledger& ledger, const char* id, std::int64_t now = sunday_us) {
    return ledger.state(BudgetId(id), now)->reserved;
}

} // namespace tally::test
