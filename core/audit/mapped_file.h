// A foreign file mapped for reading. Others may shorten it at any time; the system answers the next read of
// the lost part with SIGBUS, which would end the whole program and every workflow in it. A handler puts zeros
// there instead and marks the file as changed: reading stays a plain memory access, at no cost.
//
// Thread-safe. The handler serves only our own mappings; for any other address it does what was set before.
#pragma once
#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace tally::audit {

class MappedFile {
public:
    /// Error file.missing, file.read (also for what is no regular file, and when too many are open).
    static Result<std::unique_ptr<const MappedFile>> open(const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    /// Shortened, or written to, since it was opened.
    [[nodiscard]] bool changed() const;
    /// The part will not be needed soon: lets the system drop its pages.
    void release(std::string_view part) const;

private:
    MappedFile() = default;
    int fd_ = -1;
    struct stat opened_ {};
    std::string_view bytes_;
    std::size_t slot_ = ~std::size_t{0}; ///< in the handler's table
};

} // namespace tally::audit
