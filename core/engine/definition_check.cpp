#include "core/engine/definition_check.h"

#include "core/engine/schema_check.h"
#include "core/filter/expression.h"
#include "core/model/json_places.h"

#include <fmt/format.h>

namespace tally::engine {
namespace {
bool isCondition(std::string_view key) {
    return key == "when" || key == "until" || key == "progress" || key == "accept" || key == "expr";
}

class ConditionWalk {
public:
    ConditionWalk(const PlacedJson& json, const std::string& text)
        : json_(json)
        , text_(text) {}
    void visit(const nlohmann::json& value, const std::string& pointer) {
        if (value.is_array())
            for (std::size_t i = 0; i < value.size(); ++i)
                visit(value[i], fmt::format("{}/{}", pointer, i));
        if (!value.is_object()) return;
        for (const auto& [key, item] : value.items()) {
            const std::string at = pointer + "/" + pointerToken(key);
            if (isCondition(key) && item.is_string())
                judge(item.get_ref<const std::string&>(), at);
            else if (key == "regex" && item.is_string())
                judgeRegex(item.get_ref<const std::string&>(), at);
            // Schemas and arguments are data: a property called "when" in them is no condition.
            else if (key != "schema" && key != "output_schema" && key != "args" && key != "inputs" &&
                     key != "equals")
                visit(item, at);
        }
    }
    std::vector<Diagnostic> found;

private:
    void judge(const std::string& condition, const std::string& pointer) {
        if (condition.empty()) return;
        const auto parsed = filter::Expression::parse(condition);
        if (!parsed)
            add(pointer,
                fmt::format("the condition cannot be read: {} ({})", parsed.error().message,
                            parsed.error().where),
                parsed.error().hint);
    }
    void judgeRegex(const std::string& pattern, const std::string& pointer) {
        if (const Status usable = checkRegex(pattern); !usable)
            add(pointer, usable.error().message, usable.error().hint);
    }
    void add(const std::string& pointer, std::string message, std::string fix) {
        const TextPlace place = json_.place(text_, pointer);
        found.push_back({Diagnostic::Severity::error, pointer, place.line, place.column, std::move(message),
                         std::move(fix)});
    }
    const PlacedJson& json_;
    const std::string& text_;
};
} // namespace

std::vector<Diagnostic> checkExpressions(const std::string& text) {
    const auto placed = parsePlacedJson(text);
    if (!placed || !placed->value.contains("steps")) return {};
    ConditionWalk walk(*placed, text);
    walk.visit(placed->value["steps"], "/steps");
    return std::move(walk.found);
}

} // namespace tally::engine
