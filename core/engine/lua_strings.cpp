#include "core/engine/lua_strings.h"

#include <cstring>

extern "C" {
#include <lua.h>
#include <lualib.h>

#include <lauxlib.h>
}

namespace tally::engine {
namespace {

// Lua errors are longjmps: nothing in these functions has a destructor.

const StepMeter& meterOf(lua_State* state) {
    return *static_cast<const StepMeter*>(lua_touserdata(state, lua_upvalueindex(1)));
}

std::string_view textAt(lua_State* state, int index) {
    std::size_t size = 0;
    const char* text = luaL_checklstring(state, index, &size);
    return {text, size};
}

/// From 0, of an optional position that counts from 1 or, if negative, from the end.
std::size_t startOf(lua_State* state, int index, std::size_t size) {
    const lua_Integer given = luaL_optinteger(state, index, 1);
    if (given > 0) return static_cast<std::size_t>(given) - 1;
    const auto back = static_cast<lua_Integer>(size);
    return given == 0 || given < -back ? 0 : static_cast<std::size_t>(back + given);
}

void check(lua_State* state, const LuaPattern& pattern) {
    if (pattern.problem() != nullptr) luaL_error(state, "%s", pattern.problem());
}

void pushOne(lua_State* state, const LuaPattern& pattern, std::string_view subject, int index,
             std::size_t begin) {
    if (index >= pattern.captures()) {
        if (index != 0) luaL_error(state, "invalid capture index %%%d", index + 1);
        lua_pushlstring(state, subject.data() + begin, pattern.end() - begin);
        return;
    }
    const LuaPattern::Capture& each = pattern.capture(index);
    if (each.length == LuaPattern::unfinished) luaL_error(state, "unfinished capture");
    if (each.length == LuaPattern::position)
        lua_pushinteger(state, static_cast<lua_Integer>(each.begin) + 1);
    else
        lua_pushlstring(state, subject.data() + each.begin, each.length);
}

/// The captures; the whole match when there are none and `whole`.
int pushAll(lua_State* state, const LuaPattern& pattern, std::string_view subject, std::size_t begin,
            bool whole) {
    const int count = pattern.captures() == 0 && whole ? 1 : pattern.captures();
    luaL_checkstack(state, count, "too many captures");
    for (int i = 0; i < count; ++i)
        pushOne(state, pattern, subject, i, begin);
    return count;
}

/// Where the plain text stands, at or behind `from`; npos: nowhere. Each candidate costs what comparing it
/// costs.
std::size_t findPlain(LuaPattern& paid, std::string_view subject, std::string_view wanted, std::size_t from) {
    if (wanted.empty()) return from;
    while (subject.size() - from >= wanted.size()) {
        const std::size_t last = subject.size() - wanted.size() + 1;
        const void* found = std::memchr(subject.data() + from, wanted[0], last - from);
        const std::size_t at =
            found == nullptr ? last
                             : static_cast<std::size_t>(static_cast<const char*>(found) - subject.data());
        if (!paid.spend(static_cast<std::int64_t>(1 + (at - from) / 16 + wanted.size() / 16)))
            return std::string_view::npos;
        if (at >= last) break;
        if (subject.substr(at, wanted.size()) == wanted) return at;
        from = at + 1;
    }
    return std::string_view::npos;
}

int search(lua_State* state, bool find) {
    const std::string_view subject = textAt(state, 1);
    std::string_view wanted = textAt(state, 2);
    std::size_t at = startOf(state, 3, subject.size());
    if (at > subject.size()) return lua_pushnil(state), 1;
    const bool plain = find && (lua_toboolean(state, 4) != 0 ||
                                wanted.find_first_of("^$*+?.([%-") == std::string_view::npos);
    const bool anchored = !plain && !wanted.empty() && wanted[0] == '^';
    if (anchored) wanted.remove_prefix(1);
    LuaPattern pattern(subject, wanted, meterOf(state));
    if (plain) {
        at = findPlain(pattern, subject, wanted, at);
        check(state, pattern);
        if (at == std::string_view::npos) return lua_pushnil(state), 1;
        lua_pushinteger(state, static_cast<lua_Integer>(at) + 1);
        lua_pushinteger(state, static_cast<lua_Integer>(at + wanted.size()));
        return 2;
    }
    for (; at <= subject.size(); ++at) {
        if (pattern.matchAt(at)) {
            if (!find) return pushAll(state, pattern, subject, at, true);
            lua_pushinteger(state, static_cast<lua_Integer>(at) + 1);
            lua_pushinteger(state, static_cast<lua_Integer>(pattern.end()));
            return 2 + pushAll(state, pattern, subject, at, false);
        }
        check(state, pattern);
        if (anchored) break;
    }
    return lua_pushnil(state), 1;
}

/// Upvalues: meter, subject, pattern, where to look next, end of the last match (-1: none).
int nextMatch(lua_State* state) {
    const auto text = [state](int index) {
        std::size_t size = 0;
        const char* data = lua_tolstring(state, lua_upvalueindex(index), &size);
        return std::string_view(data, size);
    };
    const std::string_view subject = text(2);
    LuaPattern pattern(subject, text(3), meterOf(state));
    const lua_Integer last = lua_tointeger(state, lua_upvalueindex(5));
    for (auto at = static_cast<std::size_t>(lua_tointeger(state, lua_upvalueindex(4))); at <= subject.size();
         ++at) {
        if (pattern.matchAt(at) && static_cast<lua_Integer>(pattern.end()) != last) {
            for (const int upvalue : {4, 5})
                lua_pushinteger(state, static_cast<lua_Integer>(pattern.end())),
                    lua_replace(state, lua_upvalueindex(upvalue));
            return pushAll(state, pattern, subject, at, true);
        }
        check(state, pattern);
    }
    return 0;
}

int gmatch(lua_State* state) {
    const std::string_view subject = textAt(state, 1);
    textAt(state, 2);
    const std::size_t at = startOf(state, 3, subject.size());
    lua_settop(state, 2);
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_insert(state, 1);
    lua_pushinteger(state, static_cast<lua_Integer>(at > subject.size() ? subject.size() + 1 : at));
    lua_pushinteger(state, -1);
    lua_pushcclosure(state, nextMatch, 5);
    return 1;
}

void addText(lua_State* state, luaL_Buffer* out, const LuaPattern& pattern, std::string_view subject,
             std::size_t begin) {
    std::size_t size = 0;
    const char* with = lua_tolstring(state, 3, &size);
    for (std::size_t i = 0; i < size; ++i) {
        if (with[i] != '%') {
            luaL_addchar(out, with[i]);
            continue;
        }
        const char what = ++i < size ? with[i] : '\0';
        if (what == '%') {
            luaL_addchar(out, '%');
        } else if (what == '0') {
            luaL_addlstring(out, subject.data() + begin, pattern.end() - begin);
        } else if (what >= '1' && what <= '9') {
            pushOne(state, pattern, subject, what - '1', begin);
            luaL_addvalue(out);
        } else {
            luaL_error(state, "invalid use of '%%' in replacement string");
        }
    }
}

void addReplacement(lua_State* state, luaL_Buffer* out, const LuaPattern& pattern, std::string_view subject,
                    std::size_t begin, int kind) {
    if (kind == LUA_TSTRING || kind == LUA_TNUMBER) return addText(state, out, pattern, subject, begin);
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(state, 3);
        lua_call(state, pushAll(state, pattern, subject, begin, true), 1);
    } else {
        pushOne(state, pattern, subject, 0, begin);
        lua_gettable(state, 3);
    }
    if (lua_toboolean(state, -1) == 0) {
        lua_pop(state, 1);
        luaL_addlstring(out, subject.data() + begin, pattern.end() - begin);
        return;
    }
    if (lua_isstring(state, -1) == 0)
        luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
    luaL_addvalue(out);
}

int gsub(lua_State* state) {
    const std::string_view subject = textAt(state, 1);
    std::string_view wanted = textAt(state, 2);
    const int kind = lua_type(state, 3);
    luaL_argexpected(
        state, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
        "string/function/table");
    const lua_Integer most = luaL_optinteger(state, 4, static_cast<lua_Integer>(subject.size()) + 1);
    const bool anchored = !wanted.empty() && wanted[0] == '^';
    if (anchored) wanted.remove_prefix(1);
    LuaPattern pattern(subject, wanted, meterOf(state));
    luaL_Buffer out;
    luaL_buffinit(state, &out);
    std::size_t at = 0, last = std::string_view::npos;
    lua_Integer count = 0;
    while (count < most) {
        if (pattern.matchAt(at) && pattern.end() != last) {
            ++count;
            addReplacement(state, &out, pattern, subject, at, kind);
            at = last = pattern.end();
        } else {
            check(state, pattern);
            if (at >= subject.size()) break;
            luaL_addchar(&out, subject[at++]);
        }
        if (anchored) break;
    }
    if (at < subject.size()) luaL_addlstring(&out, subject.data() + at, subject.size() - at);
    luaL_pushresult(&out);
    lua_pushinteger(state, count);
    return 2;
}

} // namespace

void openLuaStrings(lua_State* state, const StepMeter& meter) {
    const auto put = [&](const char* name, lua_CFunction function) {
        lua_pushlightuserdata(state, const_cast<StepMeter*>(&meter)); // NOLINT: read only
        lua_pushcclosure(state, function, 1);
        lua_setfield(state, -2, name);
    };
    lua_getglobal(state, "string");
    put("find", [](lua_State* s) { return search(s, true); });
    put("match", [](lua_State* s) { return search(s, false); });
    put("gmatch", gmatch);
    put("gsub", gsub);
    lua_pop(state, 1);
}

} // namespace tally::engine
