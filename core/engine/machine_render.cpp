// What a step is asked: references become values. And what came back from a model.
#include "core/base/json_text.h"
#include "core/engine/machine_frames.h"

namespace tally::engine {

using nlohmann::json;

namespace {

Result<json> renderTool(const Names& names, const ToolStep& tool) {
    if (!tool.function.empty()) {
        TALLY_ASSIGN(json args, renderJson(names, tool.args.is_null() ? json::object() : tool.args));
        return json{{"function", tool.function}, {"args", std::move(args)}};
    }
    if (!tool.url.empty()) {
        TALLY_ASSIGN(std::string url, renderText(names, tool.url));
        TALLY_ASSIGN(std::string body, renderText(names, tool.body));
        json headers = json::object();
        for (const auto& [name, pattern] : tool.headers) {
            TALLY_ASSIGN(headers[name], renderText(names, pattern));
        }
        return json{{"url", std::move(url)},
                    {"method", tool.method},
                    {"headers", std::move(headers)},
                    {"body", std::move(body)}};
    }
    json command = json::array();
    for (const std::string& pattern : tool.command) {
        TALLY_ASSIGN(std::string word, renderText(names, pattern));
        command.push_back(std::move(word));
    }
    TALLY_ASSIGN(std::string text, renderText(names, tool.stdin_text));
    return json{{"command", std::move(command)}, {"stdin", std::move(text)}};
}

} // namespace

Result<json> Machine::render(const Sequence& in, const StepDef& def) {
    const Scope scope(*this, in);
    if (const auto* model = std::get_if<ModelStep>(&def.what)) return renderAsk(in, model->ask, model->role);
    if (const auto* tool = std::get_if<ToolStep>(&def.what)) return renderTool(scope, *tool);
    if (const auto* retrieve = std::get_if<RetrieveStep>(&def.what)) {
        TALLY_ASSIGN(json from, renderReference(scope, retrieve->from));
        TALLY_ASSIGN(std::string query, renderText(scope, retrieve->query));
        return json{{"from", std::move(from)}, {"query", std::move(query)}};
    }
    if (const auto* filter = std::get_if<FilterStep>(&def.what)) {
        TALLY_ASSIGN(json input, renderReference(scope, filter->input));
        TALLY_ASSIGN(json layers, renderJson(scope, filter->layers));
        return json{{"input", std::move(input)}, {"layers", std::move(layers)}};
    }
    if (const auto* check = std::get_if<CheckStep>(&def.what)) {
        TALLY_ASSIGN(json value, renderReference(scope, check->input));
        json out = json::object();
        if (!check->equals.is_null()) {
            TALLY_ASSIGN(out["equals"], renderJson(scope, check->equals));
        }
        if (!check->expr.empty()) {
            auto holds = test(Scope(*this, in, &value), check->expr);
            out["expr"] = holds && *holds;
            if (!holds) out["expr_error"] = holds.error().text();
        }
        out["value"] = std::move(value);
        return out;
    }
    if (const auto* approve = std::get_if<ApproveStep>(&def.what)) {
        TALLY_ASSIGN(std::string question, renderText(scope, approve->question));
        return json{{"question", std::move(question)}};
    }
    if (const auto* code = std::get_if<CodeStep>(&def.what)) {
        TALLY_ASSIGN(json args, renderJson(scope, code->args));
        return json{{"args", std::move(args)}, {"memory", memory_}};
    }
    return fail("step.kind", "This kind of step cannot be executed", "", def.id);
}

Result<json> Machine::renderAsk(const Sequence& in, const Ask& ask, const std::string& role) {
    const Scope scope(*this, in);
    json messages = json::array();
    bool mentions_repair = false;
    const auto add = [&](const std::string& who, const std::string& pattern) -> Status {
        mentions_repair = mentions_repair || pattern.find("repair.") != std::string::npos;
        TALLY_ASSIGN(std::string text, renderText(scope, pattern));
        messages.push_back({{"role", who}, {"text", std::move(text)}});
        return {};
    };
    if (!ask.messages.empty()) {
        for (const auto& [who, pattern] : ask.messages)
            TALLY_TRY(add(who, pattern));
    } else {
        if (!ask.system.empty()) TALLY_TRY(add("system", ask.system));
        TALLY_TRY(add("user", ask.prompt));
    }
    // The step that a check sent back is told what was wrong, unless its prompt says so itself.
    if (in.repair != nullptr && in.pc == in.repair_from && !mentions_repair) {
        messages.push_back({{"role", "assistant"}, {"text", in.repair->at("answer")}});
        messages.push_back(
            {{"role", "user"},
             {"text", "Your answer was rejected: " + in.repair->at("error").get<std::string>() +
                          "\nAnswer the task again, complete and in the required form."}});
    }
    return json{{"role", role}, {"messages", std::move(messages)}, {"max_tokens", ask.max_tokens}};
}

Result<Value> Machine::readAnswer(const Sequence& in, const StepDef& def, const Ask& ask, json text) {
    if (ask.output_schema.is_null() || !text.is_string()) return keep(std::move(text));
    std::string_view answer = text.get_ref<const std::string&>();
    // Many models put JSON into a Markdown fence although they were asked not to.
    const auto first = answer.find_first_of("{[");
    const auto fence = answer.find("```");
    if (fence != std::string_view::npos && first != std::string_view::npos && fence < first) {
        const auto end = answer.rfind("```");
        if (end > first) answer = answer.substr(first, end - first);
    }
    if (auto parsed = parseJson(answer)) return keep(std::move(*parsed));
    for (std::size_t i = in.pc + 1; i < in.steps.size(); ++i) {
        const auto* check = std::get_if<CheckStep>(&in.steps[i].what);
        if (check != nullptr && check->repair_step == def.id)
            return keep(std::move(text)); // the check will send it back
    }
    if (def.kind == StepKind::route) return keep(std::move(text)); // the tier's condition judges it
    return fail("model.not_json", "The model was asked for JSON and answered with something else",
                "Add a check step with repair_step, or use a role with a model that keeps to a schema.");
}

namespace {
bool fits(const std::string& type, const json& value) {
    if (type == "string") return value.is_string();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return true;
}
} // namespace

Result<json> prepareInputs(const Workflow& workflow, json inputs) {
    if (inputs.is_null()) inputs = json::object();
    if (!inputs.is_object())
        return fail("run.input_type", "Inputs are an object of names and values", "Write {\"name\": value}.");
    std::string known;
    for (const WorkflowInput& each : workflow.inputs) {
        known += (known.empty() ? "" : ", ") + each.name;
        if (!inputs.contains(each.name)) {
            if (each.required && each.fallback.is_null())
                return fail("run.missing_input", "The input \"" + each.name + "\" is required",
                            each.description, each.name);
            inputs[each.name] = each.fallback;
        } else if (!fits(each.type, inputs[each.name])) {
            return fail("run.input_type",
                        "The input \"" + each.name + "\" must be of type " + each.type + ", this is " +
                            inputs[each.name].type_name(),
                        each.description, each.name);
        }
    }
    for (const auto& [name, value] : inputs.items()) {
        if (std::none_of(workflow.inputs.begin(), workflow.inputs.end(),
                         [&](const auto& each) { return each.name == name; }))
            return fail("run.unknown_input", "The workflow has no input \"" + name + "\"",
                        known.empty() ? "It takes no inputs." : "It takes: " + known + ".", name);
    }
    return inputs;
}

} // namespace tally::engine
