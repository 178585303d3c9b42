// A `tool` step with a command: one child process in its own process group, no shell, an allow-listed
// program, bounded output, a time-out, and an end that is certain: SIGKILL to the whole group, waited for
// through a pidfd.
//
// Blocking; runs on a thread of the IO pool. `end()` may be called from any thread and returns at once.
#pragma once
#include "core/engine/exec_local.h"

#include <mutex>

namespace tally::engine {

class ChildProcess {
public:
    /// Runs to the end. Errors: tool.command_not_allowed, tool.start, tool.exit (with the end of its stderr),
    /// tool.timeout, tool.too_much_output, tool.cancelled.
    LocalResult run(const Task& task);
    /// Ends the whole process group now.
    void end();

private:
    std::mutex mutex_;
    int pid_ = 0; ///< while it is not reaped
    bool ended_ = false;
};

} // namespace tally::engine
