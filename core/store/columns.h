// Values in and out of columns: what the repositories share. Internal to core/store.
#pragma once
#include "core/base/money.h"
#include "core/model/usage.h"
#include "core/store/connection.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <string>
#include <string_view>

namespace tally::store {

/// A decimal TEXT column that only we write; unreadable text reads as 0 and is found by the checks of its
/// owner.
inline PicoSum sumColumn(std::string_view text) {
    auto sum = PicoSum::parsePico(text);
    return sum ? *sum : PicoSum();
}

/// "in 2622 out 2839": meter names hold no spaces.
inline std::string usageText(const Usage& usage) {
    std::string text;
    for (const auto& [meter, quantity] : usage.qty) {
        if (!text.empty()) text += ' ';
        text += meter;
        text += ' ';
        std::array<char, 20> digits;
        text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), quantity).ptr);
    }
    return text;
}
inline Usage usageFromText(std::string_view text) {
    Usage usage;
    while (!text.empty()) {
        const auto space = text.find(' ');
        if (space == std::string_view::npos) break;
        const auto meter = text.substr(0, space);
        text.remove_prefix(space + 1);
        std::int64_t quantity = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity);
        if (error != std::errc()) break;
        usage.qty.emplace(std::string(meter), quantity);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.empty()) text.remove_prefix(1);
    }
    return usage;
}

/// JSON text that only we write; null when unreadable.
inline nlohmann::json jsonColumn(std::string_view text) {
    auto value = nlohmann::json::parse(text, nullptr, false);
    return value.is_discarded() ? nlohmann::json() : value;
}

} // namespace tally::store
