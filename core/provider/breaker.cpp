#include "core/provider/breaker.h"

#include <algorithm>

namespace tally::provider {

std::int64_t Breaker::availableAt(std::int64_t now_us) const {
    switch (state_) {
    case State::closed:
        return now_us;
    case State::open:
        return until_us_;
    case State::half_open:
        break;
    }
    return now_us + 100'000;
}

void Breaker::admitted(std::int64_t now_us) {
    if (state_ == State::open && now_us >= until_us_) state_ = State::half_open;
}

void Breaker::success() {
    state_ = State::closed;
    failures_ = 0;
    open_us_ = first_open_us_;
}

void Breaker::failure(std::int64_t now_us) {
    ++failures_;
    if (state_ == State::half_open) {
        open_us_ = std::min(open_us_ * 2, first_open_us_ * 16);
    } else if (state_ == State::open || failures_ < threshold_) {
        return; // calls that were under way when it opened say nothing new
    }
    state_ = State::open;
    until_us_ = now_us + open_us_;
}

void Breaker::neutral() {
    // The probe told nothing: the next call is the probe.
    if (state_ == State::half_open) state_ = State::open;
}

} // namespace tally::provider
