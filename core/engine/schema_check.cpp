#include "core/engine/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <re2/re2.h>
#include <set>
#include <string_view>

namespace tally::engine {

using nlohmann::json;

namespace {

std::string shown(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() <= 120) return text;
    std::size_t cut = 117;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U)
        --cut;
    return text.substr(0, cut) + "…";
}

bool isType(const std::string& type, const json& value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    if (type == "number") return value.is_number();
    if (type == "integer")
        return value.is_number_integer() ||
               (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()));
    return true;
}

std::int64_t codePoints(const std::string& text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::int64_t limitOf(const json& schema, const char* key, std::int64_t fallback) {
    const auto it = schema.find(key);
    return it != schema.end() && it->is_number_integer() ? it->get<std::int64_t>() : fallback;
}

class Checker {
public:
    std::string check(const json& schema, const json& value, const std::string& at, int depth = 0) {
        if (depth > 100) return at + ": the schema is nested too deep";
        if (schema.is_boolean()) return schema.get<bool>() ? "" : at + ": is not allowed";
        if (!schema.is_object()) return {};
        using Rule = std::string (Checker::*)(const json&, const json&, const std::string&);
        for (const Rule rule :
             {Rule(&Checker::type), Rule(&Checker::choice), Rule(&Checker::number), Rule(&Checker::text)})
            if (auto wrong = (this->*rule)(schema, value, at); !wrong.empty()) return wrong;
        if (value.is_object())
            if (auto wrong = object(schema, value, at, depth); !wrong.empty()) return wrong;
        if (value.is_array())
            if (auto wrong = array(schema, value, at, depth); !wrong.empty()) return wrong;
        return combined(schema, value, at, depth);
    }

private:
    std::string type(const json& schema, const json& value, const std::string& at) {
        const auto it = schema.find("type");
        if (it == schema.end()) return {};
        if (it->is_string() && isType(it->get_ref<const std::string&>(), value)) return {};
        if (it->is_array())
            for (const json& each : *it)
                if (each.is_string() && isType(each.get_ref<const std::string&>(), value)) return {};
        return fmt::format("{}: must be of type {}, this is {}", at, shown(*it), shown(value));
    }
    std::string choice(const json& schema, const json& value, const std::string& at) {
        if (const auto it = schema.find("const"); it != schema.end() && *it != value)
            return fmt::format("{}: must be {}, this is {}", at, shown(*it), shown(value));
        if (const auto it = schema.find("enum"); it != schema.end() && it->is_array())
            if (std::find(it->begin(), it->end(), value) == it->end())
                return fmt::format("{}: must be one of {}, this is {}", at, shown(*it), shown(value));
        return {};
    }
    std::string number(const json& schema, const json& value, const std::string& at) {
        if (!value.is_number()) return {};
        const auto bound = [&](const char* key, auto holds, const char* words) -> std::string {
            const auto it = schema.find(key);
            if (it == schema.end() || !it->is_number() || holds(value, *it)) return {};
            return fmt::format("{}: must be {} {}, this is {}", at, words, it->dump(), value.dump());
        };
        if (auto w = bound(
                "minimum", [](const json& a, const json& b) { return a >= b; }, "at least");
            !w.empty())
            return w;
        if (auto w = bound(
                "maximum", [](const json& a, const json& b) { return a <= b; }, "at most");
            !w.empty())
            return w;
        if (auto w = bound(
                "exclusiveMinimum", [](const json& a, const json& b) { return a > b; }, "above");
            !w.empty())
            return w;
        return bound(
            "exclusiveMaximum", [](const json& a, const json& b) { return a < b; }, "below");
    }
    std::string text(const json& schema, const json& value, const std::string& at) {
        if (!value.is_string()) return {};
        const auto& string = value.get_ref<const std::string&>();
        const std::int64_t length = codePoints(string);
        if (length < limitOf(schema, "minLength", 0))
            return fmt::format("{}: is shorter than {}", at, schema["minLength"].dump());
        if (length > limitOf(schema, "maxLength", INT64_MAX))
            return fmt::format("{}: is longer than {}", at, schema["maxLength"].dump());
        if (const auto it = schema.find("pattern"); it != schema.end() && it->is_string()) {
            const auto found = regexFinds(it->get_ref<const std::string&>(), string);
            if (!found) return at + ": " + found.error().message;
            if (!*found) return fmt::format("{}: must match {}, this is {}", at, shown(*it), shown(value));
        }
        return {};
    }
    std::string object(const json& schema, const json& value, const std::string& at, int depth) {
        if (const auto it = schema.find("required"); it != schema.end() && it->is_array())
            for (const json& name : *it)
                if (name.is_string() && !value.contains(name.get_ref<const std::string&>()))
                    return fmt::format("{}: the field {} is missing", at, shown(name));
        const auto properties = schema.find("properties");
        const auto additional = schema.find("additionalProperties");
        for (const auto& [name, each] : value.items()) {
            if (properties != schema.end() && properties->is_object() && properties->contains(name)) {
                if (auto wrong = check((*properties)[name], each, at + "/" + name, depth + 1); !wrong.empty())
                    return wrong;
            } else if (additional != schema.end()) {
                if (additional->is_boolean() && !additional->get<bool>())
                    return fmt::format("{}: the field {} is not allowed", at, shown(json(name)));
                if (auto wrong = check(*additional, each, at + "/" + name, depth + 1); !wrong.empty())
                    return wrong;
            }
        }
        return {};
    }
    std::string array(const json& schema, const json& value, const std::string& at, int depth) {
        const auto size = static_cast<std::int64_t>(value.size());
        if (size < limitOf(schema, "minItems", 0))
            return fmt::format("{}: has {} items, at least {} are needed", at, size,
                               schema["minItems"].dump());
        if (size > limitOf(schema, "maxItems", INT64_MAX))
            return fmt::format("{}: has {} items, at most {} are allowed", at, size,
                               schema["maxItems"].dump());
        if (const auto it = schema.find("uniqueItems"); it != schema.end() && *it == true) {
            std::set<json> seen;
            for (const json& each : value)
                if (!seen.insert(each).second) return fmt::format("{}: {} stands twice", at, shown(each));
        }
        const auto items = schema.find("items");
        if (items == schema.end()) return {};
        for (std::size_t i = 0; i < value.size(); ++i)
            if (auto wrong = check(*items, value[i], at + "/" + std::to_string(i), depth + 1); !wrong.empty())
                return wrong;
        return {};
    }
    std::string combined(const json& schema, const json& value, const std::string& at, int depth) {
        if (const auto it = schema.find("allOf"); it != schema.end() && it->is_array())
            for (const json& each : *it)
                if (auto wrong = check(each, value, at, depth + 1); !wrong.empty()) return wrong;
        for (const char* key : {"anyOf", "oneOf"}) {
            const auto it = schema.find(key);
            if (it == schema.end() || !it->is_array() || it->empty()) continue;
            std::string first;
            int fits = 0;
            for (const json& each : *it) {
                const std::string wrong = check(each, value, at, depth + 1);
                fits += wrong.empty() ? 1 : 0;
                if (first.empty()) first = wrong;
            }
            if (fits == 0) return first;
            if (fits > 1 && key[0] == 'o') return at + ": fits more than one of the allowed forms";
        }
        if (const auto it = schema.find("not");
            it != schema.end() && check(*it, value, at, depth + 1).empty())
            return at + ": has a form that is excluded";
        return {};
    }
};

} // namespace

std::string schemaViolation(const json& schema, const json& value) {
    std::string wrong = Checker().check(schema, value, "");
    if (wrong.starts_with(": ")) wrong = "the answer" + wrong.substr(1);
    return wrong;
}

namespace {
/// RE2 writes a code point as \x{00e9} where JSON Schema has \u00e9.
std::string translated(const std::string& pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '\\' || i + 1 == pattern.size()) {
            out += pattern[i];
            continue;
        }
        const std::string_view digits = std::string_view(pattern).substr(i + 2, 4);
        if (pattern[i + 1] == 'u' && digits.size() == 4 &&
            digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
            out.append("\\x{").append(digits).append("}");
            i += 5;
        } else {
            out.append(pattern, i, 2);
            ++i;
        }
    }
    return out;
}

re2::RE2::Options quietly() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    return options;
}

tl::unexpected<Error> unusable(const std::string& pattern, const re2::RE2& regex) {
    return fail("check.regex",
                "The regular expression " + shown(pattern) + " cannot be used: " + regex.error(),
                "Look-around and references back do not exist here; a backslash is written twice in JSON.");
}
} // namespace

Status checkRegex(const std::string& pattern) {
    const re2::RE2 regex(translated(pattern), quietly());
    if (!regex.ok()) return unusable(pattern, regex);
    return {};
}

Result<bool> regexFinds(const std::string& pattern, const std::string& text) {
    const re2::RE2 regex(translated(pattern), quietly());
    if (!regex.ok()) return unusable(pattern, regex);
    return re2::RE2::PartialMatch(text, regex);
}

} // namespace tally::engine
