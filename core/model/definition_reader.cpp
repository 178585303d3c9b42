#include "core/model/definition_reader.h"

#include <fmt/format.h>

namespace tally {
namespace {
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}
} // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    const std::string_view shortened = word.substr(0, 60);
    const auto considered = static_cast<std::ptrdiff_t>(std::min<std::size_t>(known.size(), 100));
    const std::string* best = nullptr;
    std::size_t least = shortened.size() / 2 + 1;
    for (auto candidate = known.begin(); candidate != known.begin() + considered; ++candidate)
        if (const std::size_t d = distance(shortened, std::string_view(*candidate).substr(0, 120)); d < least)
            least = d, best = &*candidate;
    if (best != nullptr) return fmt::format("did you mean '{}'?", *best);
    if (known.empty()) return "there is none to choose from";
    std::string list =
        fmt::format("known are {}",
                    fmt::join(known.begin(), known.begin() + std::min<std::ptrdiff_t>(considered, 30), ", "));
    if (known.size() > 30) list += fmt::format(" and {} more", known.size() - 30);
    return list;
}

void DefinitionReader::add(Diagnostic::Severity severity, const std::string& pointer, std::string message,
                           std::string fix) {
    if (severity == Diagnostic::Severity::error) failed_ = true;
    if (found_.size() >= max_listed) {
        ++unlisted_;
        return;
    }
    const TextPlace place = json_.place(text_, pointer);
    found_.push_back({severity, pointer, place.line, place.column, std::move(message), std::move(fix)});
}

std::vector<Diagnostic> DefinitionReader::take() {
    std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    if (unlisted_ > 0) {
        Diagnostic more;
        more.severity = failed_ ? Diagnostic::Severity::error : Diagnostic::Severity::warning;
        more.message = fmt::format("{} more problems are not listed", unlisted_);
        more.fix = "correct those above first";
        found_.push_back(std::move(more));
    }
    return std::move(found_);
}

bool DefinitionReader::takeStep(const std::string& pointer) {
    if (++steps_ <= max_steps) return true;
    if (steps_ == max_steps + 1)
        error(pointer, fmt::format("there are more than {} steps", max_steps),
              "move some into a workflow of their own and use a 'call' step");
    return false;
}

Fields::Fields(DefinitionReader& reader, const nlohmann::json& object, std::string pointer)
    : reader_(reader)
    , object_(object)
    , pointer_(std::move(pointer)) {}

const nlohmann::json* Fields::find(const char* key) {
    known_.insert(key);
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
}

void Fields::wrongType(const char* key, const char* wanted, const nlohmann::json& value) {
    reader_.error(at(key), fmt::format("'{}' must be {}, not {}", key, wanted, value.type_name()),
                  fmt::format("write {}", wanted));
}

std::string Fields::text(const char* key, bool required) {
    const auto* value = find(key);
    if (value == nullptr) {
        if (required)
            reader_.error(pointer_, fmt::format("'{}' is missing", key),
                          fmt::format("add \"{}\": \"…\"", key));
        return {};
    }
    if (!value->is_string()) return wrongType(key, "a text", *value), std::string();
    if (required && value->get_ref<const std::string&>().empty())
        reader_.error(at(key), fmt::format("'{}' is empty", key), "write a text");
    return value->get<std::string>();
}

std::int64_t Fields::integer(const char* key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto* value = find(key);
    if (value == nullptr) return fallback;
    const bool fits = value->is_number_integer() &&
                      (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX);
    if (!fits) return wrongType(key, "an integer", *value), fallback;
    const auto number = value->get<std::int64_t>();
    if (number < least || number > most) {
        reader_.error(at(key), fmt::format("'{}' is {}, outside {} to {}", key, number, least, most),
                      fmt::format("write a number from {} to {}", least, most));
        return fallback;
    }
    return number;
}

std::optional<double> Fields::real(const char* key) {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) return wrongType(key, "a number", *value), std::nullopt;
    return value->get<double>();
}

std::optional<std::int64_t> Fields::optionalInteger(const char* key) {
    if (!has(key)) return find(key), std::nullopt;
    return integer(key, 0, INT64_MIN, INT64_MAX);
}

std::string Fields::word(const char* key, std::initializer_list<const char*> known, const char* fallback) {
    const std::string value = text(key);
    if (value.empty()) return fallback;
    for (const char* candidate : known)
        if (value == candidate) return value;
    reader_.error(at(key), fmt::format("unknown {} '{}'", key, value),
                  reader_.suggest(value, {known.begin(), known.end()}));
    return fallback;
}

std::vector<std::string> Fields::texts(const char* key) {
    std::vector<std::string> out;
    const auto* value = array(key);
    if (value == nullptr) return out;
    for (std::size_t i = 0; i < value->size(); ++i) {
        if ((*value)[i].is_string())
            out.push_back((*value)[i].get<std::string>());
        else
            reader_.error(fmt::format("{}/{}", at(key), i),
                          fmt::format("every item of '{}' must be a text", key), "put it in double quotes");
    }
    return out;
}

std::map<std::string, std::string> Fields::textMap(const char* key) {
    std::map<std::string, std::string> out;
    const auto* value = object(key);
    if (value == nullptr) return out;
    for (const auto& [name, item] : value->items()) {
        if (item.is_string())
            out[name] = item.get<std::string>();
        else
            reader_.error(at(key) + "/" + pointerToken(name), fmt::format("'{}' must be a text", name),
                          "put it in double quotes");
    }
    return out;
}

const nlohmann::json* Fields::array(const char* key, bool required) {
    const auto* value = find(key);
    if (value == nullptr) {
        if (required)
            reader_.error(pointer_, fmt::format("'{}' is missing", key),
                          fmt::format("add \"{}\": [ … ]", key));
        return nullptr;
    }
    if (!value->is_array()) return wrongType(key, "an array", *value), nullptr;
    return value;
}

const nlohmann::json* Fields::object(const char* key) {
    const auto* value = find(key);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) return wrongType(key, "an object", *value), nullptr;
    return value;
}

nlohmann::json Fields::any(const char* key) {
    const auto* value = find(key);
    return value == nullptr ? nlohmann::json() : *value;
}

void Fields::unknown() {
    for (const auto& [key, value] : object_.items())
        if (known_.count(key) == 0)
            reader_.error(at(key), fmt::format("unknown field '{}'", key),
                          reader_.suggest(key, {known_.begin(), known_.end()}));
}

} // namespace tally
