#include "core/provider/sim.h"

#include "core/base/hash.h"
#include "core/base/json_text.h"
#include "core/provider/recorded.h"

#include <fmt/format.h>

namespace tally::provider {
namespace {
using nlohmann::json;

auto wrong(std::string where, std::string message, std::string hint = {}) {
    return fail("sim.profile", std::move(message), std::move(hint), std::move(where));
}

Status readText(const json& in, const char* key, const std::string& at, std::string& out) {
    const auto found = in.find(key);
    if (found == in.end()) return {};
    if (!found->is_string())
        return wrong(at + "/" + key, fmt::format("{} is not text", key), "write it in quotes");
    out = found->get<std::string>();
    return {};
}

Status readCount(const json& in, const char* key, const std::string& at, std::int64_t& out) {
    const auto found = in.find(key);
    if (found == in.end()) return {};
    if (!found->is_number_integer() || found->get<std::int64_t>() < 0 ||
        found->get<std::int64_t>() > 1'000'000'000)
        return wrong(at + "/" + key, fmt::format("{} is not a whole number from 0 to a billion", key));
    out = found->get<std::int64_t>();
    return {};
}

Status readReal(const json& in, const char* key, const std::string& at, double most, double& out) {
    const auto found = in.find(key);
    if (found == in.end()) return {};
    if (!found->is_number() || found->get<double>() < 0 || found->get<double>() > most)
        return wrong(at + "/" + key, fmt::format("{} is not a number from 0 to {}", key, most));
    out = found->get<double>();
    return {};
}

Result<SimProfile> readProfile(const json& in, const std::string& at) {
    if (!in.is_object()) return wrong(at, "a profile is not an object");
    SimProfile profile;
    TALLY_TRY(readText(in, "name", at, profile.name));
    TALLY_TRY(readText(in, "stands_for", at, profile.stands_for));
    TALLY_TRY(readText(in, "price_provider", at, profile.price_provider));
    TALLY_TRY(readText(in, "price_model", at, profile.price_model));
    TALLY_TRY(readText(in, "brain", at, profile.brain));
    TALLY_TRY(readText(in, "usage_flavour", at, profile.usage_flavour));
    TALLY_TRY(readText(in, "source", at, profile.source));
    TALLY_TRY(readCount(in, "context_tokens", at, profile.context_tokens));
    TALLY_TRY(readCount(in, "max_output_tokens", at, profile.max_output_tokens));
    TALLY_TRY(readCount(in, "ttft_ms", at, profile.ttft_ms));
    TALLY_TRY(readReal(in, "ttft_sigma", at, 3, profile.ttft_sigma));
    TALLY_TRY(readReal(in, "tokens_per_s", at, 1e9, profile.tokens_per_s));
    TALLY_TRY(readReal(in, "input_tokens_per_s", at, 1e9, profile.input_tokens_per_s));
    TALLY_TRY(readReal(in, "error_rate", at, 1, profile.error_rate));
    TALLY_TRY(readReal(in, "ability", at, 1, profile.ability));
    TALLY_TRY(readReal(in, "verbosity", at, 100, profile.verbosity));
    if (const auto cache = in.find("prompt_cache"); cache != in.end()) {
        if (!cache->is_boolean())
            return wrong(at + "/prompt_cache", "prompt_cache is neither true nor false");
        profile.prompt_cache = cache->get<bool>();
    }
    if (profile.name.empty()) return wrong(at + "/name", "a profile has no name");
    if (profile.source.empty())
        return wrong(at + "/source", "a profile does not say where its figures come from");
    if (profile.usage_flavour != "openai" && profile.usage_flavour != "exclusive")
        return wrong(at + "/usage_flavour", "usage_flavour is neither openai nor exclusive");
    return profile;
}
} // namespace

Result<std::vector<SimProfile>> parseSimProfiles(std::string_view json_text) {
    const json root = parseJson(json_text).value_or(json());
    const auto list = root.is_object() ? root.find("profiles") : root.end();
    if (!root.is_object() || list == root.end() || !list->is_array())
        return wrong("", "the profile file is not JSON of the form {\"profiles\": […]}");
    std::vector<SimProfile> profiles;
    for (std::size_t i = 0; i < list->size(); ++i) {
        TALLY_ASSIGN(auto profile, readProfile((*list)[i], fmt::format("/profiles/{}", i)));
        profiles.push_back(std::move(profile));
    }
    return profiles;
}

TokenCounter roughTokenCounter() {
    const auto tokens = [](std::string_view text) {
        return static_cast<std::int64_t>((text.size() + 3) / 4);
    };
    TokenCounter counter;
    counter.output = [tokens](std::string_view, std::string_view text) { return tokens(text); };
    counter.input = [tokens](std::string_view, const ModelCall& call) {
        std::int64_t sum = 3;
        for (const auto& message : call.messages)
            sum += 4 + tokens(message.text);
        return sum;
    };
    return counter;
}

std::uint64_t simSeed(const SimProfile& profile, const ModelCall& call) {
    const Hash hash = sha256({"tally-sim-1\n", profile.name, "\n", callHash(call)});
    std::uint64_t seed = 0;
    for (int i = 0; i < 8; ++i)
        seed = seed << 8 | hash[static_cast<std::size_t>(i)];
    return seed;
}

} // namespace tally::provider
