// Every model call can be recorded and replayed. RecordingPort wraps any port and hands each finished call to
// a sink; RecordedPort answers from a journal and holds no network object, so a replay cannot spend.
//
// Owner: the engine. Thread: the engine thread, except wake(). A call that is not in the journal is not an
// accident to be repaired but a divergence: it ends as CallFailure replay.divergence that names the call,
// never with a live request.
#pragma once
#include "core/base/clock.h"
#include "core/model/call.h"
#include "core/provider/port.h"

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tally::provider {

using CallOutcome = std::variant<ModelAnswer, CallFailure>;

/// SHA-256 (hex) over what is asked: provider, model, messages, schema, limits, sampling, extra, texts to
/// embed; without the idempotency key and the time-outs, which differ between a run and its replay.
std::string callHash(const ModelCall& call);

struct RecordedCall {
    std::string call_hash;
    std::string attempt;          ///< AttemptId of the original
    std::int64_t started_us = 0;  ///< wall clock
    std::int64_t duration_us = 0; ///< monotonic
    CallOutcome outcome;
};
void to_json(nlohmann::json& out, const RecordedCall& call);
Result<RecordedCall> recordedCallFromJson(const nlohmann::json& in);
nlohmann::json outcomeToJson(const CallOutcome& outcome);
Result<CallOutcome> outcomeFromJson(const nlohmann::json& in);

class RecordingPort final : public ModelPort {
public:
    using Sink = std::function<void(const RecordedCall&)>; ///< called in poll(), before the call's own on_end
    RecordingPort(ModelPort& inner, const Clock& clock, Sink sink);
    CallId start(const Reservation& reservation, const ModelCall& call, CallEvents events) override;
    void cancel(CallId id) override { inner_.cancel(id); }
    void hangUp(std::span<const CallId> ids) override { inner_.hangUp(ids); }
    std::size_t cancelAll() override { return inner_.cancelAll(); }
    [[nodiscard]] std::size_t inflight() const override { return inner_.inflight(); }
    void poll(std::int64_t timeout_us) override { inner_.poll(timeout_us); }
    void wake() override { inner_.wake(); }

private:
    ModelPort& inner_;
    const Clock& clock_;
    Sink sink_;
};

/// Where a replay finds its answers. The engine implements it over the store; MemoryJournal serves tests.
class Journal {
public:
    virtual ~Journal() = default;
    /// The next recorded outcome of this very call, in the order in which they were recorded; nothing:
    /// divergence.
    virtual std::optional<RecordedCall> take(const std::string& call_hash, const ModelCall& call) = 0;
};

class MemoryJournal final : public Journal {
public:
    void add(RecordedCall call);
    std::optional<RecordedCall> take(const std::string& call_hash, const ModelCall& call) override;
    [[nodiscard]] std::size_t left() const { return left_; } ///< recorded calls that were not asked for

private:
    std::unordered_map<std::string, std::deque<RecordedCall>> calls_;
    std::size_t left_ = 0;
};

class RecordedPort final : public ModelPort {
public:
    explicit RecordedPort(Journal& journal)
        : journal_(journal) {}
    CallId start(const Reservation& reservation, const ModelCall& call, CallEvents events) override;
    void cancel(CallId id) override;
    std::size_t cancelAll() override;
    [[nodiscard]] std::size_t inflight() const override { return pending_.size(); }
    void poll(std::int64_t timeout_us) override;
    void wake() override;

private:
    struct Pending {
        CallEvents events;
        CallOutcome outcome;
    };
    Journal& journal_;
    std::map<CallId, Pending> pending_;
    CallId next_ = 1;
    std::mutex mutex_;
    std::condition_variable woken_cv_;
    bool woken_ = false;
};

} // namespace tally::provider
