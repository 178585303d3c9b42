// A request to stop, shared between the one who asks and the one who works. Thread-safe; copies share the
// state.
#pragma once
#include <atomic>
#include <memory>

namespace tally {

class CancelToken {
public:
    CancelToken()
        : state_(std::make_shared<std::atomic<bool>>(false)) {}
    void cancel() const { state_->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool cancelled() const { return state_->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> state_;
};

} // namespace tally
