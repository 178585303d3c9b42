// What this account remembers of a log outside of the workspace folder (TRACE_LOG 7.5): its newest checkpoint
// and which file it was written to. A restored or copied folder brings everything inside along, but not this,
// so that going on in an older or second copy is noticed. One small file per log; no secret in it.
//
// A file is known by when it was made (where the file system says so), else by its number: both stay when it
// is written to or renamed, and change when it is copied. Used by the db-writer thread and by the opener
// before it.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tally::audit {

class PlaceMemory {
public:
    /// `dir` empty: nothing is remembered (no home folder). `database`: the file that holds the log.
    PlaceMemory(std::string dir, std::string database)
        : dir_(std::move(dir))
        , database_(std::move(database)) {}

    struct Seen {
        std::int64_t size = 0; ///< of the newest checkpoint
        std::string root_hex;
        std::string file; ///< identity of the database
        std::string path;
    };
    /// Nothing when this log was never seen; what cannot be read counts as never seen.
    [[nodiscard]] std::optional<Seen> load(const std::string& log_id) const;
    Status save(const std::string& log_id, std::int64_t size, const std::string& root_hex) const;
    /// Why the log must not be continued in this file; empty: go on. `size` and `root_hex`: newest checkpoint
    /// here.
    [[nodiscard]] std::string objection(const std::string& log_id, std::int64_t size,
                                        const std::string& root_hex) const;
    /// Another file than the one that was written last is still where it was: this one is a copy beside it.
    [[nodiscard]] bool otherCopyLives(const std::string& log_id) const;

    /// $XDG_STATE_HOME/tallystick/seen, else below ~/.local/state; empty without a home folder.
    static std::string defaultDir();
    /// Empty when the file is not there.
    static std::string identityOf(const std::string& path);

private:
    [[nodiscard]] std::string fileOf(const std::string& log_id) const {
        return dir_ + "/" + log_id + ".json";
    }
    std::string dir_, database_;
};

} // namespace tally::audit
