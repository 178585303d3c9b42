#include "core/audit/shared_file.h"

#include "core/base/file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

namespace tally::audit {
namespace {
constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;
constexpr int lock_tries = 500, lock_pause_ms = 10;

/// Ends with the object; the file of the lock stays, so that nobody locks one that is being removed.
class Lock {
public:
    static Result<Lock> take(const std::string& path) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return fail("file.write", std::string("the lock file cannot be opened: ") + std::strerror(errno),
                        "Check the permissions of the folder.", path);
        Lock lock(fd);
        for (int i = 0; ::flock(fd, LOCK_EX | LOCK_NB) != 0; ++i) {
            if (errno != EWOULDBLOCK && errno != EINTR)
                return fail("file.write", std::string("the lock cannot be taken: ") + std::strerror(errno),
                            {}, path);
            if (i == lock_tries)
                return fail("file.busy", "another process keeps this file locked",
                            "Nothing was changed. End that process, or try again.", path);
            ::poll(nullptr, 0, lock_pause_ms);
        }
        return lock;
    }
    Lock(Lock&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
        if (fd_ >= 0) ::close(fd_);
    }

private:
    explicit Lock(int fd)
        : fd_(fd) {}
    int fd_;
};
} // namespace

Result<std::optional<std::string>> SharedFile::read() const {
    const DiskFileSystem disk;
    if (path_.empty() || !disk.exists(path_)) return std::optional<std::string>();
    TALLY_ASSIGN(std::string text, disk.read(path_, most_bytes));
    return std::optional(std::move(text));
}

Status SharedFile::update(
    const std::function<Result<std::optional<std::string>>(std::optional<std::string> now)>& change) {
    if (path_.empty())
        return fail("file.write", "there is no home folder to keep this in",
                    "Set HOME or XDG_STATE_HOME, or name a file.");
    DiskFileSystem disk;
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    if (!folder.empty()) TALLY_TRY(disk.makeDirs(folder));
    TALLY_ASSIGN(const Lock lock, Lock::take(path_ + ".lock"));
    TALLY_ASSIGN(auto now, read());
    TALLY_ASSIGN(const auto wanted, change(std::move(now)));
    if (!wanted) return {};
    return disk.writeAtomic(path_, *wanted, 0600);
}

std::string SharedFile::inStateFolder(const std::string& name) {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return std::string(state) + "/tallystick/auditor/" + name;
    const char* home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.local/state/tallystick/auditor/" + name
                                           : std::string();
}

} // namespace tally::audit
