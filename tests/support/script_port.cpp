#include "tests/support/script_port.h"

namespace tally::test {

ModelAnswer say(std::string text, std::int64_t in, std::int64_t out) {
    ModelAnswer answer;
    answer.text = std::move(text);
    answer.finish_reason = "stop";
    answer.usage_raw = {{"in", in}, {"out", out}};
    answer.usage_flavour = "exclusive";
    answer.simulated = true;
    return answer;
}

CallFailure failWith(std::string code, bool sent, bool retryable, int http_status) {
    CallFailure failure;
    failure.error = {std::move(code), "scripted failure", "", ""};
    failure.sent = sent;
    failure.retryable = retryable;
    failure.http_status = http_status;
    failure.rejected = http_status >= 400 && http_status < 500;
    return failure;
}

provider::CallId ScriptPort::start(const Reservation&, const ModelCall& call, provider::CallEvents events) {
    const provider::CallId id = next_++;
    const bool held = script_->hold && script_->hold(call);
    live_.emplace(id, Live{call, std::move(events), false, held});
    if (held)
        ++script_->held;
    else
        ready_.push_back(id);
    ++script_->started;
    return id;
}

void ScriptPort::cancel(provider::CallId id) {
    const auto it = live_.find(id);
    if (it == live_.end() || it->second.cancelled) return;
    it->second.cancelled = true;
    ++script_->cancelled;
    ready_.push_back(id);
}

std::size_t ScriptPort::cancelAll() {
    std::size_t count = 0;
    for (auto& [id, live] : live_) {
        if (live.cancelled) continue;
        cancel(id);
        ++count;
    }
    return count;
}

void ScriptPort::poll(std::int64_t timeout_us) {
    bool worked = false;
    for (std::size_t n = ready_.size(); n > 0 && !ready_.empty(); --n) {
        const provider::CallId id = ready_.front();
        ready_.pop_front();
        const auto it = live_.find(id);
        if (it == live_.end()) continue;
        Live live = std::move(it->second);
        live_.erase(it);
        worked = true;
        CallResult result;
        if (live.cancelled) {
            CallFailure failure = failWith("provider.cancelled", true, false);
            failure.partial.text = "half an ans";
            if (script_->usage_on_cancel) {
                failure.partial.usage_raw = {{"in", 10}, {"out", 2}};
                failure.partial.usage_flavour = "exclusive";
            }
            result = std::move(failure);
        } else {
            {
                const std::lock_guard lock(script_->mutex);
                script_->calls.push_back(live.call);
            }
            result = script_->answer(live.call);
            if (const auto* answer = std::get_if<ModelAnswer>(&result);
                answer != nullptr && live.events.on_text)
                live.events.on_text(answer->text, false);
        }
        ++script_->ended;
        live.events.on_end(std::move(result));
    }
    if (worked || timeout_us <= 0) return;
    std::unique_lock lock(mutex_);
    const auto wait =
        std::chrono::microseconds(clock_ == nullptr ? timeout_us : std::min<std::int64_t>(timeout_us, 1'000));
    const bool woken = condition_.wait_for(lock, wait, [this] { return woken_; });
    woken_ = false;
    if (!woken && clock_ != nullptr) clock_->advanceUs(std::min<std::int64_t>(timeout_us, 100'000));
}

void ScriptPort::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    condition_.notify_one();
}

} // namespace tally::test
