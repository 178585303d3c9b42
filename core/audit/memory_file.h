// The verifier's memory on disk (TRACE_LOG.md 11.5): shared by `tally` and the window of one account, changed
// under a lock, never made smaller by a verification. A damaged file is an error and stays untouched.
//
// Any thread; short. Errors: memory.format, memory.unknown, memory.ambiguous, file.*.
#pragma once
#include "core/audit/shared_file.h"
#include "core/audit/verifier_memory.h"

namespace tally::audit {

class MemoryFile {
public:
    explicit MemoryFile(std::string path)
        : file_(std::move(path)) {}
    static std::string defaultPath() { return SharedFile::inStateFolder("memory.json"); }
    [[nodiscard]] const std::string& path() const { return file_.path(); }

    /// Empty if the file does not exist.
    [[nodiscard]] Result<VerifierMemory> load() const;
    /// Writes down the state of a log that was verified against `compared` (nothing: it was unknown). Where
    /// the file says something else by now, because another verification was faster, it stays; the reply says
    /// so.
    Result<bool> remember(const std::string& log, const LogState& state,
                          const std::optional<LogState>& compared);
    /// `log`: id or the beginning of it. The reply is what was forgotten.
    Result<SeenLog> forget(const std::string& log);

private:
    SharedFile file_;
};

} // namespace tally::audit
