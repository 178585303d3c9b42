// Plays simulated models: thinks (on the pool, or at once for quick brains), then speaks along timers.
// Internal to this folder.
//
// Timers run on the Clock inside advance(); nothing sleeps. Draws of latency and errors come from the call's
// seed.
#pragma once
#include "core/base/clock.h"
#include "core/base/task_pool.h"
#include "core/provider/backend.h"
#include "core/provider/sim.h"
#include "core/provider/sim_prompt_cache.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::provider {

class SimBackend final : public Backend {
public:
    SimBackend(const Clock& clock, TaskPool* pool, CallSink& sink, std::function<void()> wake,
               double time_scale);
    ~SimBackend() override;
    void addModel(const SimProfile& profile);
    void addBrain(const std::string& name, std::shared_ptr<const SimBrain> brain);
    void setCounter(TokenCounter counter);
    [[nodiscard]] const SimProfile* profile(std::string_view model) const;
    [[nodiscard]] std::vector<std::string> names() const;

    void start(CallId id, std::shared_ptr<const ProviderEntry> provider,
               std::shared_ptr<const ModelCall> call) override;
    std::optional<Cancelled> cancel(CallId id) override;
    void advance(std::int64_t now_us) override;
    [[nodiscard]] std::int64_t nextDue() const override;

private:
    struct Thought; ///< everything that depends on the call alone
    struct Mailbox;
    struct Job;
    static Thought think(const SimProfile& profile, const SimBrain& brain, const TokenCounter& counter,
                         const ModelCall& call);
    void schedule(CallId id, Job& job, Thought thought);
    void planError(Job& job, double draw);
    void play(CallId id, Job& job, std::int64_t now_us);
    void setTimer(CallId id, Job& job, std::int64_t due_us);
    void end(CallId id, CallOutcome outcome);
    [[nodiscard]] ModelAnswer answerOf(const Job& job) const;

    const Clock& clock_;
    TaskPool* pool_;
    CallSink& sink_;
    const double time_scale_;
    std::shared_ptr<Mailbox> mailbox_;
    std::map<std::string, std::shared_ptr<const SimProfile>, std::less<>> models_;
    std::map<std::string, std::shared_ptr<const SimBrain>, std::less<>> brains_;
    TokenCounter counter_;
    SimPromptCache cache_;
    std::map<CallId, Job> jobs_;
    std::set<std::pair<std::int64_t, CallId>> timers_;
    std::unordered_map<std::uint64_t, std::uint32_t>
        failed_before_; ///< by seed; forgotten when the call succeeds
};

} // namespace tally::provider
