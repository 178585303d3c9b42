// Where the lines of the section `entries` begin: an offset for every 32nd line, so that ten million lines
// cost 2.5 MB and any line is found by at most 31 short scans. Lines that no record can have (a file may be
// one line of a gigabyte) are remembered with their size, so that finding a line never reads one of them.
// Immutable once built; then thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace tally::audit {

class LineTable {
public:
    explicit LineTable(std::string_view section)
        : section_(section) {}

    /// Next complete line, without its line feed; nothing at the end. Building and reading the file is one
    /// pass.
    std::optional<std::string_view> next();
    /// Above this a line is remembered with its size; no record is longer.
    static constexpr std::size_t long_bytes = 65'536;

    /// The next line, found by somebody else.
    void add(std::string_view line) {
        if (line.size() > long_bytes) long_.emplace(count_, line.size());
        if (count_ % stride == 0) starts_.push_back(at_);
        at_ += line.size() + 1;
        ++count_;
    }
    /// Reads what is left.
    void finish();

    [[nodiscard]] std::uint64_t size() const { return count_; } ///< complete lines seen so far
    [[nodiscard]] std::string_view torn() const {
        return section_.substr(at_);
    } ///< after finish(): a rest without line feed
    [[nodiscard]] std::uint64_t offset() const { return at_; }
    /// i < size()
    [[nodiscard]] std::string_view line(std::uint64_t i) const;

private:
    [[nodiscard]] std::size_t sizeOf(std::uint64_t i, std::uint64_t at) const;

    static constexpr std::uint64_t stride = 32;
    std::string_view section_;
    std::vector<std::uint64_t> starts_;
    std::map<std::uint64_t, std::size_t> long_; ///< size by line
    std::uint64_t at_ = 0;
    std::uint64_t count_ = 0;
};

} // namespace tally::audit
