// What a verifier has seen of each log (TRACE_LOG.md 11.5). A value; the caller reads and writes the file.
#pragma once
#include "core/base/file.h"
#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tally::audit {

struct VerifierMemory {
    struct Seen {
        std::string fingerprint; ///< hex
        std::string origin;
        std::int64_t size = 0;
        std::string root; ///< hex
        bool operator==(const Seen&) const = default;
    };
    std::map<std::string, Seen> logs; ///< by log id

    /// Error memory.format.
    static Result<VerifierMemory> parse(std::string_view json);
    [[nodiscard]] std::string text() const;
    /// Empty if the file does not exist.
    static Result<VerifierMemory> load(const FileSystem& files, const std::string& path);
    Status save(FileSystem& files, const std::string& path) const;
    bool operator==(const VerifierMemory&) const = default;
};

} // namespace tally::audit
