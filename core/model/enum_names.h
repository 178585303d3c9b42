// Both directions between an enum and the words that files, scripts and people use for it.
#pragma once
#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tally {

template <class E, std::size_t n>
struct EnumNames {
    std::pair<E, std::string_view> words[n];

    [[nodiscard]] constexpr std::string_view name(E value) const {
        for (const auto& [v, word] : words)
            if (v == value) return word;
        return "?";
    }
    [[nodiscard]] constexpr std::optional<E> find(std::string_view text) const {
        for (const auto& [v, word] : words)
            if (word == text) return v;
        return std::nullopt;
    }
    /// Error with all the words that would have been right.
    [[nodiscard]] Result<E> parse(std::string_view text, const char* code, const char* what) const {
        if (const auto value = find(text)) return *value;
        std::string known;
        for (const auto& entry : words)
            known += (known.empty() ? "" : ", ") + std::string(entry.second);
        return fail(code, "unknown " + std::string(what) + " '" + std::string(text.substr(0, 60)) + "'",
                    "known are " + known);
    }
};

} // namespace tally
