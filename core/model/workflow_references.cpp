#include "core/model/definition_reader.h"

#include <fmt/format.h>

namespace tally {
namespace {

/// What a reference may name at one place of the workflow.
struct Visible {
    std::vector<std::string> steps; ///< ids of earlier steps, outer ones included
    bool item = false;
    bool loop = false;
    bool repair = false;
};

class Checker {
public:
    Checker(DefinitionReader& reader, const Workflow& workflow)
        : reader_(reader)
        , workflow_(workflow) {
        for (const auto& [name, role] : workflow.roles)
            roles_.push_back(name);
        for (const auto& input : workflow.inputs)
            inputs_.push_back(input.name);
    }

    void steps(const Steps& list, const std::string& pointer, Visible scope) {
        std::vector<std::string> here;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const StepDef& step = list[i];
            const std::string at = fmt::format("{}/{}", pointer, i);
            if (std::find(scope.steps.begin(), scope.steps.end(), step.id) != scope.steps.end())
                reader_.error(at + "/id", fmt::format("the id '{}' is used twice", step.id),
                              "give every step its own id");
            one(step, at, scope, here);
            scope.steps.push_back(step.id);
            here.push_back(step.id);
        }
    }
    void text(const std::string& value, const std::string& pointer, const Visible& scope) {
        for (std::size_t open = value.find("{{"); open != std::string::npos; open = value.find("{{", open)) {
            const std::size_t close = value.find("}}", open);
            if (close == std::string::npos) {
                reader_.error(pointer, "a reference is not closed", "add '}}'");
                return;
            }
            reference(value.substr(open + 2, close - open - 2), pointer, scope);
            open = close + 2;
        }
    }

private:
    void reference(std::string path, const std::string& pointer, const Visible& scope) {
        const auto trim = path.find_first_not_of(' ');
        path = trim == std::string::npos ? "" : path.substr(trim, path.find_last_not_of(' ') - trim + 1);
        const std::size_t end = path.find_first_of(".[");
        const std::string root = path.substr(0, end);
        const std::string rest = end == std::string::npos ? "" : path.substr(end + 1);
        const std::string second = rest.substr(0, rest.find_first_of(".["));
        if (root == "inputs") return known(second, inputs_, "input", path, pointer);
        if (root == "steps") return known(second, scope.steps, "earlier step", path, pointer);
        if (root == "memory" || (root == "repair" && scope.repair)) return;
        if ((root == "item" || root == "index") && scope.item) return;
        if ((root == "iteration" || root == "previous") && scope.loop) return;
        std::vector<std::string> roots = {"inputs", "steps", "memory"};
        if (scope.item) roots.insert(roots.end(), {"item", "index"});
        if (scope.loop) roots.insert(roots.end(), {"iteration", "previous"});
        if (scope.repair) roots.emplace_back("repair");
        reader_.error(pointer,
                      fmt::format("the reference '{{{{{}}}}}' names nothing here", path.substr(0, 80)),
                      reader_.suggest(root, roots));
    }
    void known(const std::string& name, const std::vector<std::string>& names, const char* what,
               const std::string& path, const std::string& pointer) {
        if (std::find(names.begin(), names.end(), name) != names.end()) return;
        reader_.error(pointer,
                      fmt::format("the reference '{{{{{}}}}}' names no {}", path.substr(0, 80), what),
                      reader_.suggest(name, names));
    }
    void json(const nlohmann::json& value, const std::string& pointer, const Visible& scope) {
        if (value.is_string()) return text(value.get_ref<const std::string&>(), pointer, scope);
        if (value.is_object())
            for (const auto& [key, item] : value.items())
                json(item, pointer + "/" + pointerToken(key), scope);
        if (value.is_array())
            for (std::size_t i = 0; i < value.size(); ++i)
                json(value[i], fmt::format("{}/{}", pointer, i), scope);
    }
    void role(const std::string& name, const std::string& pointer) {
        if (!name.empty() && workflow_.roles.count(name) == 0)
            reader_.error(pointer, fmt::format("no role '{}' in \"models\"", name),
                          reader_.suggest(name, roles_));
    }
    void ask(const Ask& what, const std::string& at, Visible scope) {
        scope.repair = true; // a later check may send the step back
        text(what.system, at + "/system", scope);
        text(what.prompt, at + "/prompt", scope);
        for (std::size_t i = 0; i < what.messages.size(); ++i)
            text(what.messages[i].second, fmt::format("{}/messages/{}/text", at, i), scope);
    }
    void one(const StepDef& step, const std::string& at, const Visible& scope,
             const std::vector<std::string>& siblings) {
        Visible after;
        if (!step.remember.empty()) {
            after = scope;
            after.steps.push_back(step.id);
        }
        for (const auto& [key, value] : step.remember)
            text(value, at + "/remember/" + pointerToken(key), after);
        std::visit([&](const auto& what) { kind(what, at, scope, siblings); }, step.what);
    }
    void kind(const ModelStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        role(s.role, at + "/role");
        ask(s.ask, at, scope);
    }
    void kind(const ToolStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        for (std::size_t i = 0; i < s.command.size(); ++i)
            text(s.command[i], fmt::format("{}/command/{}", at, i), scope);
        if (!s.command.empty() && std::find(workflow_.allow_commands.begin(), workflow_.allow_commands.end(),
                                            s.command[0]) == workflow_.allow_commands.end())
            reader_.error(at + "/command/0",
                          fmt::format("the command '{}' is not allowed", s.command[0].substr(0, 60)),
                          "add it to \"allow\": {\"commands\": […]}; a reference cannot name a command");
        for (const auto& value : {s.stdin_text, s.url, s.body})
            text(value, at, scope);
        json(s.args, at + "/args", scope);
    }
    void kind(const RetrieveStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        text(s.from, at + "/from", scope);
        text(s.query, at + "/query", scope);
    }
    void kind(const FilterStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        text(s.input, at + "/input", scope);
        json(s.layers, at + "/layers", scope);
    }
    void kind(const CheckStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>& siblings) {
        text(s.input, at + "/input", scope);
        if (!s.repair_step.empty() &&
            std::find(siblings.begin(), siblings.end(), s.repair_step) == siblings.end())
            reader_.error(at + "/repair/step",
                          fmt::format("'{}' is not an earlier step beside this check", s.repair_step),
                          reader_.suggest(s.repair_step, siblings));
    }
    void kind(const RouteStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        ask(s.ask, at, scope);
        for (std::size_t i = 0; i < s.tiers.size(); ++i) {
            role(s.tiers[i].role, fmt::format("{}/tiers/{}/role", at, i));
            if (s.tiers[i].ask) ask(*s.tiers[i].ask, fmt::format("{}/tiers/{}", at, i), scope);
        }
    }
    void kind(const MapStep& s, const std::string& at, Visible scope, const std::vector<std::string>&) {
        text(s.over, at + "/over", scope);
        scope.item = true;
        steps(*s.steps, at + "/steps", scope);
        for (const auto& inner : *s.steps)
            scope.steps.push_back(inner.id);
        text(s.collect, at + "/collect", scope);
    }
    void kind(const LoopStep& s, const std::string& at, Visible scope, const std::vector<std::string>&) {
        scope.loop = true;
        steps(*s.steps, at + "/steps", scope);
    }
    void kind(const BranchStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        for (std::size_t i = 0; i < s.cases.size(); ++i)
            steps(*s.cases[i].steps,
                  s.cases[i].when.empty() ? at + "/else" : fmt::format("{}/cases/{}/steps", at, i), scope);
    }
    void kind(const ApproveStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        text(s.question, at + "/question", scope);
    }
    void kind(const CallStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        json(s.inputs, at + "/inputs", scope);
    }
    void kind(const CodeStep& s, const std::string& at, const Visible& scope,
              const std::vector<std::string>&) {
        json(s.args, at + "/args", scope);
    }

    DefinitionReader& reader_;
    const Workflow& workflow_;
    std::vector<std::string> roles_;
    std::vector<std::string> inputs_;
};
} // namespace

void checkReferences(DefinitionReader& reader, const Workflow& workflow) {
    Checker checker(reader, workflow);
    checker.steps(workflow.steps, "/steps", {});
    Visible end;
    for (const auto& step : workflow.steps)
        end.steps.push_back(step.id);
    checker.text(workflow.output, "/output", end);
}

} // namespace tally
