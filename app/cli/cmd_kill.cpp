#include "app/cli/context.h"
#include "app/cli/follow.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

#include <poll.h>

namespace tally::cli {
namespace {
void printReceipt(const KillReceipt& r) {
    print("stop %s  %s%s%s%s%s\n", r.order.id.str().c_str(), std::string(toString(r.order.scope)).c_str(),
          r.order.target.empty() ? "" : " ", escapeForDisplay(r.order.target).c_str(),
          r.order.by.empty() ? "" : ", by ", escapeForDisplay(r.order.by).c_str());
    if (!r.order.reason.empty()) print("  reason: %s\n", escapeForDisplay(r.order.reason).c_str());
    print("  admission closed after %s; %lld of %lld calls under way ended, the last after %s\n",
          duration(r.admission_closed_us).c_str(), static_cast<long long>(r.stopped),
          static_cast<long long>(r.inflight), duration(r.stop_us).c_str());
    print("  %lld runs stopped, %lld retries cancelled, %lld child processes ended, %lld outcomes unknown\n",
          static_cast<long long>(r.runs_stopped), static_cast<long long>(r.retries_cancelled),
          static_cast<long long>(r.children_ended), static_cast<long long>(r.unknown_outcome));
    print("  cost after the order: $%s\n", r.tail.toString().c_str());
    if (!r.confirmation.empty()) print("  %s\n", r.confirmation.c_str());
    print("  %s%s\n", r.complete ? "complete" : "not complete yet",
          r.log_seq >= 0 ? (", log entry " + std::to_string(r.log_seq)).c_str() : "");
}

/// The receipt of `id` once it is complete; after `patience` tries as it stands.
Result<KillReceipt> receiptOf(api::Workspace& workspace, const KillId& id, int patience) {
    for (;;) {
        const auto all = api::wait<std::vector<KillReceipt>>([&](auto reply) { workspace.receipts(reply); });
        if (!all) return fail(all.error());
        for (const auto& receipt : *all)
            if (receipt.order.id == id && (receipt.complete || patience <= 0)) return receipt;
        if (patience-- <= 0)
            return fail("kill.unknown", "there is no stop '" + id.str() + "'", "run: tally receipts");
        ::poll(nullptr, 0, 20);
    }
}

void kill(Context& context, const std::string& scope, const std::string& target, const std::string& reason) {
    KillOrder order;
    const auto parsed = parseKillScope(scope);
    if (!parsed) return context.failed(parsed.error());
    order.scope = *parsed;
    if (order.scope != KillScope::all && target.empty())
        return context.failed({"kill.target", "say which " + scope, "tally kill " + scope + " NAME", {}});
    order.target = order.scope == KillScope::all ? "" : target;
    order.by = context.by.empty() ? "operator" : context.by;
    order.reason = reason;
    auto workspace = context.open(Opening::stop);
    if (!workspace) return context.failed(workspace.error());
    const auto id = api::wait<KillId>([&](auto reply) { (*workspace)->kill(order, reply); });
    if (!id) return context.failed(id.error());
    const auto receipt = receiptOf(**workspace, *id, 250);
    if (!receipt) return context.failed(receipt.error());
    if (!receipt->complete) context.exit_code = exit_not_ok;
    if (!context.printJson(*receipt)) printReceipt(*receipt);
}

void receipts(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto all = api::wait<std::vector<KillReceipt>>([&](auto reply) { (*workspace)->receipts(reply); });
    if (!all) return context.failed(all.error());
    if (context.printJson({{"receipts", *all}})) return;
    for (const auto& receipt : *all) {
        print("%s  %s\n", localTime(receipt.ordered_us).c_str(),
              receipt.resumed ? "(resumed)" : "(in force)");
        printReceipt(receipt);
    }
    if (all->empty()) print("nothing was stopped\n");
}

/// The engine lives in this process: what it continues would be stopped again at our end, so we wait.
void followOpenRuns(Context& context, api::Workspace& workspace) {
    api::RunQuery query;
    query.status = {RunStatus::queued, RunStatus::running, RunStatus::waiting};
    query.limit = 10'000;
    const auto open = api::wait<api::RunPage>([&](auto reply) { workspace.runs(query, reply); });
    if (!open) return context.failed(open.error());
    std::vector<RunId> ids;
    for (const auto& run : open->runs)
        ids.push_back(run.id);
    const auto followed = follow(context, workspace, ids);
    if (!followed) return context.failed(followed.error());
    const std::vector<RunSummary>& ended = *followed;
    for (const auto& run : ended)
        if (run.status != RunStatus::ok) context.exit_code = exit_not_ok;
    if (context.printJson({{"ok", context.exit_code == exit_ok}, {"runs", ended}})) return;
    print("admission is open again; %zu runs went on\n", ended.size());
    for (const auto& run : ended)
        printRun(run);
}

void resume(Context& context, const std::string& id, bool continue_runs) {
    auto workspace = context.open(continue_runs ? Opening::hosting : Opening::brief);
    if (!workspace) return context.failed(workspace.error());
    const auto done = api::wait<bool>([&](auto reply) {
        (*workspace)
            ->resumeKill(KillId(id), continue_runs, context.by.empty() ? "operator" : context.by,
                         [reply](const Status& status) {
                             if (status)
                                 reply(true);
                             else
                                 reply(fail(status.error()));
                         });
    });
    if (!done) return context.failed(done.error());
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
    if (continue_runs && info && info->owner) return followOpenRuns(context, **workspace);
    if (!context.printJson({{"ok", true}}))
        print("admission is open again%s\n",
              continue_runs ? "; the stopped runs go on" : "; stopped runs wait for: tally resume RUN");
}
} // namespace

void addKillCommands(CLI::App& app, Context& context) {
    struct Args {
        std::string scope = "all", target, reason, id;
        bool continue_runs = false;
    };
    auto args = std::make_shared<Args>();
    auto* kill_command = app.add_subcommand("kill", "Stop work at once and get a receipt");
    kill_command->add_option("scope", args->scope, "run, workflow, process or all")
        ->required()
        ->check(CLI::IsMember({"run", "workflow", "process", "all"}));
    kill_command->add_option("target", args->target, "Run id, workflow or process name");
    kill_command->add_option("--reason", args->reason, "Why, for the log");
    kill_command->callback([args, &context] { kill(context, args->scope, args->target, args->reason); });
    app.add_subcommand("receipts", "List what was stopped")->callback([&context] { receipts(context); });
    auto* resume_command = app.add_subcommand("resume-kill", "Lift a stop: new work is admitted again");
    resume_command->add_option("id", args->id, "Id of the stop, as its receipt says")->required();
    resume_command->add_flag("--continue-runs", args->continue_runs,
                             "Also continue the runs that it stopped");
    resume_command->callback([args, &context] { resume(context, args->id, args->continue_runs); });
}

} // namespace tally::cli
