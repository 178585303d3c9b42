// One HTTP exchange, waited for: `tool` steps with a url, and the test of a provider. Runs on a pool thread
// with a transport of its own, so that a slow server never holds the engine.
#pragma once
#include "core/api/values.h"
#include "core/base/cancel.h"
#include "core/engine/functions.h"
#include "core/provider/transport.h"

namespace tally::api {

/// Errors: those of HttpSink::onEnd, tool.timeout, tool.too_large, tool.cancelled.
Result<engine::HttpReply> fetchOnce(provider::HttpRequest request, std::int64_t timeout_ms,
                                    std::int64_t max_bytes, const CancelToken& cancel);
Result<engine::HttpReply> fetchForTool(const engine::HttpRequest& request, const NetworkSettings& network,
                                       const CancelToken& cancel);

} // namespace tally::api
