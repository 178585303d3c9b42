// Reservations for tests of what lies below the engine. Outside tests only the ledger can make one.
#pragma once
#include "core/model/reservation.h"

#include <string>

namespace tally::test {
/// Defined in support_reservation.cpp of the one suite that needs it, or in reservation.cpp: never link both
/// this and the engine's ledger.
Reservation makeReservation(std::string attempt = "attempt-1", Pico amount = Pico::of(1));
} // namespace tally::test
