// One process owns a workspace: flock(2) on DIR/workspace.lock, which holds the owner's pid and boot id for
// people. The kernel frees the lock when the owner dies, so nothing is ever stale.
#pragma once
#include "core/base/result.h"

#include <optional>
#include <string>
#include <utility>

namespace tally::store {

class WorkspaceLock {
public:
    struct Owner {
        long pid = 0;
        std::string boot;
    };
    /// Error store.locked names the owner's pid.
    static Result<WorkspaceLock> acquire(const std::string& dir, const std::string& boot_id);
    /// Who holds the lock now; nothing if it is free. Does not take it.
    static std::optional<Owner> owner(const std::string& dir);

    WorkspaceLock(WorkspaceLock&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}
    WorkspaceLock& operator=(WorkspaceLock&&) = delete;
    ~WorkspaceLock();

private:
    explicit WorkspaceLock(int fd)
        : fd_(fd) {}
    int fd_;
};

} // namespace tally::store
