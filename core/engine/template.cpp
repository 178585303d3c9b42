#include "core/engine/template.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace tally::engine {

using nlohmann::json;

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool mayBeEmpty(std::string_view path) {
    for (const std::string_view head : {"memory", "previous", "repair"})
        if (path.starts_with(head) &&
            (path.size() == head.size() || path[head.size()] == '.' || path[head.size()] == '['))
            return true;
    return false;
}

Result<const json*> named(const Names& names, std::string_view path) {
    static const json nothing;
    if (const json* value = resolve(names, path)) return value;
    if (mayBeEmpty(path)) return &nothing;
    return fail("template.unknown_name", "The reference {{" + std::string(path) + "}} names nothing here",
                "Check the step id and the field; a step can only be named after it ran.", std::string(path));
}

} // namespace

const json* walk(const json& from, std::string_view path) {
    const json* at = &from;
    while (!path.empty()) {
        if (path.front() == '[') {
            const auto close = path.find(']');
            if (close == std::string_view::npos) return nullptr;
            std::string_view key = path.substr(1, close - 1);
            path.remove_prefix(close + 1);
            if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front()) {
                key = key.substr(1, key.size() - 2);
                if (!at->is_object()) return nullptr;
                const auto it = at->find(key);
                if (it == at->end()) return nullptr;
                at = &*it;
                continue;
            }
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
            if (error != std::errc() || end != key.data() + key.size()) return nullptr;
            if (!at->is_array() || index >= at->size()) return nullptr;
            at = &(*at)[index];
            continue;
        }
        if (path.front() == '.') path.remove_prefix(1);
        const auto end = std::min(path.find_first_of(".["), path.size());
        const std::string_view key = path.substr(0, end);
        path.remove_prefix(end);
        if (key.empty() || !at->is_object()) return nullptr;
        const auto it = at->find(key);
        if (it == at->end()) return nullptr;
        at = &*it;
    }
    return at;
}

const json* resolve(const Names& names, std::string_view path) {
    std::string_view rest;
    const json* head = names.find(path, rest);
    return head == nullptr ? nullptr : walk(*head, rest);
}

std::string asText(const json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>();
    if (value.is_null()) return {};
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::string> renderText(const Names& names, std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (true) {
        const auto open = text.find("{{");
        if (open == std::string_view::npos) return out.append(text);
        const auto close = text.find("}}", open);
        if (close == std::string_view::npos)
            return fail("template.syntax", "A reference opens with {{ and never closes",
                        "Write }} after the name.", std::string(text.substr(open, 40)));
        out.append(text.substr(0, open));
        TALLY_ASSIGN(const json* value, named(names, trim(text.substr(open + 2, close - open - 2))));
        if (value->is_string())
            out.append(value->get_ref<const std::string&>());
        else
            out.append(asText(*value));
        text.remove_prefix(close + 2);
    }
}

Result<json> renderValue(const Names& names, std::string_view text) {
    const std::string_view whole = trim(text);
    if (whole.starts_with("{{") && whole.ends_with("}}") && whole.find("}}") == whole.size() - 2) {
        TALLY_ASSIGN(const json* value, named(names, trim(whole.substr(2, whole.size() - 4))));
        return *value;
    }
    TALLY_ASSIGN(std::string out, renderText(names, text));
    return json(std::move(out));
}

Result<json> renderReference(const Names& names, const std::string& text) {
    return renderValue(names, text.find("{{") != std::string::npos ? text : "{{" + text + "}}");
}

Result<json> renderJson(const Names& names, const json& pattern) {
    if (pattern.is_string()) return renderValue(names, pattern.get_ref<const std::string&>());
    if (pattern.is_array()) {
        json out = json::array();
        for (const json& each : pattern) {
            TALLY_ASSIGN(json value, renderJson(names, each));
            out.push_back(std::move(value));
        }
        return out;
    }
    if (pattern.is_object()) {
        json out = json::object();
        for (const auto& [key, each] : pattern.items()) {
            TALLY_ASSIGN(json value, renderJson(names, each));
            out[key] = std::move(value);
        }
        return out;
    }
    return pattern;
}

json scopeFor(const Names& names, const filter::Expression& expression) {
    json scope = json::object();
    std::vector<std::string> paths = expression.paths();
    std::sort(paths.begin(),
              paths.end()); // a shorter path comes first, so that it never overwrites a longer one's place
    for (std::string& path : paths) {
        path.resize(std::min(path.find('['), path.size()));
        const json* value = resolve(names, path);
        if (value == nullptr) continue;
        json* at = &scope;
        std::string_view rest = path;
        while (at != nullptr && !rest.empty()) {
            const auto end = std::min(rest.find('.'), rest.size());
            at = at->is_object() ? &(*at)[std::string(rest.substr(0, end))] : nullptr;
            if (at != nullptr && at->is_null() && end < rest.size()) *at = json::object();
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (at != nullptr) *at = *value;
    }
    return scope;
}

} // namespace tally::engine
