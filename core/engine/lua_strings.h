// string.find, match, gmatch and gsub of the sandbox, over LuaPattern: the same results as Lua's own, but
// every step is paid for, also those of a plain search. Errors are Lua errors.
#pragma once
#include "core/engine/lua_pattern.h"

struct lua_State;

namespace tally::engine {

/// Puts the four functions into the table `string` of the state. `meter` must outlive the state.
void openLuaStrings(lua_State* state, const StepMeter& meter);

} // namespace tally::engine
