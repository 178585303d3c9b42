// WAL needs shared memory and honest fsync between processes of one machine: a workspace on a network file
// system or in a folder that a sync client copies behind our back is refused with a message.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::store {

/// Error store.network_folder or store.synced_folder. `dir` exists.
Status checkLocation(const std::string& dir);

/// The judgement without the disk, for tests: statfs(2) type, the mount's type name ("fuse.sshfs"), and the
/// path.
Status judgeLocation(std::uint64_t fs_magic, std::string_view mount_type, const std::string& path);

/// Type of the file system that holds `path` ("ext4"); "?" when unknown.
std::string fileSystemName(const std::string& path);

} // namespace tally::store
