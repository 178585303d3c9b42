// What a budget holds back before a call. Only the ledger can make one, and only after it is durable; everything that can
// spend demands one, so an unreserved call does not compile.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"

namespace tally {
namespace engine {
class Ledger;
}

class Reservation {
public:
    Reservation(Reservation&&) = default;
    Reservation& operator=(Reservation&&) = default;
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    [[nodiscard]] const AttemptId& attempt() const { return attempt_; }
    [[nodiscard]] Pico amount() const { return amount_; }

private:
    friend class engine::Ledger;
    Reservation(AttemptId attempt, Pico amount) : attempt_(std::move(attempt)), amount_(amount) {}
    AttemptId attempt_;
    Pico amount_;
};

} // namespace tally
