#include "tests/support/reservation.h"

namespace tally::engine {
/// Stands in for the real ledger, which is the only friend of Reservation.
class Ledger {
public:
    static Reservation make(std::string attempt, Pico amount) {
        return Reservation(AttemptId(std::move(attempt)), amount);
    }
};
} // namespace tally::engine

namespace tally::test {
Reservation makeReservation(std::string attempt, Pico amount) {
    return engine::Ledger::make(std::move(attempt), amount);
}
} // namespace tally::test
