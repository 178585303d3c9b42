// Providers, prices and definitions as an owner administers them: the slow parts, called on a job thread.
#pragma once
#include "core/api/owner_parts.h"

namespace tally::api {

/// Engine thread: reads the hub's state.
std::vector<ProviderInfo> providerInfos(const OwnerParts& parts);
/// Validates, stores the key in the keychain (nowhere else), then the configuration, then tells the hub.
Status addProviderTo(OwnerParts& parts, const AddProvider& request);
Status removeProviderFrom(OwnerParts& parts, const std::string& name);
/// Asks for the model list: costs nothing, proves address and key.
Result<std::string> testProviderOf(OwnerParts& parts, const std::string& name);

std::vector<PriceRow> priceRows(const price::PriceBook& book, const std::string& filter);
/// parseWorkflow plus the conditions, which only the filter language can judge.
std::vector<Diagnostic> checkDefinition(const std::string& text);
std::optional<BudgetState> tightestOf(const std::vector<BudgetState>& states);

} // namespace tally::api
