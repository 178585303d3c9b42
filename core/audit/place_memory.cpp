#include "core/audit/place_memory.h"

#include "core/base/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>

namespace tally::audit {

std::optional<PlaceMemory::Seen> PlaceMemory::load(const std::string& log_id) const {
    if (dir_.empty()) return std::nullopt;
    const DiskFileSystem disk;
    if (!disk.exists(fileOf(log_id))) return std::nullopt;
    const auto text = disk.read(fileOf(log_id), 64 << 10);
    if (!text) return std::nullopt;
    const auto j = nlohmann::json::parse(*text, nullptr, false);
    const auto word = [&](const char* key) {
        const auto at = j.find(key);
        return at != j.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    if (!j.is_object() || !j.contains("size") || !j["size"].is_number_integer()) return std::nullopt;
    return Seen{j["size"].get<std::int64_t>(), word("root"), word("file"), word("path")};
}

Status PlaceMemory::save(const std::string& log_id, std::int64_t size, const std::string& root_hex) const {
    if (dir_.empty()) return {};
    DiskFileSystem disk;
    TALLY_TRY(disk.makeDirs(dir_));
    const nlohmann::json seen = {
        {"size", size}, {"root", root_hex}, {"file", identityOf(database_)}, {"path", database_}};
    return disk.writeAtomic(fileOf(log_id),
                            seen.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", 0600);
}

std::string PlaceMemory::objection(const std::string& log_id, std::int64_t size,
                                   const std::string& root_hex) const {
    const auto seen = load(log_id);
    if (!seen) return {};
    if (seen->size > size)
        return fmt::format("it was restored from an older copy: {} entries were sealed before, now {}",
                           seen->size, size);
    if (seen->size == size && seen->root_hex != root_hex)
        return "another copy of it was sealed at the same size";
    const std::string here = identityOf(database_);
    if (!seen->file.empty() && !here.empty() && seen->file != here)
        return "this workspace is a copy of the one that wrote it last";
    return {};
}

bool PlaceMemory::otherCopyLives(const std::string& log_id) const {
    const auto seen = load(log_id);
    return seen && !seen->file.empty() && identityOf(seen->path) == seen->file &&
           seen->file != identityOf(database_);
}

std::string PlaceMemory::defaultDir() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return std::string(state) + "/tallystick/seen";
    const char* home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.local/state/tallystick/seen"
                                           : std::string();
}

std::string PlaceMemory::identityOf(const std::string& path) {
    struct statx info {};
    if (::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &info) != 0) return {};
    if ((info.stx_mask & STATX_BTIME) != 0 && info.stx_btime.tv_sec != 0)
        return fmt::format("made {}.{:09}", info.stx_btime.tv_sec, info.stx_btime.tv_nsec);
    return fmt::format("inode {}", info.stx_ino);
}

} // namespace tally::audit
