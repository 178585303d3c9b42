// The sandbox's own find, match, gmatch and gsub: the same answers as Lua's, and an end of every pattern.
#include "core/engine/lua_sandbox.h"
#include "core/engine/lua_strings.h"
#include "tests/support/suite.h"

#include <QTest>

extern "C" {
#include <lua.h>
#include <lualib.h>

#include <lauxlib.h>
}

using namespace tally;

namespace {
/// Random patterns on random texts, through Lua's own functions and through ours; the first difference as
/// text.
constexpr const char* compare = R"lua(
math.randomseed(7)
local patterns = {"a", "b", ".", "%a", "%d", "%s", "%w", "%W", "%p", "%x", "%u", "[ab]", "[^a]", "[a-c]", "[%a_]",
  "[]]", "[^]]", "(", ")", "()", "*", "+", "-", "?", "^", "$", "%b()", "%bab", "%f[%a]", "%f[^%w]", "%1", "%2", "%",
  "[", "%z", "x", "[a-", "]"}
local texts = {"a", "b", "ab", " ", "(", ")", "1", "_", "X", "", "aa", "]", "-", "\0", "\200"}
local with = {"x", "%0%0", "%1", "<%1>", "%%", "%2", function(a) return a end, function() return false end,
  {a = "A", b = 1, ab = false}, function() return {} end}
local function pick(list) return list[math.random(#list)] end
local function make(list, most)
  local text = ""
  for _ = 1, math.random(0, most) do text = text .. pick(list) end
  return text
end
local function pack(...) return {n = select("#", ...), ...} end
local errors, matches = 0, 0
for case = 1, 10000 do
  local text, pattern, by, init = make(texts, 10), make(patterns, 6), pick(with), math.random(-4, 12)
  for _, name in ipairs {"find", "match", "gsub", "gmatch", "plain"} do
    local function call(lib)
      if name == "gsub" then return pack(pcall(lib.gsub, text, pattern, by, init > 8 and 1 or nil)) end
      if name == "plain" then return pack(pcall(lib.find, text, pattern, init, true)) end
      if name ~= "gmatch" then return pack(pcall(lib[name], text, pattern, init)) end
      return pack(pcall(function()
        local all = {}
        for a, b in lib.gmatch(text, pattern, init) do all[#all + 1] = tostring(a) .. "/" .. tostring(b) end
        return table.concat(all, ",")
      end))
    end
    local theirs, ours = call(theirs), call(string)
    local same = theirs.n == ours.n and theirs[1] == ours[1]
    for i = 2, same and theirs[1] and theirs.n or 1 do same = same and theirs[i] == ours[i] end
    if not same then
      return ("%s(%q, %q, %d): %s %s, not %s %s"):format(name, text, pattern, init, tostring(ours[1]),
        tostring(ours[2]), tostring(theirs[1]), tostring(theirs[2]))
    end
    if not theirs[1] then errors = errors + 1 elseif theirs[2] then matches = matches + 1 end
  end
end
if errors < 1000 or matches < 1000 then return "too few of one sort: " .. errors .. " errors, " .. matches end
return ""
)lua";

const std::string bomb = "return (('x'):rep(30000)):find(('.-'):rep(30) .. 'y')";
} // namespace

class LuaPatternsTest : public QObject {
    Q_OBJECT
private slots:
    void answersEqualLuasOwn() {
        const std::unique_ptr<lua_State, void (*)(lua_State*)> owner(luaL_newstate(), lua_close);
        lua_State* state = owner.get();
        luaL_openlibs(state);
        lua_createtable(state, 0, 4);
        for (const char* name : {"find", "match", "gmatch", "gsub"}) {
            lua_getglobal(state, "string");
            lua_getfield(state, -1, name);
            lua_setfield(state, -3, name);
            lua_pop(state, 1);
        }
        lua_setglobal(state, "theirs");
        const engine::StepMeter free;
        engine::openLuaStrings(state, free);
        const bool ran = luaL_dostring(state, compare) == LUA_OK;
        const char* said = lua_tostring(state, -1);
        QVERIFY2(ran, said);
        QCOMPARE(QString(said), QString());
    }

    void everyStepIsPaid() {
        struct Purse {
            std::int64_t left = 100'000, paid = 0;
        } purse;
        const engine::StepMeter meter{[](void* user, std::int64_t steps) {
                                          auto& mine = *static_cast<Purse*>(user);
                                          mine.paid += steps;
                                          return mine.paid < mine.left;
                                      },
                                      &purse};
        const std::string text(30'000, 'x');
        std::string pattern;
        for (int i = 0; i < 30; ++i)
            pattern += ".-";
        pattern += "y";
        engine::LuaPattern hostile(text, pattern, meter);
        QVERIFY(!hostile.matchAt(0));
        QVERIFY(hostile.stopped());
        QVERIFY2(purse.paid >= 100'000 && purse.paid < 101'000, std::to_string(purse.paid).c_str());
        QVERIFY(!hostile.matchAt(0)); // it stays stopped
        QVERIFY(purse.paid < 101'000);

        purse = {};
        engine::LuaPattern plain(text, "x*", meter);
        QVERIFY(plain.matchAt(0));
        QCOMPARE(plain.end(), text.size());
        QVERIFY(purse.paid > 29'000); // a long match is not one step
    }

    void hostilePatternsEndInTheSandbox() {
        const std::vector<std::string> chunks = {
            bomb,
            "return (('x'):rep(30000)):match(('x*'):rep(30) .. 'y')",
            "return (('x'):rep(30000)):gsub(('.-'):rep(20) .. 'y', '')",
            "for a in (('x'):rep(30000)):gmatch(('.-'):rep(20) .. 'y') do return a end",
            "local s = ('a'):rep(4000000) return s:find(('a'):rep(2000000) .. 'b', 1, true)",
            "return pcall(string.find, ('x'):rep(30000), ('.-'):rep(30) .. 'y')", // caught is not escaped
            "while true do pcall(string.find, ('x'):rep(30000), ('.-'):rep(30) .. 'y') end"};
        for (const std::string& chunk : chunks) {
            engine::LuaLimits limits;
            limits.max_instructions = 1'000'000;
            const auto result = engine::runLua(chunk, nullptr, nullptr, limits);
            if (chunk.starts_with("return pcall") && result) continue;
            QVERIFY2(!result, chunk.c_str());
            QVERIFY2(result.error().code == "code.instructions",
                     (chunk + ": " + result.error().text()).c_str());
            QVERIFY(result.error().message.find("1000000 instructions") != std::string::npos);
        }
    }

    void aStopReachesAPattern() {
        const CancelToken cancel;
        cancel.cancel();
        engine::LuaLimits limits;
        limits.max_instructions = 10'000'000'000;
        const auto result = engine::runLua(bomb, nullptr, nullptr, limits, cancel);
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("code.cancelled"));
    }

    void longDocumentsAreCheap() {
        const auto result = engine::runLua(
            "local words = 0 for w in args.text:gmatch('%a+') do words = words + 1 end "
            "return {words, (args.text:gsub('%s+', ' ')):len(), args.text:find('end of it', 1, true)}",
            {{"text",
              [] {
                  std::string text;
                  for (int i = 0; i < 100'000; ++i)
                      text += "a word  ";
                  return text + "end of it";
              }()}},
            nullptr, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
        QCOMPARE(QString::fromStdString(result->output.dump()), QString("[200003,700009,800001,800009]"));
    }
};

TALLY_TEST(LuaPatternsTest)
#include "test_lua_patterns.moc"
