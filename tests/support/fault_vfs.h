// An SQLite VFS named "fault" that passes everything on and fails the n-th write, sync or truncate on
// request: disk full, I/O error. Process-wide; for one test at a time.
#pragma once
#include <atomic>
#include <cstdint>

namespace tally::test {

struct FaultVfs {
    static constexpr const char* name = "fault";
    enum class Kind { io_error, disk_full };

    static void install();
    /// The n-th operation from now on (1 = the next) fails; `sticky`: and all after it. 0: none.
    static void failAt(std::int64_t n, Kind kind = Kind::io_error, bool sticky = false);
    static void heal() { failAt(0); }
    /// Writes, syncs and truncates so far.
    static std::int64_t operations();
    /// True once the wanted operation was reached.
    static bool struck();
};

} // namespace tally::test
