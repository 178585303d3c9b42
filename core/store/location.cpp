#include "core/store/location.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/vfs.h>

namespace tally::store {

namespace {
namespace fs = std::filesystem;

// statfs(2), linux/magic.h
constexpr std::uint64_t network_magics[] = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x01021997,
                                            0x00C36400, 0x5346414F, 0x73757245, 0x0BD00BD0, 0x47504653};
constexpr std::string_view network_types[] = {"nfs",
                                              "nfs4",
                                              "cifs",
                                              "smb3",
                                              "9p",
                                              "ceph",
                                              "afs",
                                              "fuse.sshfs",
                                              "fuse.rclone",
                                              "fuse.s3fs",
                                              "fuse.gcsfuse",
                                              "fuse.davfs2",
                                              "fuse.davfs",
                                              "fuse.gvfsd-fuse",
                                              "davfs",
                                              "fuse.google-drive-ocamlfuse",
                                              "fuse.glusterfs",
                                              "lustre",
                                              "gpfs"};
// Folders that sync clients create under these names, and files by which they mark them.
constexpr std::string_view synced_names[] = {"dropbox",      "onedrive",     "google drive", "googledrive",
                                             "my drive",     "icloud drive", "nextcloud",    "owncloud",
                                             "pcloud drive", "megasync"};
constexpr const char* synced_marks[] = {".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log",
                                        ".sync"};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

struct Mount {
    std::string point, type;
};
Mount mountOf(const std::string& path) {
    std::error_code failed;
    const auto real = fs::weakly_canonical(path, failed).string();
    std::ifstream mounts("/proc/self/mounts");
    Mount best;
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string device, point, type;
        fields >> device >> point >> type;
        const bool inside = real == point || point == "/" || real.rfind(point + "/", 0) == 0;
        if (inside && point.size() >= best.point.size()) best = {point, type};
    }
    return best;
}

tl::unexpected<Error> synced(const std::string& path, const std::string& why) {
    return fail("store.synced_folder",
                fmt::format("A sync client copies this folder ({}), which damages a live database", why),
                "Choose a folder that is not synchronised; share exported bundles instead.", path);
}
} // namespace

std::string fileSystemName(const std::string& path) {
    const auto mount = mountOf(path);
    return mount.type.empty() ? "?" : mount.type;
}

Status judgeLocation(std::uint64_t fs_magic, std::string_view mount_type, const std::string& path) {
    const bool network =
        std::find(std::begin(network_magics), std::end(network_magics), fs_magic) !=
            std::end(network_magics) ||
        std::find(std::begin(network_types), std::end(network_types), mount_type) != std::end(network_types);
    if (network)
        return fail(
            "store.network_folder",
            fmt::format("The folder is on a network file system ({}); the write-ahead log needs a local disk",
                        mount_type),
            "Choose a folder on a disk of this machine.", path);
    for (const auto& part : fs::path(path)) {
        const auto name = lower(part.string());
        for (const auto known : synced_names)
            // "OneDrive - Company", "Dropbox (Team)"
            if (name == known || name.rfind(std::string(known) + " -", 0) == 0 ||
                name.rfind(std::string(known) + " (", 0) == 0)
                return synced(path, part.string());
    }
    return {};
}

Status checkLocation(const std::string& dir) {
    struct statfs info {};
    if (::statfs(dir.c_str(), &info) != 0) return fail("store.io", "The folder cannot be examined", {}, dir);
    std::error_code failed;
    const auto real = fs::weakly_canonical(dir, failed);
    TALLY_TRY(judgeLocation(static_cast<std::uint32_t>(info.f_type), fileSystemName(dir), real.string()));
    for (fs::path at = real; at.has_relative_path(); at = at.parent_path())
        for (const char* mark : synced_marks)
            if (fs::exists(at / mark, failed)) return synced(dir, (at / mark).string());
    return {};
}

} // namespace tally::store
