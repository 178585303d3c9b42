// Foreign bytes as an expression of the filter language; what follows the first NUL is the scope, as JSON.
// The result of well-formed text is well-formed, and the same twice.
#include "core/base/encoding.h"
#include "core/base/json_text.h"
#include "core/filter/expression.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using filter::Expression;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view text = all.substr(0, all.find('\0'));
    const auto scope = parseJson(all.substr(std::min(text.size() + 1, all.size())))
                           .value_or(nlohmann::json{{"a", 1}, {"b", {1, 2}}});
    (void)filter::lookup(scope, text);
    const auto expression = Expression::parse(text);
    if (!expression) {
        if (expression.error().where.empty()) std::abort();
        return 0;
    }
    const auto value = expression->evaluate(scope);
    if (value && isUtf8(text)) {
        const std::string shown = value->dump(); // throws on ill-formed text
        if (shown != expression->evaluate(scope)->dump()) std::abort();
        if (*expression->test(scope) != filter::truthy(*value)) std::abort();
    }
    for (const auto& path : expression->paths())
        (void)filter::lookup(scope, path);
    return 0;
}
