// Foreign bytes as a changed line: read without recursion or doubles, and what CFP accepts is read the same.
#include "core/audit/tolerant_json.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tally;
using namespace tally::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const auto parsed = parseTolerant(line);
    if (parsed.outcome != TolerantParse::Outcome::object && !parsed.fields.empty()) {
        // Fields that were read before the text went wrong are not handed out.
        std::abort();
    }
    for (const auto& [key, value] : parsed.fields) {
        (void)show(value);
        (void)asCanonical(value);
        if (const auto* number = std::get_if<NumberText>(&value)) (void)exactInteger(number->text);
    }
    if (const auto entry = parseEntry(line)) {
        if (parsed.outcome != TolerantParse::Outcome::object) std::abort();
        std::size_t fields = 0;
        for (const auto& [key, value] : *entry) {
            const auto same = asCanonical(parsed.fields.at(fields).second);
            if (parsed.fields[fields++].first != key || !same || !(*same == value)) std::abort();
        }
        if (fields != parsed.fields.size()) std::abort();
    }
    return 0;
}
