#include "core/audit/line_table.h"

namespace tally::audit {

std::optional<std::string_view> LineTable::next() {
    const std::size_t end = section_.find('\n', at_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = section_.substr(at_, end - at_);
    add(line);
    return line;
}

void LineTable::finish() {
    while (next()) {
    }
}

std::string_view LineTable::line(std::uint64_t i) const {
    std::size_t at = starts_[i / stride];
    for (std::uint64_t k = i / stride * stride; k < i; ++k)
        at += sizeOf(k, at) + 1;
    return section_.substr(at, sizeOf(i, at));
}

std::size_t LineTable::sizeOf(std::uint64_t i, std::uint64_t at) const {
    const auto known = long_.find(i);
    return known != long_.end() ? known->second : section_.find('\n', at) - at;
}

} // namespace tally::audit
