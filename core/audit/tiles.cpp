#include "core/audit/tiles.h"

#include "core/audit/bundle.h"
#include "core/audit/cfp.h"
#include "core/audit/line_table.h"
#include "core/audit/merkle.h"
#include "core/audit/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace tally::audit {
namespace {
constexpr std::uint64_t tile_width = 256;

std::string tileName(std::uint64_t n, std::uint64_t width) {
    std::string path = tilePath(n);
    if (width < tile_width) path += fmt::format(".p/{}", width);
    return path;
}
} // namespace

std::string tilePath(std::uint64_t n) {
    std::string path = fmt::format("{:03}", n % 1000);
    while (n >= 1000) {
        n /= 1000;
        path = fmt::format("x{:03}/{}", n % 1000, path);
    }
    return path;
}

Status writeTiles(std::string_view bundle, const TileSink& sink) {
    TALLY_ASSIGN(const BundleSections sections, parseSections(bundle));
    TALLY_ASSIGN(const Entry manifest, parseEntry(sections[Section::manifest]));
    if (manifest.integer("first") != 0)
        return fail("tiles.range", "a tiles log needs a whole export, not a range",
                    "Export the log from entry 0.");
    TALLY_ASSIGN(const auto notes, splitCounted(sections[Section::checkpoints]));
    if (notes.empty()) return fail("container.unsigned", "the export has no checkpoint");
    TALLY_ASSIGN(const Note note, parseNote(notes.back()));
    TALLY_ASSIGN(const Checkpoint checkpoint, Checkpoint::parse(note.text));
    TALLY_TRY(sink("checkpoint", notes.back()));

    std::vector<Hash> level;
    std::string tile;
    LineTable lines(sections[Section::entries]);
    for (std::uint64_t i = 0; i < checkpoint.size; ++i) {
        const auto line = lines.next();
        if (!line || line->size() > max_entry_bytes)
            return fail("tiles.short", "the export holds fewer entries than its newest checkpoint covers",
                        "Verify the file first.");
        tile.push_back(static_cast<char>(line->size() >> 8));
        tile.push_back(static_cast<char>(line->size()));
        tile += *line;
        level.push_back(leafHash(*line));
        const std::uint64_t width = i % tile_width + 1;
        if (width < tile_width && i + 1 < checkpoint.size) continue;
        TALLY_TRY(sink("tile/entries/" + tileName(i / tile_width, width), tile));
        tile.clear();
    }
    for (int height = 0; !level.empty(); ++height) {
        std::vector<Hash> next;
        for (std::uint64_t from = 0; from < level.size(); from += tile_width) {
            const std::uint64_t width = std::min<std::uint64_t>(tile_width, level.size() - from);
            const auto part = std::span<const Hash>(level).subspan(from, width);
            const std::string_view bytes(reinterpret_cast<const char*>(part.data()), part.size_bytes());
            TALLY_TRY(sink(fmt::format("tile/{}/{}", height, tileName(from / tile_width, width)), bytes));
            if (width == tile_width) next.push_back(treeRoot(part));
        }
        level = std::move(next);
    }
    return {};
}

} // namespace tally::audit
