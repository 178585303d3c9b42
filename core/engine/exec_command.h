// A `tool` step with a command: one child process in its own process group, no shell, an allow-listed
// program, bounded output, a time-out. It ends by SIGKILL to the whole group, waited for through a pidfd;
// what left the group (setsid) is found by a marker in its environment. Only a process that also wiped its
// environment escapes.
//
// Blocking; runs on a thread of the IO pool. `end()` may be called from any thread and returns at once.
#pragma once
#include "core/engine/exec_local.h"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace tally::engine {

/// Ends every process of this user that carries such a marker and returns how many; reads /proc, takes
/// milliseconds.
std::int64_t endMarked(const std::function<bool(std::string_view marker)>& wanted);

class ChildProcess {
public:
    /// `marker`: boot id, slash, something unique within the boot.
    explicit ChildProcess(std::string marker)
        : marker_(std::move(marker)) {}
    /// Runs to the end. Errors: tool.command_not_allowed, tool.start, tool.exit (with the end of its stderr),
    /// tool.timeout, tool.too_much_output, tool.cancelled.
    LocalResult run(const Task& task);
    /// Ends the whole process group now.
    void end();

private:
    const std::string marker_;
    std::mutex mutex_;
    int pid_ = 0; ///< while it is not reaped
    bool ended_ = false;
};

} // namespace tally::engine
