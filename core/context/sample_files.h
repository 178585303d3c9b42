// The input of the licence samples: every machine-readable copyright file of the computer, one per content,
// and the committed ones. Reads the disk; any thread.
#pragma once
#include "core/base/file.h"
#include "core/base/result.h"

#include <string>
#include <vector>

namespace tally::context {

struct SampleFile {
    std::string package; ///< name of the folder; of several with the same content the first by name
    std::string path;
    std::string sha256; ///< of the content, hex
    std::size_t bytes = 0;
    bool committed = false; ///< comes with the project, was trained on; never part of the measured accuracy
    bool operator==(const SampleFile&) const = default;
};

inline constexpr const char* machine_doc_folder = "/usr/share/doc";

/// `doc_folder`/*/copyright then `committed_folder`/*/copyright; an empty or missing folder adds nothing.
/// Files that are not machine-readable or cannot be read are left out; a machine file with the content of a
/// committed one counts as committed.
std::vector<SampleFile> listCopyrightFiles(const FileSystem& disk, const std::string& doc_folder,
                                           const std::string& committed_folder);

} // namespace tally::context
