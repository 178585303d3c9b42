#include "core/engine/exec_local.h"

#include "core/base/encoding.h"
#include "core/base/json_text.h"
#include "core/context/layers.h"
#include "core/engine/lua_sandbox.h"
#include "core/engine/schema_check.h"

#include <fmt/format.h>

namespace tally::engine {

using nlohmann::json;

namespace {

LocalResult failed(Error error) {
    LocalResult out;
    out.ok = false;
    out.error = std::move(error);
    return out;
}
LocalResult from(Result<json> result) {
    if (!result) return failed(std::move(result).error());
    LocalResult out;
    out.output = std::move(*result);
    return out;
}

std::string shown(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return text.size() <= 200 ? text : scrubUtf8(text.substr(0, 197)) + "…";
}

LocalResult runCheck(const Task& task) {
    const auto& check = std::get<CheckStep>(task.def->what);
    const json& value = task.input.at("value");
    const auto wrong = [](std::string why) { return failed({"check.failed", std::move(why), "", ""}); };
    if (!check.schema.is_null())
        if (std::string why = schemaViolation(check.schema, value); !why.empty())
            return wrong(std::move(why));
    if (!check.regex.empty()) {
        const auto found = regexFinds(check.regex, asText(value));
        if (!found) return failed(found.error());
        if (!*found) return wrong("does not match " + check.regex + ": " + shown(value));
    }
    if (task.input.contains("equals") && task.input["equals"] != value)
        return wrong("must equal " + shown(task.input["equals"]) + ", is " + shown(value));
    if (task.input.contains("expr") && !task.input["expr"].get<bool>())
        return wrong(task.input.contains("expr_error") ? task.input["expr_error"].get<std::string>()
                                                       : "the condition does not hold: " + check.expr);
    return from(json{{"passed", true}});
}

LocalResult runRetrieve(const Task& task) {
    const auto& retrieve = std::get<RetrieveStep>(task.def->what);
    json layer = {{"layer", "relevance"}, {"query", task.input.at("query")}, {"top_k", retrieve.top_k}};
    if (retrieve.max_tokens > 0) layer["max_tokens"] = retrieve.max_tokens;
    auto passages = context::applyLayersToJson(json::array({std::move(layer)}), task.input.at("from"));
    if (!passages) return failed(std::move(passages).error());
    return from(json(*passages));
}

LocalResult runFilter(const Task& task) {
    auto passages = context::applyLayersToJson(task.input.at("layers"), task.input.at("input"));
    if (!passages) return failed(std::move(passages).error());
    return from(json(*passages));
}

LocalResult runCode(const Task& task, const CancelToken& cancel) {
    const auto& code = std::get<CodeStep>(task.def->what);
    auto result = runLua(code.lua, task.input.at("args"), task.input.at("memory"),
                         {code.max_instructions, code.max_bytes}, cancel);
    if (!result) {
        LocalResult out = failed(std::move(result).error());
        out.killed = out.error.code == "code.cancelled";
        return out;
    }
    LocalResult out;
    out.output = std::move(result->output);
    out.memory = std::move(result->memory);
    return out;
}

LocalResult runFunction(const Task& task, const FunctionRegistry* functions, const CancelToken& cancel) {
    const auto& tool = std::get<ToolStep>(task.def->what);
    const Function* function = functions == nullptr ? nullptr : functions->find(tool.function);
    if (function == nullptr) {
        std::string known;
        if (functions != nullptr)
            for (const auto& [name, unused] : functions->list())
                known += (known.empty() ? "" : ", ") + name;
        return failed({"tool.unknown_function", "There is no function called \"" + tool.function + "\"",
                       known.empty() ? "" : "Known: " + known + ".", ""});
    }
    LocalResult out =
        from((*function)(task.input.at("args"), {task.workflow->allow_folders, tool.max_bytes, cancel}));
    out.killed = !out.ok && cancel.cancelled();
    return out;
}

} // namespace

bool isQuick(const Task& task) {
    if (task.kind == StepKind::route) return true;
    if (task.kind != StepKind::check) return false;
    const json& value = task.input.at("value");
    return std::get<CheckStep>(task.def->what).regex.empty() &&
           (!value.is_string() || value.get_ref<const std::string&>().size() < 4096);
}

bool isDeterministic(const Task& task) {
    return task.kind == StepKind::check || task.kind == StepKind::filter || task.kind == StepKind::retrieve ||
           task.kind == StepKind::code || task.kind == StepKind::route;
}

LocalResult runLocal(const Task& task, const FunctionRegistry* functions, const CancelToken& cancel) {
    switch (task.kind) {
    case StepKind::check:
        return runCheck(task);
    case StepKind::retrieve:
        return runRetrieve(task);
    case StepKind::filter:
        return runFilter(task);
    case StepKind::code:
        return runCode(task, cancel);
    case StepKind::tool:
        return runFunction(task, functions, cancel);
    case StepKind::route: {
        const json& last = task.input.at("tried").back();
        return from(json{{"tier", last["tier"]}, {"role", last["role"]}});
    }
    default:
        return failed({"step.kind", "This kind of step is not executed here", "", task.path});
    }
}

Result<json> parseToolText(const ToolStep& tool, std::string text) {
    text = scrubUtf8(text);
    if (tool.parse == ToolStep::Parse::json) {
        auto parsed = parseJson(text);
        if (!parsed)
            return fail("tool.not_json",
                        "The tool was expected to answer with JSON: " + parsed.error().message,
                        "Set \"parse\" to text, or change the tool.");
        return std::move(*parsed);
    }
    if (tool.parse == ToolStep::Parse::lines) {
        json lines = json::array();
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto end = std::min(rest.find('\n'), rest.size());
            lines.push_back(std::string(rest.substr(0, end)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return lines;
    }
    return json(std::move(text));
}

LocalResult runHttp(const Task& task, const HttpFetch& fetch, const CancelToken& cancel) {
    const auto& tool = std::get<ToolStep>(task.def->what);
    const auto& url = task.input.at("url").get_ref<const std::string&>();
    const auto scheme = url.find("://");
    const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
    std::string host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    // What stands before @ is a user name that can look like an allowed host.
    if (scheme == std::string::npos || (!url.starts_with("https://") && !url.starts_with("http://")) ||
        host.find('@') != std::string::npos)
        return failed({"tool.url", "Only http and https addresses without user names can be fetched", "",
                       escapeForDisplay(url, 200)});
    const std::string with_port = host;
    if (!host.ends_with("]")) host.resize(std::min(host.rfind(':'), host.size()));
    const auto& allowed = task.workflow->allow_hosts;
    if (std::none_of(allowed.begin(), allowed.end(),
                     [&](const auto& each) { return each == host || each == with_port; }))
        return failed({"tool.host_not_allowed",
                       "This workflow may not talk to " + escapeForDisplay(host, 200),
                       "Add it to allow.hosts of the workflow.", ""});
    if (!fetch) return failed({"tool.no_http", "HTTP tools are not available here", "", ""});
    HttpRequest request;
    request.method = tool.method;
    request.url = url;
    for (const auto& [name, value] : task.input.at("headers").items())
        request.headers[name] = value.get<std::string>();
    request.body = task.input.at("body").get<std::string>();
    if (task.def->timeout_ms > 0) request.timeout_ms = task.def->timeout_ms;
    request.max_bytes = tool.max_bytes;
    auto reply = fetch(request, cancel);
    if (!reply) {
        LocalResult out = failed(std::move(reply).error());
        out.killed = cancel.cancelled();
        out.retryable = !out.killed;
        return out;
    }
    if (reply->status >= 400) {
        LocalResult out =
            failed({fmt::format("tool.http_{}", reply->status),
                    fmt::format("The server answered {}", reply->status), "", escapeForDisplay(url, 200)});
        out.retryable = reply->status == 429 || reply->status >= 500;
        return out;
    }
    return from(parseToolText(tool, std::move(reply->body)));
}

} // namespace tally::engine
