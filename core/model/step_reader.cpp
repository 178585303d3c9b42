#include "core/model/definition_reader.h"

#include <fmt/format.h>

namespace tally {
namespace {
using nlohmann::json;
constexpr std::int64_t anyLength = std::int64_t{1} << 40;

Ask readAsk(Fields& f, bool required) {
    Ask ask;
    ask.system = f.text("system");
    ask.prompt = f.text("prompt");
    if (const auto* messages = f.array("messages")) {
        for (std::size_t i = 0; i < messages->size(); ++i) {
            const std::string pointer = fmt::format("{}/{}", f.at("messages"), i);
            if (!(*messages)[i].is_object()) {
                f.reader().error(pointer, "a message must be an object",
                                 R"(write {"role": "user", "text": "…"})");
                continue;
            }
            Fields message(f.reader(), (*messages)[i], pointer);
            std::string role = message.word("role", {"system", "user", "assistant"}, "user");
            ask.messages.emplace_back(std::move(role), message.text("text", true));
            message.unknown();
        }
    }
    if (required && ask.prompt.empty() && ask.messages.empty())
        f.reader().error(f.pointer(), "nothing is asked", "add \"prompt\" or \"messages\"");
    ask.output_schema = f.any("output_schema");
    if (!ask.output_schema.is_null() && !ask.output_schema.is_object())
        f.reader().error(f.at("output_schema"), "'output_schema' must be a JSON Schema object",
                         R"(write {"type": "object", …})");
    ask.max_tokens = f.integer("max_tokens", 1024, 1, 1'000'000);
    return ask;
}

std::shared_ptr<Steps> readNested(Fields& f, const char* key) {
    const auto* array = f.array(key, true);
    auto steps = std::make_shared<Steps>();
    if (array != nullptr) *steps = readSteps(f.reader(), *array, f.at(key));
    return steps;
}

ToolStep readTool(Fields& f) {
    ToolStep tool;
    tool.command = f.texts("command");
    tool.stdin_text = f.text("stdin");
    tool.url = f.text("url");
    tool.method = f.word("method", {"GET", "POST", "PUT", "PATCH", "DELETE"}, "GET");
    tool.headers = f.textMap("headers");
    tool.body = f.text("body");
    tool.function = f.text("function");
    tool.args = f.any("args");
    const std::string parse = f.word("parse", {"text", "json", "lines"}, "text");
    tool.parse = parse == "json"    ? ToolStep::Parse::json
                 : parse == "lines" ? ToolStep::Parse::lines
                                    : ToolStep::Parse::text;
    tool.max_bytes = f.integer("max_bytes", tool.max_bytes, 1, anyLength);
    const int ways =
        (tool.command.empty() ? 0 : 1) + (tool.url.empty() ? 0 : 1) + (tool.function.empty() ? 0 : 1);
    if (ways != 1)
        f.reader().error(f.pointer(), "a tool step needs exactly one of 'command', 'url' and 'function'",
                         ways == 0 ? "add one of them" : "keep one of them");
    return tool;
}

CheckStep readCheck(Fields& f) {
    CheckStep check;
    check.input = f.text("input", true);
    check.schema = f.any("schema");
    check.regex = f.text("regex");
    check.expr = f.text("expr");
    check.equals = f.any("equals");
    if (check.schema.is_null() && check.regex.empty() && check.expr.empty() && check.equals.is_null())
        f.reader().error(f.pointer(), "the check checks nothing",
                         "add 'schema', 'regex', 'expr' or 'equals'");
    if (const auto* repair = f.object("repair")) {
        Fields r(f.reader(), *repair, f.at("repair"));
        check.repair_step = r.text("step", true);
        check.repair_times = static_cast<int>(r.integer("times", 1, 1, 10));
        r.unknown();
    }
    return check;
}

RouteStep readRoute(Fields& f) {
    RouteStep route;
    route.ask = readAsk(f, true);
    if (const auto* tiers = f.array("tiers", true)) {
        for (std::size_t i = 0; i < tiers->size(); ++i) {
            const std::string pointer = fmt::format("{}/{}", f.at("tiers"), i);
            if (!(*tiers)[i].is_object()) {
                f.reader().error(pointer, "a tier must be an object",
                                 R"(write {"role": "small", "accept": "output.confidence >= 0.8"})");
                continue;
            }
            Fields t(f.reader(), (*tiers)[i], pointer);
            RouteTier tier;
            tier.role = t.text("role", true);
            tier.accept = t.text("accept");
            if (t.has("prompt") || t.has("messages")) tier.ask = readAsk(t, true);
            t.unknown();
            if (tier.accept.empty() && i + 1 < tiers->size())
                f.reader().error(pointer,
                                 "this tier accepts everything, so the tiers after it are never asked",
                                 "add \"accept\"");
            route.tiers.push_back(std::move(tier));
        }
        if (tiers->empty())
            f.reader().error(f.at("tiers"), "a route needs at least one tier", R"(add {"role": "small"})");
    }
    return route;
}

MapStep readMap(Fields& f) {
    MapStep map;
    map.over = f.text("over", true);
    map.concurrency = static_cast<int>(f.integer("concurrency", 8, 1, 4096));
    map.on_item_error =
        f.word("on_item_error", {"fail", "skip"}, "fail") == "skip" ? OnError::skip : OnError::fail;
    map.collect = f.text("collect");
    map.steps = readNested(f, "steps");
    return map;
}

LoopStep readLoop(Fields& f) {
    LoopStep loop;
    if (!f.has("max_iterations"))
        f.reader().error(f.pointer(), "the loop has no end", "add \"max_iterations\"");
    loop.max_iterations = static_cast<int>(f.integer("max_iterations", 10, 1, 100'000));
    loop.until = f.text("until");
    loop.progress = f.text("progress");
    loop.patience = static_cast<int>(f.integer("patience", 2, 1, 1000));
    loop.steps = readNested(f, "steps");
    return loop;
}

BranchStep readBranch(Fields& f) {
    BranchStep branch;
    if (const auto* cases = f.array("cases", true)) {
        for (std::size_t i = 0; i < cases->size(); ++i) {
            const std::string pointer = fmt::format("{}/{}", f.at("cases"), i);
            if (!(*cases)[i].is_object()) {
                f.reader().error(pointer, "a case must be an object",
                                 R"(write {"when": "…", "steps": [ … ]})");
                continue;
            }
            Fields c(f.reader(), (*cases)[i], pointer);
            BranchCase one;
            one.when = c.text("when", true);
            one.steps = readNested(c, "steps");
            c.unknown();
            branch.cases.push_back(std::move(one));
        }
    }
    if (f.has("else")) branch.cases.push_back({"", readNested(f, "else")});
    return branch;
}

ApproveStep readApprove(Fields& f, std::int64_t timeout_ms) {
    ApproveStep approve;
    approve.question = f.text("question", true);
    approve.timeout_ms = timeout_ms;
    approve.approve_on_timeout = f.word("on_timeout", {"approve", "reject"}, "reject") == "approve";
    return approve;
}

CodeStep readCode(Fields& f) {
    CodeStep code;
    code.lua = f.text("lua", true);
    code.args = f.any("args");
    code.max_instructions = f.integer("max_instructions", code.max_instructions, 1000, 10'000'000'000);
    code.max_bytes = f.integer("max_bytes", code.max_bytes, 65'536, std::int64_t{1} << 32);
    return code;
}

void readWhat(Fields& f, StepDef& step) {
    switch (step.kind) {
    case StepKind::model: {
        ModelStep model;
        model.role = f.text("role", true);
        model.ask = readAsk(f, true);
        step.what = std::move(model);
        break;
    }
    case StepKind::tool:
        step.what = readTool(f);
        break;
    case StepKind::retrieve: {
        RetrieveStep retrieve{f.text("from", true), f.text("query", true)};
        retrieve.top_k = f.integer("top_k", 8, 1, 10'000);
        retrieve.max_tokens = f.integer("max_tokens", 0, 0, 10'000'000);
        step.what = std::move(retrieve);
        break;
    }
    case StepKind::filter: {
        FilterStep filter{f.text("input", true), json::array()};
        if (const auto* layers = f.array("layers", true)) filter.layers = *layers;
        step.what = std::move(filter);
        break;
    }
    case StepKind::check:
        step.what = readCheck(f);
        break;
    case StepKind::route:
        step.what = readRoute(f);
        break;
    case StepKind::map:
        step.what = readMap(f);
        break;
    case StepKind::loop:
        step.what = readLoop(f);
        break;
    case StepKind::branch:
        step.what = readBranch(f);
        break;
    case StepKind::approve:
        step.what = readApprove(f, step.timeout_ms);
        break;
    case StepKind::call: {
        CallStep call{f.text("workflow", true), f.any("inputs")};
        step.what = std::move(call);
        break;
    }
    case StepKind::code:
        step.what = readCode(f);
        break;
    }
}

bool validId(std::string_view id) {
    if (id.empty() || id.size() > 64) return false;
    for (const char c : id)
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-')
            return false;
    return id[0] != '-';
}

std::optional<StepDef> readStep(DefinitionReader& reader, const json& in, const std::string& pointer) {
    if (!in.is_object()) {
        reader.error(pointer, "a step must be an object", R"(write {"id": "…", "kind": "model", …})");
        return std::nullopt;
    }
    Fields f(reader, in, pointer);
    StepDef step;
    step.id = f.text("id", true);
    if (!step.id.empty() && !validId(step.id))
        reader.error(f.at("id"), fmt::format("'{}' is not a step id", step.id.substr(0, 60)),
                     "use letters, digits, '_' and '-', at most 64");
    const std::string kind = f.text("kind", true);
    const auto known = parseStepKind(kind);
    if (!known) {
        if (!kind.empty())
            reader.error(f.at("kind"), fmt::format("unknown kind '{}'", kind.substr(0, 60)),
                         reader.suggest(kind, {"model", "tool", "retrieve", "filter", "check", "route", "map",
                                               "loop", "branch", "approve", "call", "code"}));
        return std::nullopt;
    }
    step.kind = *known;
    step.title = f.text("title");
    step.when = f.text("when");
    step.on_error = f.word("on_error", {"fail", "skip"}, "fail") == "skip" ? OnError::skip : OnError::fail;
    const std::string crash = f.word("after_crash", {"idempotent", "once", "ask"}, "idempotent");
    step.after_crash = crash == "once"  ? AfterCrash::once
                       : crash == "ask" ? AfterCrash::ask
                                        : AfterCrash::idempotent;
    step.timeout_ms = f.integer("timeout_ms", 0, 0, 7LL * 24 * 3600 * 1000);
    step.remember = f.textMap("remember");
    if (const auto* retry = f.object("retry")) {
        Fields r(reader, *retry, f.at("retry"));
        step.retry.max_attempts = static_cast<int>(r.integer("max_attempts", 3, 1, 100));
        step.retry.base_ms = r.integer("base_ms", 500, 0, 3'600'000);
        step.retry.max_ms = r.integer("max_ms", 30'000, 0, 24LL * 3'600'000);
        r.unknown();
    }
    readWhat(f, step);
    f.unknown();
    return step;
}
} // namespace

Steps readSteps(DefinitionReader& reader, const json& array, const std::string& pointer) {
    Steps steps;
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (!reader.takeStep(pointer)) break;
        if (auto step = readStep(reader, array[i], fmt::format("{}/{}", pointer, i)))
            steps.push_back(std::move(*step));
    }
    if (array.empty()) reader.error(pointer, "there are no steps", "add at least one step");
    return steps;
}

} // namespace tally
