// The brains that come with the hub: echo, schema and script. The licence reader is a sample and lives with
// the samples.
#include "core/base/rng.h"
#include "core/provider/sim.h"
#include "core/provider/wire.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::provider {
namespace {
using nlohmann::json;

std::string_view lastUserText(const ModelCall& call) {
    for (auto message = call.messages.rbegin(); message != call.messages.rend(); ++message)
        if (message->role == "user") return message->text;
    return {};
}

class EchoBrain final : public SimBrain {
public:
    std::string answer(const ModelCall& call, const SimProfile&, std::uint64_t) const override {
        return std::string(lastUserText(call));
    }
    [[nodiscard]] bool quick() const override { return true; }
};

constexpr int deepest = 16;

std::int64_t bound(const json& schema, const char* key, std::int64_t otherwise) {
    const auto found = schema.find(key);
    if (found == schema.end() || !found->is_number()) return otherwise;
    const double value = found->get<double>();
    if (!(value > -1e15 && value < 1e15)) return otherwise;
    return static_cast<std::int64_t>(value);
}

json fill(const json& schema, SeededRng& rng, int depth);

json fillObject(const json& schema, SeededRng& rng, int depth) {
    json object = json::object();
    const auto properties = schema.find("properties");
    if (properties != schema.end() && properties->is_object())
        for (const auto& item : properties->items())
            object[item.key()] = fill(item.value(), rng, depth + 1);
    return object;
}

json fillArray(const json& schema, SeededRng& rng, int depth) {
    const std::int64_t least = std::clamp<std::int64_t>(bound(schema, "minItems", 0), 0, 1000);
    const std::int64_t most =
        std::clamp<std::int64_t>(bound(schema, "maxItems", std::max<std::int64_t>(least, 2)), least, 1000);
    const std::int64_t count =
        least + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(most - least) + 1));
    json array = json::array();
    const auto items = schema.find("items");
    for (std::int64_t i = 0; i < count; ++i)
        array.push_back(items == schema.end() ? json("x") : fill(*items, rng, depth + 1));
    return array;
}

json fillText(const json& schema, SeededRng& rng) {
    static constexpr std::string_view words[] = {"amber", "brook", "cedar", "delta",
                                                 "ember", "field", "grove", "haven"};
    std::string text(words[rng.below(std::size(words))]);
    const auto least =
        static_cast<std::size_t>(std::clamp<std::int64_t>(bound(schema, "minLength", 0), 0, 10'000));
    while (text.size() < least)
        text.append("-").append(words[rng.below(std::size(words))]);
    const auto most =
        static_cast<std::size_t>(std::clamp<std::int64_t>(bound(schema, "maxLength", 10'000), 0, 10'000));
    return text.substr(0, std::max(most, least));
}

json fillNumber(const json& schema, SeededRng& rng) {
    std::int64_t low = bound(schema, "minimum", bound(schema, "exclusiveMinimum", -1) + 1);
    const std::int64_t high =
        std::max(low, bound(schema, "maximum",
                            std::max<std::int64_t>(bound(schema, "exclusiveMaximum", low + 101) - 1, low)));
    return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low) + 1));
}

json fill(const json& schema, SeededRng& rng, int depth) {
    if (!schema.is_object() || depth > deepest) return nullptr;
    if (const auto fixed = schema.find("const"); fixed != schema.end()) return *fixed;
    if (const auto values = schema.find("enum");
        values != schema.end() && values->is_array() && !values->empty())
        return (*values)[rng.below(values->size())];
    for (const char* key : {"anyOf", "oneOf", "allOf"})
        if (const auto choices = schema.find(key);
            choices != schema.end() && choices->is_array() && !choices->empty())
            return fill(choices->front(), rng, depth + 1);
    std::string type;
    if (const auto named = schema.find("type"); named != schema.end()) {
        if (named->is_string()) type = named->get<std::string>();
        if (named->is_array() && !named->empty() && named->front().is_string())
            type = named->front().get<std::string>();
    }
    if (type == "object" || (type.empty() && schema.contains("properties")))
        return fillObject(schema, rng, depth);
    if (type == "array") return fillArray(schema, rng, depth);
    if (type == "integer" || type == "number") return fillNumber(schema, rng);
    if (type == "boolean") return rng.below(2) == 1;
    if (type == "null") return nullptr;
    return fillText(schema, rng);
}

class SchemaBrain final : public SimBrain {
public:
    std::string answer(const ModelCall& call, const SimProfile&, std::uint64_t seed) const override {
        SeededRng rng(seed);
        return dumpBody(fill(call.output_schema, rng, 0));
    }
    [[nodiscard]] bool quick() const override { return true; }
};

class ScriptBrain final : public SimBrain {
public:
    explicit ScriptBrain(std::vector<ScriptLine> lines)
        : lines_(std::move(lines)) {}
    std::string answer(const ModelCall& call, const SimProfile&, std::uint64_t) const override {
        const auto text = lastUserText(call);
        for (const auto& line : lines_)
            if (text.find(line.when) != std::string_view::npos) return line.say;
        return lines_.empty() ? std::string() : lines_.back().say;
    }
    [[nodiscard]] bool quick() const override { return true; }

private:
    std::vector<ScriptLine> lines_;
};
} // namespace

std::unique_ptr<SimBrain> makeEchoBrain() {
    return std::make_unique<EchoBrain>();
}
std::unique_ptr<SimBrain> makeSchemaBrain() {
    return std::make_unique<SchemaBrain>();
}
std::unique_ptr<SimBrain> makeScriptBrain(std::vector<ScriptLine> lines) {
    return std::make_unique<ScriptBrain>(std::move(lines));
}

} // namespace tally::provider
