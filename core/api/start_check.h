// Whether the models that a run would use can be called and priced at all: asked before the run starts, so
// that a missing provider or price is one clear refusal and not a failed step per item.
#pragma once
#include "core/api/owner_parts.h"

namespace tally::api {

/// Errors: provider.unknown, price.unknown_provider, price.unknown_model, price.no_line; the hint is a
/// command that helps. A role whose later candidates can be used is fine: the engine falls back to them.
Status checkModels(const OwnerParts& parts, const Workflow& workflow,
                   const std::vector<std::pair<std::string, ModelRef>>& chosen);

/// What a stored run was started with.
struct Launch {
    std::shared_ptr<const Workflow> workflow;
    std::vector<std::pair<std::string, ModelRef>> roles;
};
/// Errors: run.unknown, workflow.unknown, store errors.
Result<Launch> launchOf(store::Connection& db, const RunId& id);

} // namespace tally::api
