#include "core/api/viewer_workspace.h"

#include "core/api/codec.h"
#include "core/api/fields.h"
#include "core/api/owner_socket.h"
#include "core/api/owner_workspace.h"
#include "core/api/provider_admin.h"
#include "core/api/retry.h"
#include "core/api/settings.h"
#include "core/api/stop_drop.h"
#include "core/base/ids.h"
#include "core/base/no_throw.h"
#include "core/base/resources.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <set>

namespace tally::api {
namespace {
using nlohmann::json;

Result<std::string> asText(const json& value) {
    if (!value.is_string()) return fail("owner.syntax", "the owner's answer cannot be read");
    return value.get<std::string>();
}
template <class Id>
Result<Id> asId(const json& value) {
    TALLY_ASSIGN(std::string text, asText(value));
    return Id(std::move(text));
}
constexpr std::int64_t ping_ms = 5'000;
constexpr std::int64_t stop_ms = 3'000;     ///< who gives a stop order must not be kept waiting
constexpr std::int64_t answer_ms = 600'000; ///< an export of a large log

Error notListening(const std::string& dir) {
    const auto owner = store::WorkspaceLock::owner(dir);
    const std::string who =
        owner && owner->pid > 0 ? "process " + std::to_string(owner->pid) : std::string("another process");
    return {"owner.silent",
            who + " has the workspace open and does not listen: it is starting, ending or hangs",
            "repeat the command; when it hangs, end it", dir};
}

/// Orders that need no engine afterwards. A run that is started or continued would end with this process.
bool isDurableRow(const std::string& op) {
    static const std::set<std::string> rows{
        "kill",         "abandon_run",  "set_budget",   "remove_budget",   "what_if",       "save_workflow",
        "export",       "providers",    "add_provider", "remove_provider", "test_provider", "set_network",
        "set_contract", "replay",       "erase",        "challenge",       "set_retention", "add_batch",
        "order_batch",  "change_batch", "retry_batch"};
    return rows.count(op) > 0;
}
} // namespace

ViewerWorkspace::ViewerWorkspace(const OpenOptions& options)
    : options_(options) {}

Result<std::unique_ptr<Workspace>> ViewerWorkspace::open(const OpenOptions& options) {
    std::unique_ptr<ViewerWorkspace> viewer(new ViewerWorkspace(options));
    TALLY_ASSIGN(viewer->readers_, store::ReaderPool::open(store::Store::databasePath(options.dir)));
    viewer->reads_ = std::make_unique<Reads>(*viewer->readers_, viewer->clock_);
    std::string resources = options.resources;
    if (resources.empty()) {
        TALLY_ASSIGN(resources, resourceDir());
    }
    TALLY_ASSIGN(viewer->demo_, Demo::make(*viewer, *viewer->reads_, resources));
    return std::unique_ptr<Workspace>(std::move(viewer));
}

Result<json> ViewerWorkspace::order(const std::string& op, const json& args) {
    const std::string socket = ownerSocketPath(options_.dir);
    const bool is_row = isDurableRow(op) || (op == "resume_kill" && !flagOf(args, "continue_runs"));
    for (Retry retry(options_.patience_ms);;) {
        // A ping first: an owner that hangs is known in seconds, one that is asked for much may take its
        // time.
        auto answer = askOwner(socket, "ping", json::object(), ping_ms);
        if (!answer && answer.error().code == "owner.ended")
            answer.error().code = "owner.absent"; // nothing was asked for yet
        if (answer) answer = askOwner(socket, op, args, answer_ms);
        if (answer || (answer.error().code != "owner.absent" && answer.error().code != "owner.leaving"))
            return answer;
        if (op == "info" || op == "budgets") return answer; // who only looks has the database
        if (answer.error().code == "owner.absent") {
            if (is_row) {
                auto own = OwnerWorkspace::once(options_, op, args);
                if (own || own.error().code != "store.locked") return own;
            } else if (!store::WorkspaceLock::owner(options_.dir)) {
                return answer; // what was asked for needs a process that stays
            }
        }
        // It is starting or ending just now.
        if (!retry.left()) return fail(notListening(options_.dir));
        retry.wait();
    }
}

/// A stop must never be lost: when nobody answers at once it is left in the workspace, for whoever has it or
/// opens it next.
Result<KillId> ViewerWorkspace::stop(KillOrder order) {
    if (order.id.empty()) order.id = KillId(uuid7(clock_, rng_));
    const auto answer = askOwner(ownerSocketPath(options_.dir), "kill", killOrderToJson(order), stop_ms);
    if (answer) return asId<KillId>(*answer);
    const std::string& code = answer.error().code;
    if (code != "owner.absent" && code != "owner.ended" && code != "owner.timeout")
        return fail(answer.error());
    TALLY_TRY(dropStop(options_.dir, order));
    for (Retry retry(stop_ms); retry.left(); retry.wait()) {
        const auto row = readers_->read<std::optional<KillReceipt>>(
            [&](store::Connection& db) { return store::KillRepo::byId(db, order.id); });
        if (row && *row) return order.id;
        // Free: we open it ourselves, which takes the order up.
        if (code != "owner.timeout" && !store::WorkspaceLock::owner(options_.dir))
            (void)OwnerWorkspace::once(options_, "ping", json::object());
    }
    const Error silent = code == "owner.timeout" ? answer.error() : notListening(options_.dir);
    const auto owner = store::WorkspaceLock::owner(options_.dir);
    const std::string end = owner && owner->pid > 0 ? "end it with: kill -9 " + std::to_string(owner->pid)
                                                    : std::string("end that process");
    return fail("kill.pending",
                silent.message + ". Stop order " + order.id.str() +
                    " is written down: it takes effect as soon as that process goes on, and whoever opens "
                    "the workspace next honours it before anything "
                    "starts. Until then it is not known whether its calls go on",
                end + "; then see the receipt with: tally receipts", options_.dir);
}

template <class T>
void ViewerWorkspace::ask(std::string op, json args, std::function<Result<T>(const json&)> decode,
                          Reply<T> reply) {
    jobs_.post([this, op = std::move(op), args = std::move(args), decode = std::move(decode),
                reply = std::move(reply)] {
        reply(noThrow("viewer", [&]() -> Result<T> {
            TALLY_ASSIGN(const auto answer, order(op, args));
            return decode(answer);
        }));
    });
}

void ViewerWorkspace::tell(std::string op, json args, Done done) {
    jobs_.post([this, op = std::move(op), args = std::move(args), done = std::move(done)] {
        const auto answer = noThrow("viewer", [&] { return order(op, args); });
        done(answer ? Status() : Status(fail(answer.error())));
    });
}

void ViewerWorkspace::info(Reply<WorkspaceInfo> reply) {
    ask<WorkspaceInfo>(
        "info", json::object(),
        [](const json& v) -> Result<WorkspaceInfo> {
            WorkspaceInfo info;
            info.folder = textOf(v, "folder");
            info.origin = textOf(v, "origin");
            info.fingerprint = textOf(v, "fingerprint");
            info.vkey = textOf(v, "vkey");
            info.app_version = textOf(v, "app_version");
            info.schema_version = static_cast<int>(numberOf(v, "schema_version"));
            info.log_size = numberOf(v, "log_size");
            info.log_sealed = numberOf(v, "log_sealed");
            info.key_storage = textOf(v, "key_storage");
            info.problem = textOf(v, "problem");
            info.owner = false;
            info.notice =
                "Another Tallystick process owns this workspace; this one looks on and passes orders to it.";
            return info;
        },
        [this, reply = std::move(reply)](Result<WorkspaceInfo> info) {
            if (info) return reply(std::move(info));
            // A dead owner leaves a readable workspace; one that only does not answer in time still runs it.
            if (info.error().code == "owner.absent" || info.error().code == "owner.ended")
                return reads_->storedInfo(options_.dir, reply);
            reply(std::move(info));
        });
}

void ViewerWorkspace::checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) {
    jobs_.post([text = std::move(text), reply = std::move(reply)] { reply(checkDefinition(text)); });
}
void ViewerWorkspace::saveWorkflow(std::string text, Reply<std::string> reply_name) {
    ask<std::string>("save_workflow", {{"text", text}}, asText, std::move(reply_name));
}
void ViewerWorkspace::start(StartRun request, Reply<RunId> reply) {
    ask<RunId>("start", request, asId<RunId>, std::move(reply));
}
void ViewerWorkspace::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    tell("decide", {{"run", run.str()}, {"path", path}, {"approve", approve}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::replay(RunId id, Reply<ReplayReport> reply) {
    ask<ReplayReport>("replay", {{"id", id.str()}}, replayFromJson, std::move(reply));
}

void ViewerWorkspace::budgets(Reply<std::vector<BudgetView>> reply) {
    using States = std::vector<BudgetState>;
    ask<States>(
        "budgets", json::object(),
        [](const json& v) -> Result<States> {
            States states;
            if (!v.is_array()) return fail("owner.syntax", "the owner's answer cannot be read");
            for (const auto& item : v) {
                TALLY_ASSIGN(auto state, budgetStateFromJson(item));
                states.push_back(std::move(state));
            }
            return states;
        },
        [this, reply = std::move(reply)](Result<States> states) {
            if (states) return reads_->budgetViews(std::move(*states), reply);
            if (states.error().code != "owner.absent") return reply(fail(states.error()));
            reads_->storedBudgets([this, reply](Result<States> stored) {
                if (stored)
                    reads_->budgetViews(std::move(*stored), reply);
                else
                    reply(fail(stored.error()));
            });
        });
}

void ViewerWorkspace::setBudget(Budget budget, Reply<BudgetId> reply) {
    ask<BudgetId>("set_budget", budget, asId<BudgetId>, std::move(reply));
}
void ViewerWorkspace::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    tell("remove_budget", {{"id", id.str()}, {"by", by}, {"reason", reason}}, std::move(done));
}
void ViewerWorkspace::whatIf(Budget budget, Reply<WhatIf> reply) {
    ask<WhatIf>("what_if", budget, whatIfFromJson, std::move(reply));
}

void ViewerWorkspace::settleCall(SettleCall call, Reply<Pico> reply) {
    ask<Pico>(
        "settle", call,
        [](const json& v) -> Result<Pico> {
            TALLY_ASSIGN(const std::string text, asText(v));
            return Pico::parse(text);
        },
        std::move(reply));
}

void ViewerWorkspace::prices(std::string filter, Reply<std::vector<PriceRow>> reply) {
    reads_->ask<std::vector<PriceRow>>(
        [this, filter = std::move(filter)](store::Connection& db) -> Result<std::vector<PriceRow>> {
            TALLY_ASSIGN(const auto book, loadPriceBook(db, options_.contract_prices));
            return priceRows(*book, filter);
        },
        std::move(reply));
}

void ViewerWorkspace::kill(KillOrder order, Reply<KillId> accepted) {
    jobs_.post([this, order = std::move(order), accepted = std::move(accepted)] { accepted(stop(order)); });
}
void ViewerWorkspace::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    tell("resume_kill", {{"id", id.str()}, {"continue_runs", continue_runs}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::resumeRun(RunId id, std::string by, Done done) {
    tell("resume_run", {{"id", id.str()}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::abandonRun(RunId id, std::string by, Done done) {
    tell("abandon_run", {{"id", id.str()}, {"by", by}}, std::move(done));
}

void ViewerWorkspace::providers(Reply<std::vector<ProviderInfo>> reply) {
    ask<std::vector<ProviderInfo>>("providers", json::object(), providersFromJson, std::move(reply));
}
void ViewerWorkspace::addProvider(AddProvider request, Done done) {
    tell("add_provider", {{"info", request.info}, {"key", request.key}}, std::move(done));
}
void ViewerWorkspace::removeProvider(std::string name, Done done) {
    tell("remove_provider", {{"name", name}}, std::move(done));
}
void ViewerWorkspace::testProvider(std::string name, Reply<std::string> sentence) {
    ask<std::string>("test_provider", {{"name", name}}, asText, std::move(sentence));
}
void ViewerWorkspace::settings(Reply<WorkspaceSettings> reply) {
    reads_->ask<WorkspaceSettings>(readSettings, std::move(reply));
}
void ViewerWorkspace::setNetwork(NetworkSettings network, Done done) {
    tell("set_network", {{"proxy", network.proxy}, {"ca_file", network.ca_file}}, std::move(done));
}
void ViewerWorkspace::checkContract(std::string path, Reply<ContractInfo> reply) {
    jobs_.post([path = std::move(path), reply = std::move(reply)] { reply(checkContractFile(path)); });
}
void ViewerWorkspace::setContract(std::string path, Reply<ContractInfo> reply) {
    ask<ContractInfo>("set_contract", {{"path", path}}, contractFromJson, std::move(reply));
}
void ViewerWorkspace::exportBundle(ExportRequest request, Reply<std::int64_t> entries) {
    ask<std::int64_t>(
        "export",
        {{"path", request.path},
         {"openings", request.openings},
         {"first", request.first},
         {"last", request.last}},
        [](const json& v) -> Result<std::int64_t> {
            if (!v.is_number_integer()) return fail("owner.syntax", "the owner's answer cannot be read");
            return v.get<std::int64_t>();
        },
        std::move(entries));
}
void ViewerWorkspace::erasePayloads(EraseOrder order, Reply<ErasureDone> reply) {
    ask<ErasureDone>("erase", order, erasureDoneFromJson, std::move(reply));
}
void ViewerWorkspace::setRetention(Retention rule, Reply<Retention> reply) {
    ask<Retention>("set_retention", rule, retentionFromJson, std::move(reply));
}
void ViewerWorkspace::challenge(std::string nonce, std::string by, Reply<ChallengeDone> reply) {
    ask<ChallengeDone>("challenge", {{"nonce", nonce}, {"by", by}}, challengeDoneFromJson, std::move(reply));
}
void ViewerWorkspace::addBatch(BatchSpec spec, Reply<Batch> reply) {
    ask<Batch>("add_batch", spec, batchFromJson, std::move(reply));
}
void ViewerWorkspace::orderBatch(BatchId id, BatchOrder order, std::string by, Done done) {
    tell("order_batch", {{"id", id.str()}, {"order", toString(order)}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::changeBatch(BatchId id, json limits, std::string by, Done done) {
    tell("change_batch", {{"id", id.str()}, {"limits", std::move(limits)}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::retryBatch(BatchId id, std::string code, std::int64_t item, Reply<std::int64_t> reply) {
    ask<std::int64_t>(
        "retry_batch", {{"id", id.str()}, {"code", code}, {"item", item}},
        [](const json& v) -> Result<std::int64_t> {
            if (!v.is_number_integer()) return fail("owner.syntax", "the owner's answer cannot be read");
            return v.get<std::int64_t>();
        },
        std::move(reply));
}
void ViewerWorkspace::startDemo(Reply<std::vector<RunId>> reply) {
    demo_->start(std::move(reply));
}
void ViewerWorkspace::demoResult(Reply<SampleComparison> reply) {
    demo_->result(std::move(reply));
}

} // namespace tally::api
