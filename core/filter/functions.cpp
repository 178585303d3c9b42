#include "core/filter/expression.h"
#include "core/filter/node.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace tally::filter {
namespace {
using nlohmann::json;
using Args = std::vector<json>;

std::int64_t codePoints(const std::string& text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

Result<json> length(const Args& a) {
    if (a[0].is_string()) return json(codePoints(a[0].get_ref<const std::string&>()));
    return json(static_cast<std::int64_t>(a[0].is_null() ? 0 : a[0].size()));
}

Result<json> changeCase(const Args& a, char first, char last, int shift) {
    if (!a[0].is_string())
        return fail("filter.type", fmt::format("a text is needed, not a {}", a[0].type_name()),
                    "string(x) converts");
    auto text = a[0].get<std::string>();
    for (char& c : text)
        if (c >= first && c <= last) c = static_cast<char>(c + shift);
    return json(std::move(text));
}

Result<json> extreme(const Args& a, bool greatest) {
    const Args& values = a.size() == 1 && a[0].is_array() ? a[0].get_ref<const json::array_t&>() : a;
    const json* best = nullptr;
    for (const auto& value : values) {
        if (!value.is_number())
            return fail("filter.type", fmt::format("a number is needed, not a {}", value.type_name()));
        if (best == nullptr || (greatest ? *best < value : value < *best)) best = &value;
    }
    return best == nullptr ? json() : *best;
}

Result<json> number(const Args& a) {
    if (a[0].is_number()) return a[0];
    if (a[0].is_boolean()) return json(a[0].get<bool>() ? 1 : 0);
    if (!a[0].is_string()) return json();
    const auto& text = a[0].get_ref<const std::string&>();
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    if (const auto r = std::from_chars(text.data(), end, integer); r.ec == std::errc() && r.ptr == end)
        return json(integer);
    double real = 0;
    if (const auto r = std::from_chars(text.data(), end, real);
        r.ec == std::errc() && r.ptr == end && std::isfinite(real))
        return json(real);
    return json(); // not a number: null, so that a condition can test it
}

Result<json> rounded(const Args& a) {
    if (a[0].is_number_integer()) return a[0];
    if (!a[0].is_number())
        return fail("filter.type", fmt::format("a number is needed, not a {}", a[0].type_name()));
    const double value = std::round(a[0].get<double>());
    if (std::abs(value) >= 9.2e18) return fail("filter.overflow", "the number does not fit 64 bits");
    return json(static_cast<std::int64_t>(value));
}

Result<json> absolute(const Args& a) {
    if (a[0].is_number_integer()) {
        const auto value = a[0].get<std::int64_t>();
        if (value == INT64_MIN) return fail("filter.overflow", "the number does not fit 64 bits");
        return json(value < 0 ? -value : value);
    }
    if (!a[0].is_number())
        return fail("filter.type", fmt::format("a number is needed, not a {}", a[0].type_name()));
    return json(std::abs(a[0].get<double>()));
}

Result<json> truths(const Args& a, std::string_view what) {
    if (!a[0].is_array())
        return fail("filter.type", fmt::format("an array is needed, not a {}", a[0].type_name()));
    std::int64_t n = 0;
    for (const auto& item : a[0])
        n += truthy(item) ? 1 : 0;
    if (what == "count") return json(n);
    return json(what == "any" ? n > 0 : n == static_cast<std::int64_t>(a[0].size()));
}
} // namespace

const Arity* functionArity(std::string_view name) {
    static const std::map<std::string_view, Arity> all = {
        {"len", {1, 1}}, {"lower", {1, 1}}, {"upper", {1, 1}},  {"min", {1, 64}},   {"max", {1, 64}},
        {"abs", {1, 1}}, {"round", {1, 1}}, {"exists", {1, 1}}, {"number", {1, 1}}, {"string", {1, 1}},
        {"any", {1, 1}}, {"all", {1, 1}},   {"count", {1, 1}}};
    const auto it = all.find(name);
    return it == all.end() ? nullptr : &it->second;
}

Result<json> callFunction(std::string_view name, const Args& args) {
    if (name == "len") return length(args);
    if (name == "lower") return changeCase(args, 'A', 'Z', 32);
    if (name == "upper") return changeCase(args, 'a', 'z', -32);
    if (name == "min") return extreme(args, false);
    if (name == "max") return extreme(args, true);
    if (name == "abs") return absolute(args);
    if (name == "round") return rounded(args);
    if (name == "exists") return json(!args[0].is_null());
    if (name == "number") return number(args);
    if (name == "string")
        return json(args[0].is_string() ? args[0].get<std::string>()
                                        : args[0].dump(-1, ' ', false, json::error_handler_t::replace));
    return truths(args, name);
}

} // namespace tally::filter
