// A small file that several processes change: read, change, write as one step under a lock beside the file
// (FILE.lock), written whole or not at all, 0600. What cannot be understood is left as it is.
//
// Any thread. Errors: file.*, file.busy (another process holds the lock for more than 5 s), those of
// `change`.
#pragma once
#include "core/base/result.h"

#include <functional>
#include <optional>
#include <string>

namespace tally::audit {

class SharedFile {
public:
    explicit SharedFile(std::string path)
        : path_(std::move(path)) {}
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Nothing when the file does not exist.
    [[nodiscard]] Result<std::optional<std::string>> read() const;
    /// `change` is given the text as it is now (nothing: no file yet) and answers with the new one; nothing:
    /// stays as it is. Makes the folder.
    Status
    update(const std::function<Result<std::optional<std::string>>(std::optional<std::string> now)>& change);
    /// $XDG_STATE_HOME/tallystick/auditor/NAME, else below ~/.local/state; empty without a home folder.
    static std::string inStateFolder(const std::string& name);

private:
    std::string path_;
};

} // namespace tally::audit
