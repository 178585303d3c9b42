// The spans of one run's steps, looked at when the run ends (TRACE_LOG.md 16.1): one that two steps have that
// came out well, and a parent that none has. One thread. Memory: 32 bytes per step of an open run, up to a
// bound.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

class RunSpans {
public:
    struct Doubt {
        std::uint64_t seq = 0;
        bool twice = false; ///< else: its parent is no step of the run
        std::uint64_t span = 0;
    };
    /// `ok`: the step came out well; one that was refused or stopped may be begun again under its name.
    /// `parent` empty: none. Texts that are no 16 hex digits are left out.
    void add(std::uint64_t seq, std::string_view span, std::string_view parent, std::string_view boot,
             bool ok);
    /// By seq. Parents only when `whole`, and when one process wrote all steps: a step that was cut off by a
    /// crash may have no entry, and those that it called have one.
    [[nodiscard]] std::vector<Doubt> doubts(bool whole) const;
    /// For the next run; keeps the memory.
    void clear();

private:
    struct Each {
        std::uint64_t span, parent, seq; ///< parent 0: none
        bool ok;
    };
    std::vector<Each> all_;
    std::string boot_;
    bool several_boots_ = false, has_parents_ = false, too_many_ = false;
};

} // namespace tally::audit
