#include "core/model/workflow.h"

#include "core/base/hash.h"
#include "core/model/definition_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally {
namespace {
using nlohmann::json;

void readInputs(Fields& f, Workflow& w) {
    const auto* inputs = f.object("inputs");
    if (inputs == nullptr) return;
    for (const auto& [name, value] : inputs->items()) {
        const std::string pointer = f.at("inputs") + "/" + pointerToken(name);
        if (!value.is_object()) {
            f.reader().error(pointer, "an input must be an object",
                             R"(write {"type": "string", "description": "…"})");
            continue;
        }
        Fields in(f.reader(), value, pointer);
        WorkflowInput input;
        input.name = name;
        input.type = in.word("type", {"string", "number", "integer", "boolean", "array", "object"}, "string");
        input.description = in.text("description");
        input.required = !in.has("default");
        input.fallback = in.any("default");
        in.unknown();
        w.inputs.push_back(std::move(input));
    }
}

void readCandidate(DefinitionReader& reader, const json& value, const std::string& pointer, Role& role) {
    const auto ref = value.is_string() ? ModelRef::parse(value.get<std::string>())
                                       : Result<ModelRef>(fail("", "a model must be a text"));
    if (ref)
        role.candidates.push_back(*ref);
    else
        reader.error(pointer, ref.error().message,
                     "write \"provider/model\", for example \"openai/gpt-5-mini\"");
}

void readRoles(Fields& f, Workflow& w) {
    const auto* models = f.object("models");
    if (models == nullptr) return;
    for (const auto& [name, value] : models->items()) {
        const std::string pointer = f.at("models") + "/" + pointerToken(name);
        Role role;
        role.name = name;
        const auto candidates = [&](const json& list, const std::string& at) {
            if (!list.is_array()) return readCandidate(f.reader(), list, at, role);
            for (std::size_t i = 0; i < list.size(); ++i)
                readCandidate(f.reader(), list[i], fmt::format("{}/{}", at, i), role);
        };
        if (value.is_object()) {
            Fields r(f.reader(), value, pointer);
            if (r.has("candidates"))
                candidates(r.any("candidates"), r.at("candidates"));
            else
                f.reader().error(pointer, "'candidates' is missing",
                                 R"(add "candidates": ["provider/model"])");
            role.temperature = r.real("temperature");
            role.seed = r.optionalInteger("seed");
            role.context_tokens = r.integer("context_tokens", 0, 0, 100'000'000);
            role.extra = r.any("extra");
            r.unknown();
        } else {
            candidates(value, pointer);
        }
        if (role.candidates.empty() && !f.reader().failed())
            f.reader().error(pointer, fmt::format("the role '{}' has no model", name),
                             R"(add "provider/model")");
        w.roles.emplace(name, std::move(role));
    }
}

void readAllow(Fields& f, Workflow& w) {
    const auto* allow = f.object("allow");
    if (allow == nullptr) return;
    Fields a(f.reader(), *allow, f.at("allow"));
    w.allow_commands = a.texts("commands");
    w.allow_hosts = a.texts("hosts");
    w.allow_folders = a.texts("folders");
    a.unknown();
}

/// A definition does not know where it will run, so it says nothing by itself: the limit holds what is
/// billed. Whoever tries it out with simulated models must not take that for a budget that does not work.
void warnOfSimulated(Fields& f, const Workflow& w, std::size_t budget) {
    const auto role = std::find_if(w.roles.begin(), w.roles.end(), [](const auto& each) {
        const auto& models = each.second.candidates;
        return !models.empty() && models.front().provider == "sim";
    });
    if (role == w.roles.end()) return;
    f.reader().warning(
        fmt::format("{}/{}", f.at("budgets"), budget),
        fmt::format("this cost budget does not hold simulated calls, and the role '{}' is played by {}",
                    role->first, role->second.candidates.front().str()),
        R"(add "simulated": true so that their price counts too, or "simulated": false to say that it does not)");
}

void readBudgets(Fields& f, Workflow& w) {
    const auto* budgets = f.array("budgets");
    for (std::size_t i = 0; budgets != nullptr && i < budgets->size(); ++i) {
        auto budget = budgetFromJson((*budgets)[i]);
        if (budget) {
            if (budget->meter == LimitMeter::cost && !(*budgets)[i].contains("simulated"))
                warnOfSimulated(f, w, i);
            w.budgets.push_back(std::move(*budget));
        } else
            f.reader().error(fmt::format("{}/{}{}", f.at("budgets"), i, budget.error().where),
                             budget.error().message, budget.error().hint);
    }
}

void readGuards(Fields& f, Workflow& w) {
    const auto* guards = f.array("guards");
    for (std::size_t i = 0; guards != nullptr && i < guards->size(); ++i) {
        const std::string pointer = fmt::format("{}/{}", f.at("guards"), i);
        if (!(*guards)[i].is_object()) {
            f.reader().error(pointer, "a guard must be an object",
                             R"(write {"detector": "loop.identical", "action": "stop"})");
            continue;
        }
        Fields g(f.reader(), (*guards)[i], pointer);
        GuardSetting guard;
        guard.detector = g.text("detector", true);
        guard.action = g.word("action", {"warn", "stop", "off"}, "warn");
        guard.options = g.any("options");
        g.unknown();
        w.guards.push_back(std::move(guard));
    }
}

constexpr const char* limitNames[] = {"tokens",     "calls",      "wall_ms",
                                      "compute_ms", "concurrent", "state_bytes"};
std::int64_t* limitField(RunLimits& limits, std::string_view name) {
    if (name == "tokens") return &limits.tokens;
    if (name == "calls") return &limits.calls;
    if (name == "wall_ms") return &limits.wall_ms;
    if (name == "compute_ms") return &limits.compute_ms;
    if (name == "concurrent") return &limits.concurrent;
    if (name == "state_bytes") return &limits.state_bytes;
    return nullptr;
}

void readWorkflow(Fields& f, Workflow& w) {
    f.any("$schema");
    f.word("schema", {"tallystick-workflow/v1"}, "tallystick-workflow/v1");
    w.name = f.text("name", true);
    w.process = f.text("process", true);
    w.version = f.text("version");
    w.description = f.text("description");
    readInputs(f, w);
    readRoles(f, w);
    readAllow(f, w);
    if (const auto* limits = f.object("limits")) {
        auto read = runLimitsFromJson(*limits);
        if (read)
            w.limits = *read;
        else
            f.reader().error(f.at("limits") + read.error().where, read.error().message, read.error().hint);
    }
    readBudgets(f, w);
    readGuards(f, w);
    w.memory_bytes = f.integer("memory_bytes", w.memory_bytes, 0, std::int64_t{1} << 32);
    if (const auto* steps = f.array("steps", true)) w.steps = readSteps(f.reader(), *steps, f.at("steps"));
    w.output = f.text("output");
    f.unknown();
}
} // namespace

Result<ModelRef> ModelRef::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size())
        return fail("workflow.model", fmt::format("'{}' does not name a model", text.substr(0, 80)),
                    "write \"provider/model\"");
    return ModelRef{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

void to_json(json& out, const RunLimits& limits) {
    RunLimits copy = limits;
    out = json::object();
    if (!limits.cost.isZero()) out["cost"] = limits.cost.toString();
    for (const char* name : limitNames)
        if (const std::int64_t value = *limitField(copy, name); value != 0) out[name] = value;
}

Result<RunLimits> runLimitsFromJson(const json& in) {
    if (!in.is_object())
        return fail("limits.syntax", "limits must be an object", R"(write {"cost": "0.50"})");
    RunLimits limits;
    for (const auto& [key, value] : in.items()) {
        const std::string where = "/" + pointerToken(key);
        if (key == "cost") {
            if (!value.is_string())
                return fail("limits.cost", "a cost limit must be a text such as \"0.50\"",
                            "put the amount in quotes, so that no digit is lost", where);
            auto amount = Pico::parse(value.get<std::string>());
            if (!amount) return fail(amount.error().at(where));
            if (amount->value() < 0) return fail("limits.cost", "a limit cannot be negative", {}, where);
            limits.cost = *amount;
            continue;
        }
        std::int64_t* field = limitField(limits, key);
        if (field == nullptr)
            return fail("limits.syntax", fmt::format("unknown limit '{}'", key),
                        "known are cost, tokens, calls, wall_ms, compute_ms, concurrent, state_bytes", where);
        if (!value.is_number_integer() || value.get<std::int64_t>() < 0)
            return fail("limits.syntax", fmt::format("'{}' must be an integer of at least 0", key), {},
                        where);
        *field = value.get<std::int64_t>();
    }
    return limits;
}

void to_json(json& out, const Diagnostic& d) {
    out = {{"severity", d.severity == Diagnostic::Severity::error ? "error" : "warning"},
           {"pointer", d.pointer},
           {"line", d.line},
           {"column", d.column},
           {"message", d.message},
           {"fix", d.fix}};
}

WorkflowCheck parseWorkflow(std::string text) {
    constexpr std::size_t max_bytes = std::size_t{4} << 20;
    WorkflowCheck out;
    if (text.size() > max_bytes) {
        Diagnostic d;
        d.message = fmt::format("the definition has {} bytes, more than 4 MiB", text.size());
        d.fix = "keep data in the workflow's inputs or in files that a step reads";
        out.diagnostics.push_back(std::move(d));
        return out;
    }
    const auto placed = parsePlacedJson(text);
    if (!placed) {
        Diagnostic d;
        // parsePlacedJson says "line L, column C"; both numbers are wanted apart here.
        std::sscanf(placed.error().where.c_str(), "line %d, column %d", &d.line,
                    &d.column); // NOLINT(cert-err34-c)
        d.message = placed.error().message;
        d.fix = placed.error().hint;
        out.diagnostics.push_back(std::move(d));
        return out;
    }
    DefinitionReader reader(text, *placed);
    for (const auto& pointer : placed->duplicate_keys)
        reader.error(pointer, "this key occurs twice", "keep one of them");
    auto workflow = std::make_shared<Workflow>();
    if (placed->value.is_object()) {
        Fields fields(reader, placed->value, "");
        readWorkflow(fields, *workflow);
        if (!reader.failed()) checkReferences(reader, *workflow);
    } else {
        reader.error("", "a workflow must be a JSON object", "start with {");
    }
    workflow->sha256 = sha256Hex(text);
    const bool failed = reader.failed();
    out.diagnostics = reader.take();
    workflow->text = std::move(text);
    if (!failed) out.workflow = std::move(workflow);
    return out;
}

} // namespace tally
