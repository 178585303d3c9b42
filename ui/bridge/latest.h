// The newest value of something that a core thread reports faster than anybody can read: the reporter
// overwrites, the UI takes the last one on its own timer.
#pragma once
#include <memory>
#include <mutex>
#include <optional>

namespace tally::ui {

template <class T>
class Latest {
public:
    /// Any thread.
    void put(T value) const {
        const std::lock_guard lock(state_->mutex);
        state_->value = std::move(value);
    }
    /// The value since the last call, if there was one.
    std::optional<T> take() const {
        const std::lock_guard lock(state_->mutex);
        std::optional<T> out;
        out.swap(state_->value);
        return out;
    }

private:
    struct State {
        std::mutex mutex;
        std::optional<T> value;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

} // namespace tally::ui
