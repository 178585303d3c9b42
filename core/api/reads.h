// Everything that a page or `tally` reads from a workspace's database; the same for its owner and for
// viewers.
//
// Owner: the Workspace. Replies come on a reader thread. All numbers are exact; series are aggregated from
// the log's index.
#pragma once
#include "core/api/workspace.h"
#include "core/base/clock.h"
#include "core/store/reader_pool.h"

namespace tally::api {

class Reads {
public:
    Reads(store::ReaderPool& readers, const Clock& clock);
    ~Reads();

    void workflows(Reply<std::vector<WorkflowInfo>> reply);
    void workflowText(std::string name, Reply<std::string> reply);
    void runs(RunQuery query, Reply<RunPage> reply);
    void run(RunId id, Reply<RunSummary> reply);
    void steps(StepQuery query, Reply<StepPage> reply);
    void step(RunId run, std::string path, int attempt, Reply<StepDetail> reply);
    void runOutput(RunId id, Reply<nlohmann::json> reply);
    void alerts(std::optional<RunId> run, Reply<std::vector<Alert>> reply);
    void approvals(std::optional<RunId> run, Reply<std::vector<OpenApproval>> reply);
    void doubtfulCalls(Reply<std::vector<DoubtfulCall>> reply);
    void receipts(Reply<std::vector<KillReceipt>> reply);
    void costs(CostQuery query, Reply<CostTable> reply);
    void overview(Reply<Overview> reply);
    /// What the database alone says of the workspace; nobody has to own it.
    void storedInfo(std::string folder, Reply<WorkspaceInfo> reply);
    /// Budgets as the database knows them: what is reserved now only the owner knows.
    void storedBudgets(Reply<std::vector<BudgetState>> reply);
    /// Adds forecast and history.
    void budgetViews(std::vector<BudgetState> states, Reply<std::vector<BudgetView>> reply);

    /// Runs `read` on a reader and hands its result on.
    template <class T>
    void ask(std::function<Result<T>(store::Connection&)> read, Reply<T> reply) {
        auto value = std::make_shared<std::optional<Result<T>>>();
        readers_.submit(
            [read = std::move(read), value](store::Connection& db) -> Status {
                value->emplace(read(db));
                return {};
            },
            [value, reply = std::move(reply)](const Status& status) {
                if (*value)
                    reply(std::move(**value));
                else
                    reply(
                        fail(status ? Error{"api.closed", "the read was not made", {}, {}} : status.error()));
            });
    }

private:
    struct Today; ///< what overview() remembers from one refresh to the next (overview.cpp)
    store::ReaderPool& readers_;
    const Clock& clock_;
    std::shared_ptr<Today> today_;
};

} // namespace tally::api
