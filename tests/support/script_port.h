// A ModelPort without any provider: a function answers every call, at once or when it is let go. For tests
// and benchmarks of the engine. With a FakeClock, waiting for something that only time brings moves the clock
// instead.
#pragma once
#include "core/base/clock.h"
#include "core/provider/port.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace tally::test {

using CallResult = std::variant<ModelAnswer, CallFailure>;

/// What the port does, shared between the test and the port on the engine thread.
struct Script {
    std::function<CallResult(const ModelCall&)> answer; ///< engine thread
    std::function<bool(const ModelCall&)> hold; ///< true: under way until it is cancelled; null: never
    bool usage_on_cancel = false;               ///< a cancelled call still reports what it used
    std::atomic<int> started{0}, ended{0}, cancelled{0}, held{0};
    std::vector<ModelCall> calls; ///< guarded by mutex
    std::mutex mutex;
};

/// {"in": …, "out": …} in the exclusive flavour, from the lengths of the texts.
ModelAnswer say(std::string text, std::int64_t in = 10, std::int64_t out = 5);
CallFailure failWith(std::string code, bool sent, bool retryable, int http_status = 0);

class ScriptPort final : public provider::ModelPort {
public:
    ScriptPort(std::shared_ptr<Script> script, FakeClock* clock)
        : script_(std::move(script))
        , clock_(clock) {}
    provider::CallId start(const Reservation& reservation, const ModelCall& call,
                           provider::CallEvents events) override;
    void cancel(provider::CallId id) override;
    std::size_t cancelAll() override;
    [[nodiscard]] std::size_t inflight() const override { return live_.size(); }
    void poll(std::int64_t timeout_us) override;
    void wake() override;

private:
    struct Live {
        ModelCall call;
        provider::CallEvents events;
        bool cancelled = false;
        bool held = false;
    };
    std::shared_ptr<Script> script_;
    FakeClock* clock_;
    std::map<provider::CallId, Live> live_;
    std::deque<provider::CallId> ready_;
    provider::CallId next_ = 1;
    std::mutex mutex_;
    std::condition_variable condition_;
    bool woken_ = false;
};

} // namespace tally::test
