#include "core/audit/store_check.h"

#include "core/audit/cfp.h"
#include "core/audit/index_rebuild.h"
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "core/store/store.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace tally::audit {
namespace {
constexpr std::size_t most_findings = 1'000;

/// A file without a name: gone with the process, whatever happens.
class Scratch {
public:
    static Result<Scratch> in(const std::string& dir) {
        Scratch file;
        file.fd_ = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file.fd_ < 0) { // a file system without such files
            std::string name = dir + "/.check-XXXXXX";
            file.fd_ = ::mkstemp(name.data());
            if (file.fd_ >= 0) ::unlink(name.c_str());
        }
        if (file.fd_ < 0)
            return fail("file.write", fmt::format("cannot make a temporary file: {}", std::strerror(errno)),
                        "Check free space and access rights.", dir);
        return file;
    }
    Scratch(Scratch&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}
    Scratch& operator=(Scratch&&) = delete;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        if (fd_ >= 0) ::close(fd_);
    }
    Status write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0)
                return fail("file.write",
                            fmt::format("cannot write a temporary file: {}", std::strerror(errno)),
                            "Make room on the disk of the workspace.");
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }
    [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }

private:
    Scratch() = default;
    int fd_ = -1;
};

Status checkPayloads(StoreSource& source, std::uint64_t size, const CancelToken& cancel, StoreCheck& out) {
    return source.openings(0, size, [&](const Opening& o) -> Status {
        if (cancel.cancelled()) return fail("verify.cancelled", "the check was cancelled");
        ++out.payloads_checked;
        std::optional<Entry> entry;
        TALLY_TRY(source.lines(o.seq, o.seq + 1, [&](std::uint64_t, std::string_view line) -> Status {
            if (auto parsed = parseEntry(line)) entry = std::move(*parsed);
            return {};
        }));
        const std::string* committed = entry ? entry->text(o.slot) : nullptr;
        if ((committed != nullptr && *committed == o.commitment()) || out.payloads.size() >= most_findings)
            return {};
        Finding f;
        f.code = "PAYLOAD_MISMATCH";
        f.seq = static_cast<std::int64_t>(o.seq);
        f.field = o.slot;
        f.message = "the stored payload does not match the commitment in its record";
        out.payloads.push_back(std::move(f));
        return {};
    });
}
} // namespace

Result<StoreCheck> checkStore(const std::string& dir, const std::string& log, CancelToken cancel) {
    StoreCheck out;
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_ASSIGN(auto source, StoreSource::open(std::move(db), log));
    TALLY_ASSIGN(const Scratch scratch, Scratch::in(dir));
    BundleOptions options;
    options.openings = false;
    options.unsealed = true;
    options.as_is = true;
    options.cancel = cancel;
    TALLY_TRY(writeBundle(*source, options, [&](std::string_view bytes) { return scratch.write(bytes); }));
    VerifyOptions verify;
    verify.cancel = cancel;
    TALLY_ASSIGN(auto verified, verifyFile(scratch.path(), verify));
    out.verdict = std::move(verified.verdict);
    TALLY_ASSIGN(const std::uint64_t size, source->size());
    TALLY_TRY(checkPayloads(*source, size, cancel, out));
    if (source->isCurrent()) {
        TALLY_ASSIGN(auto queries, store::Store::openReadOnly(dir));
        TALLY_ASSIGN(out.queries, checkIndex(queries, most_findings));
    }
    return out;
}

} // namespace tally::audit
