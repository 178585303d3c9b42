#include "core/audit/mapped_file.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

namespace tally::audit {
namespace {
/// What the handler knows: plain atomics, because it may run on any thread at any time.
struct Watched {
    std::atomic<bool> taken{false};
    std::atomic<std::uintptr_t> begin{0}, end{0}; ///< whole pages; end 0: not watched
    std::atomic<bool> lost{false};
};
constexpr std::size_t most_files = 64;
std::array<Watched, most_files> watched;
struct sigaction before {};
std::uintptr_t page_bytes = 4096;
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void onBusError(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (Watched& w : watched) {
        const std::uintptr_t end = w.end.load();
        if (end == 0 || at < w.begin.load() || at >= end) continue;
        w.lost.store(true);
        // Everything behind the first lost page is lost too. mmap is a plain system call here.
        const std::uintptr_t page = at / page_bytes * page_bytes;
        void* zeros = ::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ, // NOLINT: an address
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
        errno = saved;
        if (zeros != MAP_FAILED) return;
        break;
    }
    errno = saved;
    if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != nullptr)
        return before.sa_sigaction(signal, info, context);
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
    ::signal(signal, SIG_DFL); // the access is repeated and ends the program, as without us
}

void installHandler() {
    static std::once_flag once;
    std::call_once(once, [] {
        page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGBUS, &action, &before);
    });
}
} // namespace

Result<std::unique_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
    std::unique_ptr<MappedFile> file(new MappedFile);
    // Without waiting: opening a pipe would wait for somebody who writes to it.
    file->fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file->fd_ < 0)
        return fail(errno == ENOENT ? "file.missing" : "file.read",
                    fmt::format("cannot open the file: {}", std::strerror(errno)),
                    "Check the name and the access rights.", path);
    if (::fstat(file->fd_, &file->opened_) != 0 || !S_ISREG(file->opened_.st_mode))
        return fail("file.read", "this is not a regular file", "Choose a .tracelog file.", path);
    const auto size = static_cast<std::size_t>(file->opened_.st_size);
    if (size == 0) return std::unique_ptr<const MappedFile>(std::move(file));
    installHandler();
    for (std::size_t i = 0; i < most_files; ++i) {
        if (watched[i].taken.exchange(true)) continue;
        file->slot_ = i;
        break;
    }
    if (file->slot_ >= most_files) return fail("file.read", "too many files are open", {}, path);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file->fd_, 0);
    if (at == MAP_FAILED)
        return fail("file.read", fmt::format("cannot read the file: {}", std::strerror(errno)), {}, path);
    ::madvise(at, size, MADV_SEQUENTIAL);
    file->bytes_ = std::string_view(static_cast<const char*>(at), size);
    Watched& w = watched[file->slot_];
    const auto begin = reinterpret_cast<std::uintptr_t>(at);
    w.lost.store(false);
    w.begin.store(begin);
    w.end.store(begin + (size + page_bytes - 1) / page_bytes * page_bytes);
    return std::unique_ptr<const MappedFile>(std::move(file));
}

MappedFile::~MappedFile() {
    if (slot_ < most_files) {
        watched[slot_].end.store(0);
        watched[slot_].begin.store(0);
    }
    if (!bytes_.empty())
        ::munmap(const_cast<char*>(bytes_.data()), bytes_.size()); // NOLINT: munmap takes what mmap gave
    if (slot_ < most_files) watched[slot_].taken.store(false);
    if (fd_ >= 0) ::close(fd_);
}

bool MappedFile::changed() const {
    if (slot_ < most_files && watched[slot_].lost.load()) return true;
    struct stat now {};
    return ::fstat(fd_, &now) != 0 || now.st_size != opened_.st_size ||
           now.st_mtim.tv_sec != opened_.st_mtim.tv_sec || now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec;
}

void MappedFile::release(std::string_view part) const {
    if (bytes_.empty() || part.empty()) return;
    const auto page = static_cast<std::size_t>(page_bytes);
    const std::size_t begin =
        (static_cast<std::size_t>(part.data() - bytes_.data()) + page - 1) / page * page;
    const std::size_t end = static_cast<std::size_t>(part.data() + part.size() - bytes_.data()) / page * page;
    if (end > begin)
        ::madvise(const_cast<char*>(bytes_.data()) + begin, end - begin,
                  MADV_DONTNEED); // NOLINT: read-only mapping
}

} // namespace tally::audit
