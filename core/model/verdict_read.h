// A verdict back from its JSON (TRACE_LOG.md 11.2), for reports. Pure; thread-safe.
#pragma once
#include "core/base/result.h"
#include "core/model/verdict.h"

#include <nlohmann/json_fwd.hpp>

namespace tally {

/// Error verdict.format when it is not exactly such an object: what is read prints the same JSON again.
/// signed_to, currency and continues are not in it.
Result<Verdict> verdictFromJson(const nlohmann::json& json);

} // namespace tally
