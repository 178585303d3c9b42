// Runs local models on the pool. Internal to this folder.
//
// start() and advance() belong to the engine thread; workers put what they have into a mailbox and wake the
// engine. Only as many calls as the pool can hold are posted, so that posting never blocks the engine thread.
#pragma once
#include "core/base/clock.h"
#include "core/base/task_pool.h"
#include "core/provider/backend.h"
#include "core/provider/local_model.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tally::provider {

class LocalBackend final : public Backend {
public:
    LocalBackend(const Clock& clock, TaskPool* pool, CallSink& sink, std::function<void()> wake);
    ~LocalBackend() override;
    void add(const std::string& name, std::shared_ptr<const LocalModel> model);
    [[nodiscard]] std::vector<std::string> names() const;

    void start(CallId id, std::shared_ptr<const ProviderEntry> provider,
               std::shared_ptr<const ModelCall> call) override;
    std::optional<Cancelled> cancel(CallId id) override;
    void advance(std::int64_t now_us) override;
    [[nodiscard]] std::int64_t nextDue() const override;

private:
    struct Mailbox; ///< outlives the backend: a worker may still hold it
    struct Job {
        std::shared_ptr<const LocalModel> model;
        std::shared_ptr<const ModelCall> call;
        CancelToken cancel;
        std::string provider;
        bool posted = false;
    };
    void postMore();

    const Clock& clock_;
    TaskPool* pool_;
    CallSink& sink_;
    std::shared_ptr<Mailbox> mailbox_;
    std::map<std::string, std::shared_ptr<const LocalModel>, std::less<>> models_;
    std::map<CallId, Job> jobs_;
    std::deque<CallId> waiting_;
    std::size_t posted_ = 0;
};

} // namespace tally::provider
