// Aligned columns for a terminal. Text from files is escaped; numbers stand to the right.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tally::cli {

class Table {
public:
    /// A heading that begins with '>' makes its column stand to the right.
    explicit Table(std::vector<std::string> headings);
    void row(std::vector<std::string> cells);
    void print() const;

private:
    std::vector<std::string> headings_;
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

std::string thousands(std::int64_t value);   ///< "1 234 567"
std::string duration(std::int64_t us);       ///< "2.41 s", "180 ms"
std::string localTime(std::int64_t wall_us); ///< "2026-11-22 05:04:44Z"; "" for 0

} // namespace tally::cli
