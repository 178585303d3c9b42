#include "core/base/json_text.h"

#include <nlohmann/json.hpp>

namespace tally {

bool isJsonTooDeep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_json_depth) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

Result<nlohmann::json> parseJson(std::string_view text) {
    if (isJsonTooDeep(text))
        return fail("json.depth", "The JSON is nested deeper than 200 levels", "Flatten it.");
    auto parsed = nlohmann::json::parse(text, nullptr, false);
    if (parsed.is_discarded()) return fail("json.syntax", "The text is not JSON");
    return parsed;
}

} // namespace tally
