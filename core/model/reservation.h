// What a budget holds back before a call. Only the ledger can make one, and only after it is durable;
// everything that can spend demands one, so an unreserved call does not compile.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"

#include <string_view>

namespace tally {
namespace engine {
class Ledger;
}

/// Where an attempt (one request, one reservation) stands; changed only by compare-and-swap. Stored as
/// numbers.
enum class AttemptState {
    reserved, ///< held back, the call may be under way
    settled,  ///< booked at what it cost
    released, ///< provably never sent, cost nothing
    in_doubt  ///< outcome lost, booked at its reservation until the provider's record is known
};
inline constexpr std::string_view toString(AttemptState v) {
    constexpr std::string_view words[] = {"reserved", "settled", "released", "in_doubt"};
    return words[static_cast<std::size_t>(v)];
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
    Reservation(AttemptId attempt, Pico amount)
        : attempt_(std::move(attempt))
        , amount_(amount) {}
    AttemptId attempt_;
    Pico amount_;
};

} // namespace tally
