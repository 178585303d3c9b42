// Foreign bytes as what a check step reads: a JSON Schema, or a regular expression when it is no JSON; what
// follows the first NUL is the value. A model's answer must not be able to end the program or to keep it
// busy.
#include "core/base/json_text.h"
#include "core/engine/schema_check.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tally;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view rule = all.substr(0, all.find('\0'));
    const std::string value(all.substr(std::min(rule.size() + 1, all.size())));
    if (const auto schema = parseJson(rule)) {
        const auto json = parseJson(value).value_or(nlohmann::json(nullptr));
        if (engine::schemaViolation(*schema, json) != engine::schemaViolation(*schema, json)) std::abort();
    }
    const bool usable = engine::checkRegex(std::string(rule)).has_value();
    if (engine::regexFinds(std::string(rule), value).has_value() != usable) std::abort();
    return 0;
}
