// Reading JSON that somebody else wrote: never throws, whatever the value is. A field of another type reads
// as the fallback, as if it were absent.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace tally::api {

/// Null when `in` is no object or has no such field.
inline const nlohmann::json* fieldOf(const nlohmann::json& in, const char* key) {
    if (!in.is_object()) return nullptr;
    const auto it = in.find(key);
    return it == in.end() ? nullptr : &*it;
}
inline std::string textOf(const nlohmann::json& in, const char* key) {
    const auto* field = fieldOf(in, key);
    return field != nullptr && field->is_string() ? field->get<std::string>() : std::string();
}
inline std::int64_t numberOf(const nlohmann::json& in, const char* key) {
    const auto* field = fieldOf(in, key);
    return field != nullptr && field->is_number_integer() ? field->get<std::int64_t>() : 0;
}
inline bool flagOf(const nlohmann::json& in, const char* key, bool fallback = false) {
    const auto* field = fieldOf(in, key);
    return field != nullptr && field->is_boolean() ? field->get<bool>() : fallback;
}
/// An empty object when it is absent or none.
inline nlohmann::json objectOf(const nlohmann::json& in, const char* key) {
    const auto* field = fieldOf(in, key);
    return field != nullptr && field->is_object() ? *field : nlohmann::json::object();
}

} // namespace tally::api
