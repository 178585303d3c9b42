#include "core/audit/bundle.h"

#include <fmt/format.h>

namespace tally::audit {
namespace {
constexpr std::string_view section_names[section_count] = {"manifest", "checkpoints", "left",     "hashes",
                                                           "entries",  "context",     "openings", "anchors"};

/// Decimal number without leading zeros and with at most `max_digits` digits at the front of `text`, then a
/// line feed. Moves `text` behind it.
std::optional<std::uint64_t> takeLength(std::string_view& text, std::size_t max_digits) {
    std::size_t i = 0;
    std::uint64_t n = 0;
    while (i < text.size() && i < max_digits && text[i] >= '0' && text[i] <= '9')
        n = n * 10 + static_cast<std::uint64_t>(text[i++] - '0');
    if (i == 0 || (text[0] == '0' && i > 1) || i >= text.size() || text[i] != '\n') return std::nullopt;
    text.remove_prefix(i + 1);
    return n;
}
} // namespace

std::string_view toText(Section section) {
    return section_names[static_cast<std::size_t>(section)];
}

Result<BundleSections> parseSections(std::string_view file) {
    if (file.substr(0, bundle_magic.size()) != bundle_magic)
        return fail("container.magic", "this is not a trace bundle: the first line is not trace-bundle/v1",
                    "Choose a .tracelog file that was written by an export.");
    BundleSections out;
    std::string_view rest = file.substr(bundle_magic.size());
    for (std::size_t s = 0; s < section_count; ++s) {
        const std::string_view at = rest;
        std::size_t name_end = 1;
        while (name_end < rest.size() && rest[name_end] >= 'a' && rest[name_end] <= 'z')
            ++name_end;
        std::optional<std::uint64_t> length;
        if (rest.size() > name_end && rest[0] == '@' && name_end > 1 && rest[name_end] == ' ') {
            rest.remove_prefix(name_end + 1);
            length = takeLength(rest, 19);
        }
        if (!length) {
            if (at.find('\n') == std::string_view::npos) {
                out.cut = static_cast<Section>(s);
                return out;
            }
            return fail("container.header",
                        fmt::format("a section header is expected: {}", section_names[s]));
        }
        if (at.substr(1, name_end - 1) != section_names[s])
            return fail("container.order",
                        fmt::format("another section stands where {} is expected", section_names[s]));
        if (rest.size() <= *length) { // the closing line feed needs one byte more
            out.bytes[s] = rest;
            out.cut = static_cast<Section>(s);
            return out;
        }
        if (rest[*length] != '\n')
            return fail("container.length",
                        fmt::format("section {} does not end at a line feed", section_names[s]));
        out.bytes[s] = rest.substr(0, *length);
        rest.remove_prefix(*length + 1);
    }
    if (!rest.empty()) return fail("container.trailing", "bytes follow the last section");
    return out;
}

Result<std::vector<std::string_view>> splitCounted(std::string_view list) {
    std::vector<std::string_view> out;
    const std::size_t all = list.size();
    while (!list.empty()) {
        const auto length = takeLength(list, 10);
        if (!length || *length > list.size())
            return fail("container.list", "a list of counted items is broken");
        out.push_back(list.substr(0, *length));
        list.remove_prefix(*length);
        if (isAbsurdlyFine(out.size(), all - list.size()))
            return fail("container.list", "a list has too many tiny items");
    }
    return out;
}

Result<std::shared_ptr<const BundleData>> BundleData::open(const std::string& path) {
    TALLY_ASSIGN(auto file, MappedFile::open(path));
    std::shared_ptr<BundleData> data(new BundleData);
    data->view_ = file->bytes();
    data->file_ = std::move(file);
    return std::shared_ptr<const BundleData>(std::move(data));
}

std::shared_ptr<const BundleData> BundleData::fromBytes(std::string bytes) {
    std::shared_ptr<BundleData> data(new BundleData);
    data->owned_ = std::move(bytes);
    data->view_ = data->owned_;
    return data;
}

void BundleData::release(std::string_view part) const {
    if (file_) file_->release(part);
}

} // namespace tally::audit
