// Runs the Lua of a `code` step: values in, values out, nothing else. There is no clock, no IO, no
// randomness, no load, no metatable of strings that could be changed and no coroutine; the same arguments
// always give the same result.
//
// Limits: instructions (a hook every 1,000; four steps of a pattern in find, match, gmatch and gsub count as
// one), bytes (the allocator refuses above it). Libraries: base without
// load/print, string without dump, table, math without random, utf8; plus json_null, memory.get(key),
// memory.set(key, value). Tables with keys 1..n become arrays, others objects; an empty table is an object
// unless made by array{}. Table order: a `pairs` over more than one string key would follow addresses of the
// hash seed, so pairs() visits keys in sorted order. Pure; any thread (one state per call).
#pragma once
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace tally::engine {

struct LuaLimits {
    std::int64_t max_instructions = 10'000'000;
    std::int64_t max_bytes = 64 << 20;
};
struct LuaResult {
    nlohmann::json output;
    nlohmann::json memory; ///< what memory.set wrote; null when nothing
};
/// Errors: code.syntax, code.error (with the line), code.instructions, code.memory, code.value,
/// code.cancelled.
Result<LuaResult> runLua(const std::string& chunk, const nlohmann::json& args, const nlohmann::json& memory,
                         const LuaLimits& limits, const CancelToken& cancel = {});

} // namespace tally::engine
