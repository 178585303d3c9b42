// Where each value of a JSON text stands, so that an error about a value can name its line and column.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct TextPlace {
    int line = 0;   ///< 1-based; 0: unknown
    int column = 0; ///< 1-based, in characters
};
TextPlace placeAt(std::string_view text, std::size_t offset);

struct PlacedJson {
    nlohmann::json value;
    std::map<std::string, std::size_t> offsets; ///< JSON pointer -> byte offset of its value
    std::vector<std::string>
        duplicate_keys; ///< pointers of keys that occur twice: the first value would be lost silently
    /// Place of the value at `pointer`, or of its nearest parent that exists.
    [[nodiscard]] TextPlace place(std::string_view text, std::string pointer) const;
};

/// Strict RFC 8259; nesting up to 100. Error json.syntax with `where` = "line L, column C".
Result<PlacedJson> parsePlacedJson(std::string_view text);

/// RFC 6901 escaping of one token: ~ -> ~0, / -> ~1.
std::string pointerToken(std::string_view key);

} // namespace tally
