#include "core/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace tally {
namespace {
namespace fs = std::filesystem;

tl::unexpected<Error> system(const char* code, const std::string& what, const std::string& path) {
    return fail(code, what + ": " + std::strerror(errno), {}, path);
}

struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

Status writeAll(int fd, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t n = ::write(fd, content.data(), content.size());
        if (n < 0) {
            if (errno == EINTR) continue;
            return system("file.write", "cannot write", path);
        }
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(fd) != 0) return system("file.write", "cannot sync", path);
    return {};
}
} // namespace

Result<std::string> DiskFileSystem::read(const std::string& path, std::uint64_t limit) const {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) return system(errno == ENOENT ? "file.missing" : "file.read", "cannot open", path);
    struct stat info {};
    if (::fstat(file.fd, &info) != 0 || S_ISDIR(info.st_mode))
        return fail("file.read", "not a regular file", {}, path);
    std::string out;
    char buffer[65536];
    for (;;) {
        const ssize_t n = ::read(file.fd, buffer, sizeof buffer);
        if (n < 0) {
            if (errno == EINTR) continue;
            return system("file.read", "cannot read", path);
        }
        if (n == 0) return out;
        if (out.size() + static_cast<std::size_t>(n) > limit)
            return fail("file.too_large",
                        "larger than the " + std::to_string(limit) + " bytes that are allowed here", {},
                        path);
        out.append(buffer, static_cast<std::size_t>(n));
    }
}

Status DiskFileSystem::writeAtomic(const std::string& path, std::string_view content, unsigned mode) {
    const std::string beside = path + ".new";
    {
        const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
        if (file.fd < 0) return system("file.write", "cannot create", beside);
        // An older file may have had a wider mode than asked for.
        if (::fchmod(file.fd, mode) != 0) return system("file.write", "cannot set the mode of", beside);
        TALLY_TRY(writeAll(file.fd, content, beside));
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) return system("file.write", "cannot replace", path);
    const std::string folder = fs::path(path).parent_path().string();
    const Descriptor dir{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (dir.fd >= 0) ::fsync(dir.fd);
    return {};
}

Status DiskFileSystem::makeDirs(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return fail("file.write", "cannot create the folder: " + error.message(), {}, path);
    return {};
}

Status DiskFileSystem::remove(const std::string& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error) return fail("file.write", "cannot remove: " + error.message(), {}, path);
    return {};
}

bool DiskFileSystem::exists(const std::string& path) const {
    std::error_code error;
    return fs::exists(path, error);
}

Result<std::vector<std::string>> DiskFileSystem::list(const std::string& path) const {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().string());
    if (error) return fail("file.read", "cannot list the folder: " + error.message(), {}, path);
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace tally
