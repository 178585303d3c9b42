// Observations of a verifier: trace-log specification, 16.1. Thread-safe.
#pragma once
#include <string_view>

namespace tally {

/// The code stands for something that is true and worth a look: neither a failure nor the consequence of one,
/// although it is listed among the derived findings.
bool isObservation(std::string_view code);

} // namespace tally
