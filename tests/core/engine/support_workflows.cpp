#include "tests/core/engine/support_engine.h"

namespace tally::test {

namespace {

std::string around(const std::string& name, const std::string& steps, const std::string& more = "") {
    return R"_({"name": ")_" + name +
           R"_(", "process": "tests", "version": "1", "models": {"m": ["sim/one"], "big": ["sim/two"]},)_" +
           more + R"_("steps": [)_" + steps + "]}";
}

} // namespace

std::string workflowText(const std::string& name) {
    if (name == "three")
        return around(name, R"_(
            {"id": "a", "kind": "model", "role": "m", "prompt": "one", "max_tokens": 16},
            {"id": "b", "kind": "model", "role": "m", "prompt": "{{steps.a.output}} two", "max_tokens": 16},
            {"id": "c", "kind": "model", "role": "m", "prompt": "{{steps.b.output}} three", "max_tokens": 16})_");
    if (name == "kinds")
        return around(name, R"_(
            {"id": "fetch", "kind": "tool", "function": "words", "args": {"text": "{{inputs.text}}"}, "remember": {"first": "{{steps.fetch.output}}"}},
            {"id": "cut", "kind": "filter", "input": "{{inputs.text}}", "layers": [{"layer": "keyword", "keywords": ["green"], "min_score": 1}]},
            {"id": "found", "kind": "retrieve", "from": "{{steps.fetch.output}}", "query": "green", "top_k": 1},
            {"id": "ask", "kind": "model", "role": "m", "prompt": "[1,2,3]", "output_schema": {"type": "array"}, "max_tokens": 32},
            {"id": "form", "kind": "check", "input": "{{steps.ask.output}}", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"id": "sum", "kind": "code", "args": {"list": "{{steps.ask.output}}"},
             "lua": "local s = 0 for _, v in ipairs(args.list) do s = s + v end memory.set('sum', s) return {sum = s, seen = memory.get('first')[1]}"},
            {"id": "way", "kind": "branch", "cases": [{"when": "steps.sum.output.sum > 100", "steps": [{"id": "no", "kind": "model", "role": "m", "prompt": "no"}]}],
             "else": [{"id": "yes", "kind": "model", "role": "m", "prompt": "sum is {{memory.sum}}", "max_tokens": 16}]},
            {"id": "rounds", "kind": "loop", "max_iterations": 5, "until": "iteration >= 2", "steps": [
                {"id": "draft", "kind": "model", "role": "m", "prompt": "round {{iteration}} after {{previous.draft}}", "max_tokens": 16}]},
            {"id": "each", "kind": "map", "over": "{{steps.fetch.output}}", "concurrency": 2, "collect": "{{steps.up.output}}!", "steps": [
                {"id": "up", "kind": "model", "role": "m", "prompt": "{{index}}:{{item}}", "max_tokens": 16}]},
            {"id": "never", "kind": "model", "role": "m", "when": "steps.sum.output.sum == 0", "prompt": "never", "max_tokens": 16})_",
                      R"_("inputs": {"text": {"type": "string", "default": "red green blue"}},
            "output": "{{steps.each.output}}",)_");
    if (name == "repair")
        return around(name, R"_(
            {"id": "answer", "kind": "model", "role": "m", "prompt": "question", "output_schema": {"type": "object"}, "max_tokens": 64},
            {"id": "form", "kind": "check", "input": "{{steps.answer.output}}", "schema": {"type": "object", "required": ["x"]}, "repair": {"step": "answer", "times": 1}},
            {"id": "last", "kind": "code", "args": {"x": "{{steps.answer.output.x}}"}, "lua": "return args.x"})_");
    if (name == "cascade")
        return around(name, R"_(
            {"id": "answer", "kind": "route", "prompt": "{{inputs.q}}", "max_tokens": 64,
             "tiers": [{"role": "m", "accept": "output contains \"sure\""}, {"role": "big"}]})_",
                      R"_("inputs": {"q": {"type": "string"}},)_");
    if (name == "map")
        return around(name, R"_(
            {"id": "list", "kind": "code", "args": {"n": "{{inputs.n}}"}, "lua": "local t = {} for i = 1, args.n do t[i] = i end return array(t)"},
            {"id": "each", "kind": "map", "over": "{{steps.list.output}}", "concurrency": 4, "on_item_error": "skip", "collect": "{{steps.work.output}}", "steps": [
                {"id": "work", "kind": "model", "role": "m", "prompt": "item {{item}}", "max_tokens": 16, "retry": {"max_attempts": 3, "base_ms": 1, "max_ms": 10}},
                {"id": "fine", "kind": "check", "input": "{{steps.work.output}}", "expr": "len(output) > 0"}]})_",
                      R"_("inputs": {"n": {"type": "integer", "default": 10}},)_");
    if (name == "strict")
        return around(name, R"_(
            {"id": "each", "kind": "map", "over": "{{inputs.list}}", "concurrency": 3, "steps": [
                {"id": "work", "kind": "model", "role": "m", "prompt": "item {{item}}", "max_tokens": 16}]})_",
                      R"_("inputs": {"list": {"type": "array"}},)_");
    if (name == "person")
        return around(name, R"_(
            {"id": "ok", "kind": "approve", "question": "Send {{inputs.what}}?"},
            {"id": "done", "kind": "model", "role": "m", "prompt": "sent", "max_tokens": 16})_",
                      R"_("inputs": {"what": {"type": "string", "default": "it"}},)_");
    if (name == "stuck")
        return around(
            name, R"_(
            {"id": "rounds", "kind": "loop", "max_iterations": 50, "until": "false", "progress": "len(steps.draft.output)", "patience": 2, "steps": [
                {"id": "draft", "kind": "code", "args": {"i": "{{iteration}}"}, "lua": "return 'same'"}]})_",
            R"_("guards": [{"detector": "loop.identical", "action": "off"}, {"detector": "loop.cycle", "action": "off"}, {"detector": "loop.stuck", "action": "off"}],)_");
    if (name == "circle")
        return around(name, R"_(
            {"id": "rounds", "kind": "loop", "max_iterations": 50, "until": "false", "steps": [
                {"id": "look", "kind": "tool", "function": "words", "args": {"text": "same text"}}]})_");
    if (name == "child")
        return around(
            name,
            R"_({"id": "up", "kind": "model", "role": "m", "prompt": "child {{inputs.x}}", "max_tokens": 16})_",
            R"_("inputs": {"x": {"type": "string"}}, "output": "<{{steps.up.output}}>",)_");
    if (name == "parent")
        return around(name,
                      R"_({"id": "sub", "kind": "call", "workflow": "child", "inputs": {"x": "{{inputs.y}}"}},
            {"id": "say", "kind": "code", "args": {"v": "{{steps.sub.output}}"}, "lua": "return args.v .. '?'"})_",
                      R"_("inputs": {"y": {"type": "string", "default": "seven"}},)_");
    if (name == "command")
        return around(
            name, R"_(
            {"id": "hello", "kind": "tool", "command": ["cat"], "stdin": "{{inputs.text}}", "parse": "lines"},
            {"id": "bad", "kind": "tool", "command": ["false"], "on_error": "skip"})_",
            R"_("inputs": {"text": {"type": "string", "default": "a\nb"}}, "allow": {"commands": ["cat", "false"]}, "output": "{{steps.hello.output}}",)_");
    if (name == "sleep")
        return around(name, R"_({"id": "nap", "kind": "tool", "command": ["sleep", "30"]})_",
                      R"_("allow": {"commands": ["sleep"]},)_");
    if (name == "once")
        return around(name, R"_(
            {"id": "a", "kind": "model", "role": "m", "prompt": "paid", "max_tokens": 16, "after_crash": "once", "on_error": "skip"},
            {"id": "b", "kind": "model", "role": "m", "prompt": "then", "max_tokens": 16})_");
    if (name == "ask")
        return around(
            name,
            R"_({"id": "a", "kind": "model", "role": "m", "prompt": "paid", "max_tokens": 16, "after_crash": "ask"})_");
    return "{}";
}

} // namespace tally::test
