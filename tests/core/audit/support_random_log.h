// Random valid logs with entries of every kind: what mutations are applied to.
#pragma once
#include "tests/core/audit/support_log.h"

namespace tally::test {

/// Prices in tiers, budgets, runs with steps of every kind and status, settlements, kills, alerts, approvals,
/// erasures, challenges, beats; one to three epochs; no finding of any class. The same for the same seed.
TestLog everyKind(std::uint64_t seed);

} // namespace tally::test
