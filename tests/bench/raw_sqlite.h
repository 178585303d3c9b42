// The limit that the engine is compared with: bare SQLite with the same durability (WAL, synchronous=FULL)
// writes an intent and a settlement of the same bytes per step, in the same group sizes, in the same
// directory. Two plain inserts per step, no index, no hashing: what the disk and the library allow.
#pragma once
#include "core/store/connection.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tally::bench {

struct RawLoad {
    std::string dir; ///< where the engine's workspace is; a database of its own is made and removed
    std::size_t intent_bytes = 0; ///< per step
    std::size_t settle_bytes = 0; ///< per step
    std::vector<std::size_t>
        groups; ///< operations per commit, as seen in the engine's run; repeated as needed
    std::int64_t steps = 0;
};

struct RawRate {
    double steps_per_s = 0;
    double seconds = 0;
    std::int64_t commits = 0;
    std::int64_t fsync_median_us = 0; ///< of a 4 KiB append with fdatasync in the same directory, 101 times
    std::string file_system;          ///< "ext4"; a result on tmpfs says nothing
};

/// Mean bytes of what one step of a workspace wrote: intent = row of attempts, settlement = entry, leaf,
/// payloads, journal, state. Fills intent_bytes, settle_bytes and steps.
Result<RawLoad> rawLoadOf(store::Connection& db);

Result<RawRate> measureRaw(const RawLoad& load);

} // namespace tally::bench
