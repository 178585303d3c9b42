// What a bundle says of erasures and challenges, entry by entry, as it stands there: verify the file first,
// and believe what is proven. Blocking; any thread but the window's; takes the time of reading the file.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tally::api {

struct LoggedErasure {
    std::int64_t seq = -1, target = -1, ts_us = 0;
    std::string slot, reason, by;
};
struct LoggedChallenge {
    std::int64_t seq = -1, ts_us = 0;
    std::string nonce, by;
};
struct LoggedOrders {
    std::vector<LoggedErasure> erasures; ///< in order of the file; at most 20,000
    std::vector<LoggedChallenge> challenges;
};
/// Errors: file.*, container.*.
Result<LoggedOrders> loggedOrders(const std::string& bundle);

} // namespace tally::api
