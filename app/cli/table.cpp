#include "app/cli/table.h"

#include "app/cli/print.h"
#include "core/base/clock.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace tally::cli {
namespace {
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}
} // namespace

Table::Table(std::vector<std::string> headings)
    : headings_(std::move(headings)) {
    for (auto& heading : headings_) {
        right_.push_back(!heading.empty() && heading[0] == '>');
        if (right_.back()) heading.erase(0, 1);
    }
}

void Table::row(std::vector<std::string> cells) {
    for (auto& cell : cells)
        cell = escapeForDisplay(cell, 200);
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

void Table::print() const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < headings_.size(); ++i) {
        std::size_t widest = width(headings_[i]);
        for (const auto& row : rows_)
            widest = std::max(widest, width(row[i]));
        widths.push_back(widest);
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string out;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string pad(widths[i] - width(cells[i]), ' ');
            out += (i == 0 ? "" : "  ") + (right_[i] ? pad + cells[i] : cells[i] + pad);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        cli::print("%s\n", out.c_str());
    };
    line(headings_);
    for (const auto& row : rows_)
        line(row);
}

std::string thousands(std::int64_t value) {
    std::string digits = std::to_string(value);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3)
        digits.insert(static_cast<std::size_t>(i), " ");
    return digits;
}

std::string duration(std::int64_t us) {
    if (us >= 60'000'000) return fmt::format("{} min {} s", us / 60'000'000, us / 1'000'000 % 60);
    if (us >= 1'000'000) return fmt::format("{}.{:02} s", us / 1'000'000, us % 1'000'000 / 10'000);
    return us >= 1000 ? fmt::format("{} ms", us / 1000) : fmt::format("{} us", us);
}

std::string localTime(std::int64_t wall_us) {
    if (wall_us == 0) return {};
    std::string text = isoUtc(wall_us).substr(0, 19) + "Z";
    text[10] = ' ';
    return text;
}

} // namespace tally::cli
