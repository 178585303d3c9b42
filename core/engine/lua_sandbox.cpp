#include "core/engine/lua_sandbox.h"

#include "core/engine/lua_strings.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

extern "C" {
#include <lua.h>
#include <lualib.h>

#include <lauxlib.h>
}

namespace tally::engine {

using nlohmann::json;

namespace {

constexpr int hook_step = 1'000;
constexpr int pattern_steps = 4; ///< steps of a pattern that take about as long as one instruction
constexpr int max_depth = 100;

/// What one call owns; reached from the state through its extra space. Lua errors are longjmps, so nothing
/// with a destructor may live across a Lua call that can fail; everything that must survive is here.
struct Box {
    LuaLimits limits;
    std::int64_t used = 0;
    std::int64_t instructions = 0;
    bool out_of_memory = false;
    const CancelToken* cancel = nullptr;
    StepMeter meter; ///< for patterns
    json memory;     ///< as given
    json written;    ///< by memory.set
    std::string problem;
    json converted;
};

Box& boxOf(lua_State* state) {
    return **static_cast<Box**>(lua_getextraspace(state));
}

void* allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
    Box& box = *static_cast<Box*>(user);
    const auto before = static_cast<std::int64_t>(block == nullptr ? 0 : old_size);
    if (new_size == 0) {
        std::free(block);
        box.used -= before;
        return nullptr;
    }
    const std::int64_t after = box.used - before + static_cast<std::int64_t>(new_size);
    if (after > box.limits.max_bytes && static_cast<std::int64_t>(new_size) > before) {
        box.out_of_memory = true;
        return nullptr;
    }
    void* grown = std::realloc(block, new_size);
    if (grown != nullptr) box.used = after;
    return grown;
}

/// Null: go on. Else why not, which is the code's end whether it catches the error or not.
const char* spend(Box& box, std::int64_t instructions) {
    box.instructions += instructions;
    if (box.instructions >= box.limits.max_instructions) {
        box.problem = "code.instructions";
        return "the code ran more than its limit of instructions";
    }
    if (box.cancel != nullptr && box.cancel->cancelled()) {
        box.problem = "code.cancelled";
        return "cancelled";
    }
    return nullptr;
}

void onHook(lua_State* state, lua_Debug*) {
    if (const char* why = spend(boxOf(state), hook_step)) luaL_error(state, "%s", why);
}

int null_key = 0; // its address is the light userdata that stands for JSON null
int array_tag = 0;

void push(lua_State* state, const json& value) {
    luaL_checkstack(state, 8, "nested too deep");
    switch (value.type()) {
    case json::value_t::null:
    case json::value_t::discarded:
    case json::value_t::binary:
        lua_pushlightuserdata(state, &null_key);
        break;
    case json::value_t::boolean:
        lua_pushboolean(state, value.get<bool>() ? 1 : 0);
        break;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
        lua_pushinteger(state, value.get<std::int64_t>());
        break;
    case json::value_t::number_float:
        lua_pushnumber(state, value.get<double>());
        break;
    case json::value_t::string: {
        const auto& text = value.get_ref<const std::string&>();
        lua_pushlstring(state, text.data(), text.size());
        break;
    }
    case json::value_t::array: {
        lua_createtable(state, static_cast<int>(value.size()), 0);
        int index = 0;
        for (const json& each : value)
            push(state, each), lua_rawseti(state, -2, ++index);
        if (value.empty()) lua_pushboolean(state, 1), lua_rawsetp(state, -2, &array_tag);
        break;
    }
    case json::value_t::object:
        lua_createtable(state, 0, static_cast<int>(value.size()));
        for (auto it = value.begin(); it != value.end(); ++it) {
            lua_pushlstring(state, it.key().data(), it.key().size());
            push(state, it.value());
            lua_rawset(state, -3);
        }
        break;
    }
}

/// The value at `index`; false (with box.problem text set) when it has no JSON form. Uses only raw access, so
/// it cannot fail inside Lua but for memory.
bool pull(lua_State* state, int index, json& out, int depth, std::string& why) {
    if (depth > max_depth) return why = "the result is nested deeper than 100 levels", false;
    if (lua_checkstack(state, 8) == 0) return why = "the result is nested too deep", false;
    index = lua_absindex(state, index);
    switch (lua_type(state, index)) {
    case LUA_TNIL:
        out = nullptr;
        return true;
    case LUA_TBOOLEAN:
        out = lua_toboolean(state, index) != 0;
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(state, index) != 0)
            out = static_cast<std::int64_t>(lua_tointeger(state, index));
        else
            out = lua_tonumber(state, index);
        return true;
    case LUA_TSTRING: {
        std::size_t size = 0;
        const char* text = lua_tolstring(state, index, &size);
        out = std::string(text, size);
        return true;
    }
    case LUA_TLIGHTUSERDATA:
        out = nullptr;
        return true;
    case LUA_TTABLE:
        break;
    default:
        return why = std::string("a ") + luaL_typename(state, index) + " has no JSON form", false;
    }
    const auto length = static_cast<std::int64_t>(lua_rawlen(state, index));
    bool tagged = false;
    std::int64_t keys = 0;
    for (lua_pushnil(state); lua_next(state, index) != 0; lua_pop(state, 1)) {
        if (lua_touserdata(state, -2) == &array_tag)
            tagged = true;
        else
            ++keys;
    }
    if (keys == length && (length > 0 || tagged)) {
        out = json::array();
        for (std::int64_t i = 1; i <= length; ++i) {
            lua_rawgeti(state, index, i);
            json each;
            if (!pull(state, -1, each, depth + 1, why)) return false;
            lua_pop(state, 1);
            out.push_back(std::move(each));
        }
        return true;
    }
    out = json::object();
    for (lua_pushnil(state); lua_next(state, index) != 0; lua_pop(state, 1)) {
        if (lua_touserdata(state, -2) == &array_tag) continue;
        if (lua_type(state, -2) != LUA_TSTRING) return why = "a table mixes a list with names", false;
        std::size_t size = 0;
        const char* key = lua_tolstring(state, -2, &size);
        json each;
        if (!pull(state, -1, each, depth + 1, why)) return false;
        out[std::string(key, size)] = std::move(each);
    }
    return true;
}

int memoryGet(lua_State* state) {
    std::size_t size = 0;
    const char* key = luaL_checklstring(state, 1, &size);
    Box& box = boxOf(state);
    const std::string_view name(key, size);
    const json* found = nullptr;
    if (box.written.is_object())
        if (const auto it = box.written.find(name); it != box.written.end()) found = &*it;
    if (found == nullptr)
        if (const auto it = box.memory.find(name); it != box.memory.end()) found = &*it;
    if (found == nullptr || found->is_null())
        lua_pushnil(state);
    else
        push(state, *found);
    return 1;
}

int memorySet(lua_State* state) {
    std::size_t size = 0;
    const char* key = luaL_checklstring(state, 1, &size);
    Box& box = boxOf(state);
    box.converted = nullptr;
    if (!pull(state, 2, box.converted, 0, box.problem)) return luaL_error(state, "%s", box.problem.c_str());
    box.written[std::string(key, size)] = std::move(box.converted);
    return 0;
}

int makeArray(lua_State* state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    lua_settop(state, 1);
    if (lua_rawlen(state, 1) == 0) lua_pushboolean(state, 1), lua_rawsetp(state, 1, &array_tag);
    return 1;
}

constexpr const char* prelude = R"lua(
local next_, type_, sort, rawlen_ = next, type, table.sort, rawlen
local order = {number = 1, string = 2, boolean = 3}
local function before(a, b)
  local x, y = type_(a), type_(b)
  if x ~= y then return (order[x] or 9) < (order[y] or 9) end
  if x == "boolean" then return a and not b end
  return a < b
end
pairs = function(t)
  local keys, n = {}, 0
  for k in next_, t do
    local kind = type_(k)
    if kind == "number" or kind == "string" or kind == "boolean" then n = n + 1 keys[n] = k end
  end
  sort(keys, before)
  local i = 0
  return function()
    while i < n do
      i = i + 1
      local v = t[keys[i]]
      if v ~= nil then return keys[i], v end
    end
  end
end
local format, tostring_, select_, find = string.format, tostring, select, string.find
string.format = function(pattern, ...)
  if find(pattern, "%%[^%%]-p") then error("%p would show an address", 2) end
  local values, n = {...}, select_("#", ...)
  for i = 1, n do
    local kind = type_(values[i])
    if kind == "table" or kind == "function" or kind == "userdata" then values[i] = tostring_(values[i]) end
  end
  return format(pattern, table.unpack(values, 1, n))
end
next = function(t)
  local smallest
  for k in pairs(t) do smallest = k break end
  if smallest ~= nil then return smallest, t[smallest] end
end
)lua";

int openAll(lua_State* state) {
    luaL_requiref(state, "_G", luaopen_base, 1);
    luaL_requiref(state, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_requiref(state, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_requiref(state, LUA_MATHLIBNAME, luaopen_math, 1);
    luaL_requiref(state, LUA_UTF8LIBNAME, luaopen_utf8, 1);
    lua_settop(state, 0);
    for (const char* name : {"load", "loadfile", "dofile", "loadstring", "print", "collectgarbage", "require",
                             "setmetatable", "getmetatable", "warn", "tostring"})
        lua_pushnil(state), lua_setglobal(state, name);
    // tostring of a table or function would show an address, which differs from run to run.
    lua_pushcfunction(state, [](lua_State* s) {
        const int type = lua_type(s, 1);
        if (type == LUA_TNUMBER || type == LUA_TSTRING)
            luaL_tolstring(s, 1, nullptr);
        else if (type == LUA_TBOOLEAN)
            lua_pushstring(s, lua_toboolean(s, 1) != 0 ? "true" : "false");
        else if (lua_touserdata(s, 1) == &null_key)
            lua_pushstring(s, "null");
        else
            lua_pushstring(s, luaL_typename(s, 1));
        return 1;
    });
    lua_setglobal(state, "tostring");
    lua_getglobal(state, "string");
    lua_pushnil(state), lua_setfield(state, -2, "dump");
    openLuaStrings(state, boxOf(state).meter);
    lua_getglobal(state, "math");
    for (const char* name : {"random", "randomseed"})
        lua_pushnil(state), lua_setfield(state, -2, name);
    lua_createtable(state, 0, 2);
    lua_pushcfunction(state, memoryGet), lua_setfield(state, -2, "get");
    lua_pushcfunction(state, memorySet), lua_setfield(state, -2, "set");
    lua_setglobal(state, "memory");
    lua_pushcfunction(state, makeArray), lua_setglobal(state, "array");
    lua_pushlightuserdata(state, &null_key), lua_setglobal(state, "json_null");
    if (luaL_loadbufferx(state, prelude, std::strlen(prelude), "=prelude", "t") != LUA_OK)
        return lua_error(state);
    lua_call(state, 0, 0);
    push(state, *static_cast<const json*>(lua_touserdata(state, lua_upvalueindex(1))));
    lua_setglobal(state, "args");
    return 0;
}

Error errorOf(lua_State* state, Box& box, const char* fallback) {
    std::size_t size = 0;
    const char* text = lua_tolstring(state, -1, &size);
    std::string message = text == nullptr ? "unknown error" : std::string(text, size);
    if (box.problem.starts_with("code."))
        return {box.problem,
                box.problem == "code.instructions"
                    ? fmt::format("The code ran more than {} instructions", box.limits.max_instructions)
                    : "The code was stopped",
                "Do less in one step, or raise max_instructions.", ""};
    if (box.out_of_memory)
        return {"code.memory", fmt::format("The code needed more than {} bytes", box.limits.max_bytes),
                "Do less in one step, or raise max_bytes.", ""};
    return {fallback, "Lua: " + message, "", ""};
}

} // namespace

Result<LuaResult> runLua(const std::string& chunk, const json& args, const json& memory,
                         const LuaLimits& limits, const CancelToken& cancel) {
    Box box;
    box.limits = limits;
    box.cancel = &cancel;
    box.meter = {[](void* user, std::int64_t steps) {
                     return spend(*static_cast<Box*>(user), steps / pattern_steps) == nullptr;
                 },
                 &box};
    box.memory = memory.is_object() ? memory : json::object();
    const std::unique_ptr<lua_State, void (*)(lua_State*)> owner(lua_newstate(allocate, &box), lua_close);
    lua_State* state = owner.get();
    if (state == nullptr)
        return fail("code.memory", "Lua cannot start within the memory limit", "Raise max_bytes.");
    *static_cast<Box**>(lua_getextraspace(state)) = &box;
    lua_pushlightuserdata(state, const_cast<json*>(&args)); // NOLINT: read only
    lua_pushcclosure(state, openAll, 1);
    if (lua_pcall(state, 0, 0, 0) != LUA_OK) return fail(errorOf(state, box, "code.error"));
    // "t": text only, so that no crafted byte code can break out.
    if (luaL_loadbufferx(state, chunk.data(), chunk.size(), "=code", "t") != LUA_OK)
        return fail(errorOf(state, box, "code.syntax"));
    lua_sethook(state, onHook, LUA_MASKCOUNT, hook_step);
    if (lua_pcall(state, 0, 1, 0) != LUA_OK) return fail(errorOf(state, box, "code.error"));
    lua_sethook(state, nullptr, 0, 0);
    LuaResult result;
    std::string why;
    if (!pull(state, -1, result.output, 0, why))
        return fail("code.value", "The result cannot be used: " + why);
    if (box.written.is_object()) result.memory = std::move(box.written);
    return result;
}

} // namespace tally::engine
