// A workflow: a versioned definition in JSON (resources/schema/workflow.schema.json is its published schema).
//
// Values flow by references in double braces: {{inputs.files}}, {{steps.classify.output.label}},
// {{item.path}} and {{index}} inside a map, {{iteration}} and {{previous}} (outputs of the last round, by
// step id) inside a loop, {{memory.key}},
// {{repair.error}} and {{repair.answer}} when a check sends a step back. A string that is one reference keeps
// the JSON type of what it names; otherwise the value is put into the text. Conditions ("when", "until",
// "accept", "expr") are expressions of core/filter over the same names.
#pragma once
#include "core/base/money.h"
#include "core/base/result.h"
#include "core/model/budget.h"
#include "core/model/run.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tally {

struct ModelRef {
    std::string provider;
    std::string model;
    [[nodiscard]] std::string str() const { return provider + "/" + model; }
    /// "provider/model"; the model may itself contain slashes.
    static Result<ModelRef> parse(std::string_view text);
    bool operator==(const ModelRef&) const = default;
    auto operator<=>(const ModelRef&) const = default;
};

/// A role is what a step asks for; the candidates are who may play it, best first. Changing the model is
/// changing one role.
struct Role {
    std::string name;
    std::vector<ModelRef> candidates;
    std::optional<double> temperature;
    std::optional<std::int64_t> seed;
    std::int64_t context_tokens = 0; ///< window of the model, 0: unknown
    nlohmann::json extra;            ///< provider-specific request fields
};

struct Retry {
    int max_attempts = 3; ///< attempts in all, each with its own reservation
    std::int64_t base_ms = 500;
    std::int64_t max_ms = 30'000;
};
enum class OnError { fail, skip }; ///< skip: output null, the run goes on
enum class AfterCrash {
    idempotent,
    once,
    ask
}; ///< may a paid step whose outcome is unknown be bought again?

struct StepDef;
using Steps = std::vector<StepDef>;

/// How a model is asked; shared by model and route steps.
struct Ask {
    std::string system;
    std::string prompt;
    std::vector<std::pair<std::string, std::string>> messages; ///< (role, text) instead of system + prompt
    nlohmann::json output_schema; ///< null: free text; else the output is parsed JSON
    std::int64_t max_tokens = 1024;
};
struct ModelStep {
    std::string role;
    Ask ask;
};
struct ToolStep {                     ///< exactly one of command, url, function
    std::vector<std::string> command; ///< argv; argv[0] must be in the workflow's allow.commands
    std::string stdin_text;
    std::string method = "GET";
    std::string url; ///< host must be in allow.hosts
    std::map<std::string, std::string> headers;
    std::string body;
    std::string function; ///< name of a function that the core registers, e.g. "file.read"
    nlohmann::json args;  ///< for function: object with references
    enum class Parse { text, json, lines } parse = Parse::text;
    std::int64_t max_bytes = 8 << 20;
};
struct RetrieveStep {
    std::string from; ///< reference to an array of texts or passages, or to one text
    std::string query;
    std::int64_t top_k = 8;
    std::int64_t max_tokens = 0; ///< 0: no trimming
};
struct FilterStep {
    std::string input; ///< reference to a text or to passages
    nlohmann::json
        layers; ///< array of {"layer":"structure"|"keyword"|"relevance"|"trim"|…, …}; meaning in core/context
};
struct CheckStep {
    std::string input; ///< reference to what is checked
    nlohmann::json schema;
    std::string regex;
    std::string expr;
    nlohmann::json equals;   ///< null: not used
    std::string repair_step; ///< earlier sibling that is asked again with the error; empty: fail at once
    int repair_times = 1;
};
struct RouteTier {
    std::string role;
    std::string accept;     ///< expression over `output`; empty: always accepted
    std::optional<Ask> ask; ///< overrides the step's
};
struct RouteStep { ///< cascade: cheapest first, the next tier only when the answer is not accepted
    Ask ask;
    std::vector<RouteTier> tiers;
};
struct MapStep {
    std::string over; ///< reference to an array
    int concurrency = 8;
    OnError on_item_error = OnError::fail;
    std::string collect; ///< template of one item's result; empty: outputs of its steps by id
    std::shared_ptr<Steps> steps;
};
struct LoopStep {
    int max_iterations = 10;
    std::string until;    ///< expression, judged after each round
    std::string progress; ///< expression that must change between rounds; empty: not measured
    int patience = 2;     ///< rounds without progress that end the loop with an error
    std::shared_ptr<Steps> steps;
};
struct BranchCase {
    std::string when; ///< empty: else
    std::shared_ptr<Steps> steps;
};
struct BranchStep {
    std::vector<BranchCase> cases;
};
struct ApproveStep {
    std::string question;
    std::int64_t timeout_ms = 0; ///< 0: waits for ever
    bool approve_on_timeout = false;
};
struct CallStep {
    std::string workflow;
    nlohmann::json inputs;
};
struct CodeStep {
    std::string lua; ///< a chunk that returns the output; sees `args`, `memory`
    nlohmann::json args;
    std::int64_t max_instructions = 10'000'000;
    std::int64_t max_bytes = 64 << 20;
};

struct StepDef {
    std::string id;
    StepKind kind = StepKind::code;
    std::string title;
    std::string when; ///< skipped (no entry, output null) when false
    OnError on_error = OnError::fail;
    Retry retry;
    AfterCrash after_crash = AfterCrash::idempotent;
    std::int64_t timeout_ms = 0;                 ///< 0: the defaults of core/model/call.h
    std::map<std::string, std::string> remember; ///< memory key -> template, set when the step succeeds
    std::variant<ModelStep, ToolStep, RetrieveStep, FilterStep, CheckStep, RouteStep, MapStep, LoopStep,
                 BranchStep, ApproveStep, CallStep, CodeStep>
        what;
};

struct WorkflowInput {
    std::string name;
    std::string type = "string"; ///< string, number, integer, boolean, array, object
    std::string description;
    nlohmann::json fallback; ///< default; null: required
    bool required = true;
};

struct GuardSetting {
    std::string detector; ///< "loop.identical" …; see core/guard
    std::string action;   ///< warn, stop, off
    nlohmann::json options;
};

struct RunLimits { ///< 0: none. Become budgets of scope run.
    Pico cost;
    std::int64_t tokens = 0;
    std::int64_t calls = 0;
    std::int64_t wall_ms = 0;
    std::int64_t compute_ms = 0;
    std::int64_t concurrent = 0;
    std::int64_t state_bytes = 64 << 20;
    bool operator==(const RunLimits&) const = default;
};
void to_json(nlohmann::json& out, const RunLimits& limits);
Result<RunLimits> runLimitsFromJson(const nlohmann::json& in);

struct Workflow {
    std::string name;
    std::string process;
    std::string version;
    std::string description;
    std::vector<WorkflowInput> inputs;
    std::map<std::string, Role> roles;
    std::vector<std::string> allow_commands;
    std::vector<std::string> allow_hosts;
    std::vector<std::string> allow_folders; ///< file.* functions may read below these
    RunLimits limits;
    std::vector<Budget> budgets;
    std::vector<GuardSetting> guards;
    std::int64_t memory_bytes = 1 << 20;
    Steps steps;
    std::string output; ///< template of the run's result; empty: output of the last step

    std::string text;   ///< the definition as written
    std::string sha256; ///< of text, hex; the version that runs and the log name
};

/// One thing that is wrong with a definition, placed where the author can see it.
struct Diagnostic {
    enum class Severity { error, warning } severity = Severity::error;
    std::string pointer; ///< JSON pointer: /steps/2/prompt
    int line = 0;        ///< 1-based; 0: unknown
    int column = 0;
    std::string message; ///< what is wrong
    std::string fix;     ///< what to write instead
    bool operator==(const Diagnostic&) const = default;
};
void to_json(nlohmann::json& out, const Diagnostic& diagnostic);

struct WorkflowCheck {
    std::shared_ptr<const Workflow> workflow; ///< null when there is an error
    std::vector<Diagnostic> diagnostics;      ///< in order of line
};
/// Parses and validates: JSON syntax, schema, ids, references that name nothing, conditions, roles, unbounded
/// loops. Never fails otherwise; expressions are checked by core/engine, which knows the filter language.
WorkflowCheck parseWorkflow(std::string text);

} // namespace tally
