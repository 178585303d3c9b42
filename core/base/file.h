// Disk through an interface, so that tests need none and faults can be injected.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

class FileSystem {
public:
    virtual ~FileSystem() = default;
    /// Whole file; error file.missing, file.too_large (above `limit` bytes), file.read.
    virtual Result<std::string> read(const std::string& path,
                                     std::uint64_t limit = std::uint64_t{1} << 30) const = 0;
    /// Writes beside and renames, so that a reader sees the old or the new content; `mode` e.g. 0600. Syncs
    /// file and folder.
    virtual Status writeAtomic(const std::string& path, std::string_view content, unsigned mode = 0644) = 0;
    virtual Status makeDirs(const std::string& path) = 0;
    virtual Status remove(const std::string& path) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
    /// Names of the entries of a folder, sorted bytewise.
    virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
};

class DiskFileSystem final : public FileSystem {
public:
    Result<std::string> read(const std::string& path, std::uint64_t limit) const override;
    Status writeAtomic(const std::string& path, std::string_view content, unsigned mode) override;
    Status makeDirs(const std::string& path) override;
    Status remove(const std::string& path) override;
    [[nodiscard]] bool exists(const std::string& path) const override;
    Result<std::vector<std::string>> list(const std::string& path) const override;
};

} // namespace tally
