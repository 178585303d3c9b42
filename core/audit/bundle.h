// The bundle file `.tracelog` (TRACE_LOG.md 9): framing only. Every length is bounded by the file's size
// before it is used; nothing is copied, sections are views into the mapped file.
#pragma once
#include "core/audit/mapped_file.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

inline constexpr std::string_view bundle_magic = "trace-bundle/v1\n";
inline constexpr std::string_view bundle_media_type = "application/vnd.tallystick.tracelog";

enum class Section : std::uint8_t {
    manifest,
    checkpoints,
    left,
    hashes,
    entries,
    context,
    openings,
    anchors
};
inline constexpr std::size_t section_count = 8;
std::string_view toText(Section section);

struct BundleSections {
    std::array<std::string_view, section_count> bytes; ///< those behind a cut are empty
    std::optional<Section> cut; ///< the file ends inside this section or before its header is complete
    [[nodiscard]] std::string_view operator[](Section s) const { return bytes[static_cast<std::size_t>(s)]; }
};
/// Error container.* with the reason (10.2); a short file is no error, it sets `cut`.
Result<BundleSections> parseSections(std::string_view file);
/// More than a million items of fewer than 64 bytes on average are no log: every real line, note and proof is
/// longer. What follows would take many times the size of the file in memory.
constexpr bool isAbsurdlyFine(std::uint64_t items, std::uint64_t bytes) {
    return items > 1'000'000 && bytes / items < 64;
}
/// Items of "<len>\n<bytes>" lists; error container.list.
Result<std::vector<std::string_view>> splitCounted(std::string_view list);

/// A file mapped read-only, or bytes in memory. A file that somebody shortens meanwhile does not end the
/// program: what is gone reads as zeros, and changed() says so.
class BundleData {
public:
    /// Error file.missing, file.read. Never waits: a pipe or device is refused.
    static Result<std::shared_ptr<const BundleData>> open(const std::string& path);
    static std::shared_ptr<const BundleData> fromBytes(std::string bytes);
    BundleData(const BundleData&) = delete;
    BundleData& operator=(const BundleData&) = delete;

    [[nodiscard]] std::string_view bytes() const { return view_; }
    /// The file is no longer what it was when it was opened: size, time of change, or a part is gone.
    [[nodiscard]] bool changed() const { return file_ && file_->changed(); }
    /// The part will not be needed soon: lets the system drop its pages, so that memory stays bounded.
    void release(std::string_view part) const;

private:
    BundleData() = default;
    std::string owned_;
    std::string_view view_;
    std::unique_ptr<const MappedFile> file_;
};

} // namespace tally::audit
