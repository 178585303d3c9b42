#include "core/store/workspace_lock.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace tally::store {

namespace {
std::string lockPath(const std::string& dir) {
    return dir + "/workspace.lock";
}

WorkspaceLock::Owner readOwner(int fd) {
    WorkspaceLock::Owner owner;
    char text[128] = {};
    if (::pread(fd, text, sizeof text - 1, 0) <= 0) return owner;
    char* end = nullptr;
    owner.pid = std::strtol(text, &end, 10);
    while (end != nullptr && *end == ' ')
        ++end;
    if (end != nullptr) owner.boot.assign(end, std::strcspn(end, "\n"));
    return owner;
}
} // namespace

Result<WorkspaceLock> WorkspaceLock::acquire(const std::string& dir, const std::string& boot_id) {
    const auto path = lockPath(dir);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail("store.io", fmt::format("The lock file cannot be opened: {}", std::strerror(errno)),
                    "Check the permissions of the workspace folder.", path);
    WorkspaceLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return fail("store.io", fmt::format("The lock cannot be taken: {}", std::strerror(errno)), {},
                        path);
        return fail("store.locked",
                    fmt::format("Another process (pid {}) has this workspace open", readOwner(fd).pid),
                    "Close it, or send the command to it through its socket.", dir);
    }
    const auto text = fmt::format("{} {}\n", static_cast<long>(::getpid()), boot_id);
    if (::ftruncate(fd, 0) != 0 ||
        ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        return fail("store.io", fmt::format("The lock file cannot be written: {}", std::strerror(errno)), {},
                    path);
    return lock;
}

std::optional<WorkspaceLock::Owner> WorkspaceLock::owner(const std::string& dir) {
    const int fd = ::open(lockPath(dir).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::optional<Owner> owner;
    if (::flock(fd, LOCK_SH | LOCK_NB) == 0)
        ::flock(fd, LOCK_UN);
    else if (errno == EWOULDBLOCK)
        owner = readOwner(fd);
    ::close(fd);
    return owner;
}

WorkspaceLock::~WorkspaceLock() {
    if (fd_ >= 0) ::close(fd_);
}

} // namespace tally::store
