#include "core/context/sample_files.h"

#include "core/base/hash.h"
#include "core/context/control_file.h"

#include <set>

namespace tally::context {
namespace {

constexpr std::uint64_t largest = 32U << 20; // the longest known is 2 MB

void addFolder(const FileSystem& disk, const std::string& folder, bool committed, std::set<std::string>& seen,
               std::vector<SampleFile>& out) {
    if (folder.empty()) return;
    const auto names = disk.list(folder);
    if (!names) return;
    for (const auto& name : *names) {
        SampleFile f;
        f.package = name;
        f.path = folder + '/' + name + "/copyright";
        f.committed = committed;
        const auto text = disk.read(f.path, largest);
        if (!text || !isMachineReadable(*text)) continue;
        f.sha256 = sha256Hex(*text);
        f.bytes = text->size();
        if (seen.insert(f.sha256).second) out.push_back(std::move(f));
    }
}

} // namespace

std::vector<SampleFile> listCopyrightFiles(const FileSystem& disk, const std::string& doc_folder,
                                           const std::string& committed_folder) {
    std::set<std::string> seen;
    std::vector<SampleFile> committed, machine;
    addFolder(disk, committed_folder, true, seen, committed);
    addFolder(disk, doc_folder, false, seen, machine);
    machine.insert(machine.end(), committed.begin(), committed.end());
    return machine;
}

} // namespace tally::context
