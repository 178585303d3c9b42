// Executes the steps that spend nothing: check, filter, retrieve, route decisions, code and registered
// functions. Pure values in, values out, so the same code runs live (inline or on the pool) and in replay.
#pragma once
#include "core/engine/functions.h"
#include "core/engine/machine.h"

namespace tally::engine {

struct LocalResult {
    bool ok = true;
    nlohmann::json output;
    Error error;
    nlohmann::json memory; ///< what a code step set
    bool retryable = false;
    bool killed = false; ///< ended by its cancel token
    bool child = false;  ///< a child process was ended
};

/// True for what is so quick that a thread switch would cost more.
bool isQuick(const Task& task);
/// True for kinds whose result follows from their input alone: replay executes them again and compares.
bool isDeterministic(const Task& task);
/// Everything but commands and urls.
LocalResult runLocal(const Task& task, const FunctionRegistry* functions, const CancelToken& cancel);
/// A `tool` step with a url: checks the host against allow.hosts, fetches, reads the answer as the step says.
LocalResult runHttp(const Task& task, const HttpFetch& fetch, const CancelToken& cancel);
/// Text as the step's `parse` wants it.
Result<nlohmann::json> parseToolText(const ToolStep& tool, std::string text);

} // namespace tally::engine
