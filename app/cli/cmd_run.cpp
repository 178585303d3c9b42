#include "app/cli/context.h"
#include "app/cli/follow.h"
#include "app/cli/print.h"
#include "app/cli/signals.h"
#include "core/api/codec.h"
#include "core/base/file.h"
#include "core/base/json_text.h"

namespace tally::cli {
namespace {
using nlohmann::json;

struct RunArgs {
    std::string workflow, inputs, label, limit_cost;
    std::vector<std::string> input, role;
    std::int64_t limit_tokens = 0, limit_calls = 0, limit_wall_ms = 0;
    bool detach = false;
};

/// "name=value": JSON where it parses as such, else text; "@file" reads a file.
Result<std::pair<std::string, json>> parseInput(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail("cli.input", "'" + text + "' is not name=value");
    std::string value = text.substr(equals + 1);
    if (!value.empty() && value[0] == '@') {
        TALLY_ASSIGN(value, DiskFileSystem().read(value.substr(1), 256 << 20));
    }
    return std::pair(text.substr(0, equals), parseJson(value).value_or(json(value)));
}

Result<api::StartRun> request(const RunArgs& args) {
    api::StartRun start;
    start.workflow = args.workflow;
    start.label = args.label;
    if (!args.inputs.empty()) {
        TALLY_ASSIGN(const std::string text, DiskFileSystem().read(args.inputs, 256 << 20));
        start.inputs = parseJson(text).value_or(json());
        if (!start.inputs.is_object())
            return fail("cli.input", "the inputs file is not a JSON object", {}, args.inputs);
    }
    for (const auto& text : args.input) {
        TALLY_ASSIGN(auto pair, parseInput(text));
        start.inputs[pair.first] = std::move(pair.second);
    }
    for (const auto& text : args.role) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) return fail("cli.role", "'" + text + "' is not role=provider/model");
        TALLY_ASSIGN(auto model, ModelRef::parse(text.substr(equals + 1)));
        start.roles.emplace_back(text.substr(0, equals), std::move(model));
    }
    RunLimits limits;
    limits.state_bytes = 0;
    if (!args.limit_cost.empty()) {
        TALLY_ASSIGN(limits.cost, Pico::parse(args.limit_cost));
        if (limits.cost.value() <= 0)
            return fail("cli.limit",
                        "a limit of " + args.limit_cost + " lets nothing pass, so there is nothing to run",
                        "say an amount above 0, or leave the limit out");
    }
    limits.tokens = args.limit_tokens;
    limits.calls = args.limit_calls;
    limits.wall_ms = args.limit_wall_ms;
    start.limits = limits;
    return start;
}

/// A file becomes (a new version of) a workflow first.
Result<std::string> workflowName(api::Workspace& workspace, const std::string& name_or_file) {
    const DiskFileSystem disk;
    if (!name_or_file.ends_with(".json") || !disk.exists(name_or_file)) return name_or_file;
    TALLY_ASSIGN(std::string text, disk.read(name_or_file, 16 << 20));
    auto saved = api::wait<std::string>([&](auto reply) { workspace.saveWorkflow(std::move(text), reply); });
    if (!saved) return fail(saved.error().at(name_or_file));
    return saved;
}

/// Follows the run to its end. One that waits for a person does not keep the process that has the workspace:
/// when that goes, whoever still waits for the run takes the workspace over, and the run goes on waiting
/// there.
Result<std::vector<RunSummary>> followOn(Context& context, Result<Opened>& workspace, const RunId& id) {
    for (;;) {
        auto followed = follow(context, **workspace, {id});
        if (followed || followed.error().code != "run.owner_gone") return followed;
        const auto run = api::wait<RunSummary>([&](auto reply) { (*workspace)->run(id, reply); });
        if (!run || run->status != RunStatus::waiting) return followed;
        workspace = context.open(Opening::hosting);
        if (!workspace) return fail(workspace.error());
    }
}

void finish(Context& context, Result<Opened>& opened, const RunId& id) {
    const auto followed = followOn(context, opened, id);
    if (!followed) return context.failed(followed.error());
    api::Workspace& workspace = **opened;
    const RunSummary run = followed->front();
    if (Signals::end() != 0) {
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
        const bool ours = info && info->owner;
        const bool rests = run.status == RunStatus::waiting && run.status_detail == "Waits for a person";
        return context.failed({"cli.ended",
                               rests ? "ended from outside: run " + id.str() + " goes on waiting for a person"
                               : ours ? "ended from outside: run " + id.str() +
                                            " is stopped in order, what it had under way is booked"
                                      : "ended from outside: run " + id.str() +
                                            " goes on in the process that owns the workspace",
                               rests  ? "answer it with: tally approvals"
                               : ours ? "go on with: tally resume " + id.str()
                                      : "look at it with: tally show " + id.str(),
                               {}});
    }
    if (run.status != RunStatus::ok) context.exit_code = exit_not_ok;
    const auto output = api::wait<json>([&](auto reply) { workspace.runOutput(id, reply); });
    json out = run;
    out["output"] = output ? *output : json();
    if (context.printJson(out)) return;
    printRun(run);
    printBooked(workspace, id);
    if (output)
        printText(payloadText(*output) + "\n");
    else if (run.status == RunStatus::stopped)
        print("  go on with: %s\n", nextStep(workspace, run).c_str());
}

/// Opens the workspace and gives the order. Its owner may end in between: then we own it, at the next try.
template <class T>
Result<T> give(const Context& context, Result<Opened>& workspace,
               const std::function<Result<T>(api::Workspace&)>& order) {
    for (int tries = 5;; --tries) {
        workspace = context.open(Opening::hosting);
        if (!workspace) return fail(workspace.error());
        auto answer = order(**workspace);
        if (answer || answer.error().code != "owner.absent" || tries == 0) return answer;
    }
}

void run(Context& context, const RunArgs& args) {
    auto start = request(args);
    if (!start) return context.failed(start.error());
    start->by = context.by;
    const Signals signals;
    Result<Opened> workspace;
    const auto id = give<RunId>(context, workspace, [&](api::Workspace& w) -> Result<RunId> {
        TALLY_ASSIGN(start->workflow, workflowName(w, args.workflow));
        return api::wait<RunId>([&](auto reply) { w.start(*start, reply); });
    });
    if (!id) return context.failed(id.error());
    if (args.detach) {
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
        if (info && !info->owner) {
            if (!context.printJson({{"id", id->str()}})) print("%s\n", id->str().c_str());
            return;
        }
        std::fprintf(stderr, "tally: no other process owns the workspace, so the run stays in this one\n");
    }
    finish(context, workspace, *id);
}

/// resume, abandon, approve, reject: one order about one run.
void order(Context& context, const std::string& id, bool then_follow,
           const std::function<void(api::Workspace&, const std::string& by, api::Done)>& call) {
    const Signals signals;
    Result<Opened> workspace;
    const auto done = give<bool>(context, workspace, [&](api::Workspace& w) {
        return api::wait<bool>([&](auto reply) {
            call(w, context.by.empty() ? "operator" : context.by, [reply](const Status& status) {
                if (status)
                    reply(true);
                else
                    reply(fail(status.error()));
            });
        });
    });
    if (!done) return context.failed(done.error());
    if (then_follow) return finish(context, workspace, RunId(id));
    if (!context.printJson({{"ok", true}})) print("done\n");
}

void replay(Context& context, const std::string& id) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto report =
        api::wait<api::ReplayReport>([&](auto reply) { (*workspace)->replay(RunId(id), reply); });
    if (!report) return context.failed(report.error());
    if (!report->identical) context.exit_code = exit_not_ok;
    if (context.printJson(*report)) return;
    if (report->identical)
        print("identical: %lld steps replayed from the journal, same outputs, re-derived cost $%s equals the "
              "recorded one; nothing was spent\n",
              static_cast<long long>(report->steps), report->replayed_cost.toString().c_str());
    else
        print("not identical%s%s: %s\n", report->divergence_path.empty() ? "" : ", first at ",
              report->divergence_path.c_str(), report->divergence.c_str());
}
} // namespace

void addRunCommands(CLI::App& app, Context& context) {
    auto args = std::make_shared<RunArgs>();
    auto* run_command = app.add_subcommand("run", "Start a workflow and wait for its end");
    run_command->add_option("workflow", args->workflow, "Name of a workflow, or a .json file")->required();
    run_command->add_option("-i,--input", args->input,
                            "name=value (JSON or text; @FILE reads a file); repeatable");
    run_command->add_option("--inputs", args->inputs, "JSON file with all inputs");
    run_command->add_option("--role", args->role,
                            "role=provider/model: play a role by another model; repeatable");
    run_command->add_option("--limit-cost", args->limit_cost,
                            "Hard limit of this run in currency units, e.g. 0.50");
    // 0 would let nothing pass; above the other end an entry of the trace log holds no integer.
    const CLI::Range amount(std::int64_t{1}, std::int64_t{9'007'199'254'740'991});
    run_command->add_option("--limit-tokens", args->limit_tokens, "Hard limit of tokens")->check(amount);
    run_command->add_option("--limit-calls", args->limit_calls, "Hard limit of model calls")->check(amount);
    run_command->add_option("--limit-wall-ms", args->limit_wall_ms, "Hard limit of wall time")->check(amount);
    run_command->add_option("--label", args->label, "A label for lists");
    run_command->add_flag("--detach", args->detach, "Do not wait (when another process owns the workspace)");
    run_command->callback([args, &context] { run(context, *args); });

    auto id = std::make_shared<std::string>();
    auto* resume = app.add_subcommand("resume", "Continue a stopped run");
    resume->add_option("run", *id, "Run id")->required();
    resume->callback([id, &context] {
        order(context, *id, true, [id](api::Workspace& w, const std::string& by, api::Done done) {
            w.resumeRun(RunId(*id), by, std::move(done));
        });
    });
    auto* abandon = app.add_subcommand("abandon", "Give up a stopped run");
    abandon->add_option("run", *id, "Run id")->required();
    abandon->callback([id, &context] {
        order(context, *id, false, [id](api::Workspace& w, const std::string& by, api::Done done) {
            w.abandonRun(RunId(*id), by, std::move(done));
        });
    });
    auto path = std::make_shared<std::string>();
    for (const bool yes : {true, false}) {
        auto* decide =
            app.add_subcommand(yes ? "approve" : "reject", yes ? "Approve a step that waits for a person"
                                                               : "Reject a step that waits for a person");
        decide->add_option("run", *id, "Run id")->required();
        decide->add_option("step", *path, "Path of the step, as `tally show` prints it")->required();
        decide->callback([id, path, yes, &context] {
            order(context, *id, false, [&](api::Workspace& w, const std::string& by, api::Done done) {
                w.decide(RunId(*id), *path, yes, by, std::move(done));
            });
        });
    }
    auto* replay_command =
        app.add_subcommand("replay", "Re-run a run from its journal, exactly, without spending");
    replay_command->add_option("run", *id, "Run id")->required();
    replay_command->callback([id, &context] { replay(context, *id); });
}

} // namespace tally::cli
