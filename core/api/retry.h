// Waiting for another process: pauses that grow from 10 to 200 ms until the patience is used up. For job
// threads and `tally`, never for the engine or the window.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace tally::api {

class Retry {
public:
    explicit Retry(std::int64_t patience_ms)
        : end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms)) {}
    [[nodiscard]] bool left() const { return std::chrono::steady_clock::now() < end_; }
    void wait() {
        std::this_thread::sleep_for(pause_);
        pause_ = std::min(pause_ * 2, std::chrono::milliseconds(200));
    }

private:
    std::chrono::steady_clock::time_point end_;
    std::chrono::milliseconds pause_{10};
};

} // namespace tally::api
