// tally batch: many items, each a run.
#include "app/cli/batch_args.h"
#include "app/cli/context.h"
#include "app/cli/follow_batch.h"
#include "app/cli/print.h"
#include "app/cli/signals.h"
#include "app/cli/table.h"
#include "core/base/encoding.h"
#include "core/base/file.h"

#include <fmt/format.h>

#include <poll.h>

namespace tally::cli {
namespace {
using nlohmann::json;

std::string shown(const std::string& text) {
    return escapeForDisplay(text);
}

void printBatch(const Batch& b) {
    print("%s  %s  %s\n", b.id.str().c_str(), shown(b.spec.name).c_str(),
          std::string(toString(b.state)).c_str());
    if (!b.reason.empty()) print("  %s\n", shown(b.reason).c_str());
    if (b.loading == LoadState::loading) print("  its source is not read to the end yet\n");
    if (b.loading == LoadState::failed) print("  loading failed: %s\n", shown(b.load_error).c_str());
    print("  workflow %s (%s), from %s %s\n", shown(b.spec.workflow).c_str(),
          b.workflow_sha256.substr(0, 12).c_str(), std::string(toString(b.spec.source.kind)).c_str(),
          shown(b.spec.source.path).c_str());
    print("  %s items: %s done, %s dead, %s cancelled, %s open; %s duplicates left out\n",
          thousands(b.items).c_str(), thousands(b.done).c_str(), thousands(b.dead).c_str(),
          thousands(b.cancelled).c_str(), thousands(b.open()).c_str(), thousands(b.duplicates).c_str());
    print("  $%s%s; priority %lld, %lld at once, %lld attempts\n", b.cost.toString().c_str(),
          b.spec.limit_cost.isZero() ? "" : (" of $" + b.spec.limit_cost.toString()).c_str(),
          static_cast<long long>(b.spec.priority), static_cast<long long>(b.spec.concurrency),
          static_cast<long long>(b.spec.attempts));
    if (b.dead > 0) print("  dead letters: tally batch dead %s\n", b.id.str().c_str());
}

/// A batch that ended well is exit code 0; with dead letters, paused, cancelled or not at its end 1.
void finish(Context& context, const Batch& batch) {
    if (batch.state != BatchState::done || batch.dead > 0) context.exit_code = exit_not_ok;
    if (context.printJson(batch)) return;
    printBatch(batch);
    if (!batch.ended())
        print("  go on with: tally batch %s %s\n",
              batch.state == BatchState::paused ? "resume --follow" : "follow", batch.id.str().c_str());
}

void follow(Context& context, Opened& workspace, const BatchId& id) {
    const auto batch = followBatch(context, workspace, id);
    if (!batch) return context.failed(batch.error());
    finish(context, *batch);
}

/// A file becomes (a new version of) a workflow first.
Status nameWorkflow(api::Workspace& workspace, std::string& name_or_file) {
    const DiskFileSystem disk;
    if (!name_or_file.ends_with(".json") || !disk.exists(name_or_file)) return {};
    TALLY_ASSIGN(std::string text, disk.read(name_or_file, 16 << 20));
    auto saved = api::wait<std::string>([&](auto reply) { workspace.saveWorkflow(std::move(text), reply); });
    if (!saved) return fail(saved.error().at(name_or_file));
    name_or_file = *saved;
    return {};
}

/// Without --follow: until the source is read, so that what is wrong with it is known now. Another process
/// that owns the workspace reads it when it works on batches.
void waitLoaded(Context& context, api::Workspace& workspace, Batch batch) {
    const Signals signals;
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
    const bool ours = info && info->owner && batch.spec.source.kind != SourceKind::batch;
    while (ours && batch.loading == LoadState::loading && Signals::end() == 0 && Signals::interrupts() == 0) {
        ::poll(nullptr, 0, 20);
        auto now = findBatch(workspace, batch.id.str());
        if (!now) return context.failed(now.error());
        batch = std::move(*now);
    }
    if (batch.loading == LoadState::failed) context.exit_code = exit_usage;
    if (context.printJson(batch)) return;
    printBatch(batch);
    if (!batch.ended()) print("  work on it with: tally batch follow %s\n", batch.id.str().c_str());
}

void add(Context& context, BatchArgs args) {
    auto workspace = context.open(args.follow ? Opening::batches : Opening::loading);
    if (!workspace) return context.failed(workspace.error());
    for (std::string* each : {&args.after, &args.after_any, &args.batch})
        if (!each->empty()) {
            const auto other = findBatch(**workspace, *each);
            if (!other) return context.failed(other.error());
            *each = other->id.str();
        }
    auto spec = batchSpec(args, context.by);
    if (!spec) return context.failed(spec.error());
    if (auto named = nameWorkflow(**workspace, spec->workflow); !named) return context.failed(named.error());
    const auto batch = api::wait<Batch>([&](auto reply) { (*workspace)->addBatch(*spec, reply); });
    if (!batch) return context.failed(batch.error());
    if (args.follow) return follow(context, *workspace, batch->id);
    waitLoaded(context, **workspace, *batch);
}

void list(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto all = api::wait<std::vector<Batch>>([&](auto reply) { (*workspace)->batches(reply); });
    if (!all) return context.failed(all.error());
    if (context.printJson({{"batches", *all}})) return;
    Table table({">no", "id", "name", "state", ">items", ">done", ">dead", ">open", ">cost", "created"});
    for (const Batch& b : *all)
        table.row({std::to_string(b.no), b.id.str(), b.spec.name, std::string(toString(b.state)),
                   thousands(b.items), thousands(b.done), thousands(b.dead), thousands(b.open()),
                   shortDollars(b.cost), localTime(b.created_us)});
    table.print();
}

void show(Context& context, const std::string& name) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto batch = findBatch(**workspace, name);
    if (!batch) return context.failed(batch.error());
    if (!context.printJson(*batch)) printBatch(*batch);
}

void items(Context& context, const std::string& name, const std::string& state, api::BatchItemQuery query) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto batch = findBatch(**workspace, name);
    if (!batch) return context.failed(batch.error());
    query.batch = batch->id;
    if (!state.empty()) {
        const auto wanted = parseItemState(state);
        if (!wanted) return context.failed(wanted.error());
        query.state = *wanted;
    }
    const auto page =
        api::wait<std::vector<BatchItem>>([&](auto reply) { (*workspace)->batchItems(query, reply); });
    if (!page) return context.failed(page.error());
    const bool more = static_cast<std::int64_t>(page->size()) == query.limit;
    if (context.printJson({{"batch", batch->id.str()}, {"items", *page}, {"more", more}})) return;
    Table table({">n", "state", ">runs", ">cost", "run", "key", "why"});
    for (const BatchItem& each : *page)
        table.row({std::to_string(each.n), std::string(toString(each.state)), std::to_string(each.attempts),
                   shortDollars(each.cost), each.run.str(), each.key, each.error});
    table.print();
    if (more) print("more: --after %lld\n", static_cast<long long>(page->back().n));
}

void dead(Context& context, const std::string& name) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto batch = findBatch(**workspace, name);
    if (!batch) return context.failed(batch.error());
    const auto causes =
        api::wait<std::vector<BatchCause>>([&](auto reply) { (*workspace)->batchCauses(batch->id, reply); });
    if (!causes) return context.failed(causes.error());
    if (context.printJson({{"batch", batch->id.str()}, {"dead", batch->dead}, {"causes", *causes}})) return;
    Table table({">items", "cause", ">first", "which says"});
    for (const BatchCause& each : *causes)
        table.row({thousands(each.count), each.code, std::to_string(each.first), each.error});
    table.print();
    if (!causes->empty())
        print(
            "list them: tally batch items %s --state dead; try again: tally batch retry %s [--cause CAUSE]\n",
            batch->id.str().c_str(), batch->id.str().c_str());
}

Status given(api::Workspace& workspace, const std::function<void(api::Workspace&, api::Done)>& order) {
    const auto reply = api::wait<bool>([&](auto answer) {
        order(workspace, [answer](const Status& status) {
            if (status)
                answer(true);
            else
                answer(fail(status.error()));
        });
    });
    return reply ? Status() : Status(fail(reply.error()));
}

using Order = std::function<Status(api::Workspace&, const Batch&)>;
void order(Context& context, const std::string& name, bool stay, const Order& what) {
    auto workspace = context.open(stay ? Opening::batches : Opening::brief);
    if (!workspace) return context.failed(workspace.error());
    const auto batch = findBatch(**workspace, name);
    if (!batch) return context.failed(batch.error());
    if (const auto done = what(**workspace, *batch); !done) return context.failed(done.error());
    if (stay) return follow(context, *workspace, batch->id);
    const auto now = findBatch(**workspace, batch->id.str());
    if (!now) return context.failed(now.error());
    if (!context.printJson(*now)) printBatch(*now);
}
} // namespace

void addBatchCommands(CLI::App& app, Context& context) {
    auto* batch = app.add_subcommand("batch", "Many items, each a run: add, watch and steer batches");
    batch->require_subcommand(1);
    auto args = std::make_shared<BatchArgs>();
    auto name = std::make_shared<std::string>();
    auto* add_command = batch->add_subcommand("add", "Add a batch and read its items into the workspace");
    add_command->add_option("workflow", args->workflow, "Name of a workflow, or a definition file")
        ->required();
    add_command->add_option("--name", args->name, "What to call it (default: the workflow's name)");
    addBatchSource(*add_command, args);
    addBatchLimits(*add_command, args);
    add_command->add_option("--role", args->role, "role=provider/model, repeatable: who plays a role");
    add_command->add_option("--after", args->after, "Starts when this batch has ended without dead letters");
    add_command->add_option("--after-any", args->after_any, "Starts when this batch has ended in any way");
    add_command->add_flag("--paused", args->paused, "Starts nothing until it is resumed");
    add_command->add_flag("--follow", args->follow, "Work on it here until it has ended");
    add_command->callback([args, &context] { add(context, *args); });

    batch->add_subcommand("list", "List batches")->callback([&context] { list(context); });
    const auto named = [&](const char* word, const char* help) {
        auto* command = batch->add_subcommand(word, help);
        command->add_option("batch", *name, "Id (or its beginning or end), number or name")->required();
        return command;
    };
    named("show", "Show one batch")->callback([name, &context] { show(context, *name); });
    named("dead", "Group the dead letters by what went wrong")->callback([name, &context] {
        dead(context, *name);
    });
    auto* items_command = named("items", "List items in the order of their source");
    auto query = std::make_shared<api::BatchItemQuery>();
    auto state = std::make_shared<std::string>();
    items_command->add_option("--state", *state, "Only queued, leased, done, failed, dead or cancelled ones");
    items_command->add_option("--cause", query->code, "Only those with this cause");
    items_command->add_option("--after", query->after, "Only those with a larger number");
    items_command->add_option("--limit", query->limit, "At most so many (default 100)");
    items_command->callback([name, state, query, &context] { items(context, *name, *state, *query); });

    named("follow", "Work on the batches here, or watch their owner, until this one has ended or is paused")
        ->callback([name, &context] {
            order(context, *name, true, [](api::Workspace&, const Batch&) { return Status(); });
        });
    struct Word {
        const char* word;
        BatchOrder order;
        const char* help;
    };
    for (const Word& each :
         {Word{"pause", BatchOrder::pause, "Start nothing more; what is under way goes on"},
          Word{"drain", BatchOrder::drain, "Let what is under way end, then pause"},
          Word{"resume", BatchOrder::resume, "Go on after a pause, a drain, a stop or a ceiling"},
          Word{"cancel", BatchOrder::cancel, "Give up what has not ended"}}) {
        auto* command = named(each.word, each.help);
        if (each.order == BatchOrder::resume)
            command->add_flag("--follow", args->follow, "Work on it here until it has ended");
        command->callback([name, args, what = each.order, &context] {
            order(context, *name, args->follow, [&](api::Workspace& w, const Batch& b) {
                return given(w, [&](api::Workspace& to, api::Done done) {
                    to.orderBatch(b.id, what, context.by, std::move(done));
                });
            });
        });
    }
    auto* set = named("set", "Change limits: share, concurrency, attempts, rates, ceilings");
    addBatchLimits(*set, args);
    set->callback([name, args, &context] {
        order(context, *name, false, [&](api::Workspace& w, const Batch& b) {
            return given(w, [&](api::Workspace& to, api::Done done) {
                to.changeBatch(b.id, batchLimits(*args), context.by, std::move(done));
            });
        });
    });
    auto* retry = named("retry", "Try dead letters again, as if they were new");
    auto cause = std::make_shared<std::string>();
    auto item = std::make_shared<std::int64_t>(0);
    retry->add_option("--cause", *cause, "Only those with this cause, as `batch dead` lists them");
    retry->add_option("--item", *item, "Only this one");
    retry->add_flag("--follow", args->follow, "Work on it here until it has ended");
    retry->callback([name, cause, item, args, &context] {
        order(context, *name, args->follow, [&](api::Workspace& w, const Batch& b) -> Status {
            const auto count =
                api::wait<std::int64_t>([&](auto reply) { w.retryBatch(b.id, *cause, *item, reply); });
            if (!count) return fail(count.error());
            if (*count == 0)
                return fail("batch.no_dead", "there is no such dead letter that could be tried again",
                            "lines that could not be read have to be corrected in a new batch");
            if (!context.json) print("%s items are tried again\n", thousands(*count).c_str());
            return {};
        });
    });
}

} // namespace tally::cli
