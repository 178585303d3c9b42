// What a verifier has seen of each log (TRACE_LOG.md 11.5). A value; MemoryFile keeps it on disk.
#pragma once
#include "core/base/file.h"
#include "core/base/result.h"
#include "core/model/audit_values.h"

#include <map>
#include <string>
#include <string_view>

namespace tally::audit {

struct VerifierMemory {
    using Seen = LogState;
    std::map<std::string, Seen> logs; ///< by log id

    /// Error memory.format.
    static Result<VerifierMemory> parse(std::string_view json);
    [[nodiscard]] std::string text() const;
    /// Empty if the file does not exist.
    static Result<VerifierMemory> load(const FileSystem& files, const std::string& path);
    bool operator==(const VerifierMemory&) const = default;
};

} // namespace tally::audit
