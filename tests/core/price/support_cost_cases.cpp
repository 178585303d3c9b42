#include "tests/core/price/support_cost_cases.h"

#include "core/price/cost.h"
#include "core/price/price_book.h"
#include "core/price/usage_reader.h"

#include <map>
#include <optional>

namespace tally::test {
namespace {
using nlohmann::json;
using namespace tally::price;

/// Exact value of "0.00004", "9E-7", "0.00"; nothing when it has more than 12 decimals.
std::optional<PicoSum> decimal(std::string text) {
    std::int64_t shift = 0;
    if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
        shift = std::stoll(text.substr(e + 1));
        text.resize(e);
    }
    std::string digits;
    for (const char c : text)
        if (c == '.')
            digits += '.';
        else if (c >= '0' && c <= '9')
            digits += c;
        else
            return std::nullopt;
    auto dot = digits.find('.');
    if (dot == std::string::npos)
        dot = digits.size();
    else
        digits.erase(dot, 1);
    std::int64_t places = static_cast<std::int64_t>(digits.size() - dot) - shift;
    while (places > 12 && !digits.empty() && digits.back() == '0')
        digits.pop_back(), --places;
    if (places > 12) return std::nullopt;
    Int128 value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    for (; places < 12; ++places)
        value *= 10;
    return PicoSum::of(value);
}

std::string flavourOf(const std::string& provider, const std::string& api) {
    if (api == "responses") return "openai-responses";
    if (api == "embeddings") return "openai-embeddings";
    if (provider == "anthropic" && api == "default") return "anthropic";
    if (api == "anthropic") return "anthropic-cloud";
    if (provider == "google" && api == "default") return "gemini";
    if (provider == "aws" && api == "default") return "bedrock";
    if (provider == "openai") return "openai";
    if (api == "chat" || provider == "mistral" || provider == "groq") return "openai-compatible";
    return {};
}

std::string modelOf(const json& record) {
    for (const json* place : {&record, &record.at("body")})
        for (const char* key : {"model", "modelVersion"})
            if (const auto it = place->find(key); it != place->end() && it->is_string())
                return it->get<std::string>();
    return {};
}

struct Judge {
    const PriceBook& book;
    std::string day;
    json report = {{"cases", 0},
                   {"covered", 0},
                   {"exact", 0},
                   {"wrong", 0},
                   {"not_covered", json::object()},
                   {"full_refused", 0},
                   {"full_differs", 0},
                   {"wrong_cases", json::array()}};

    void count(const char* key) { report[key] = report[key].get<int>() + 1; }
    void uncovered(const std::string& why) {
        report["not_covered"][why] = report["not_covered"].value(why, 0) + 1;
    }

    Result<Cost> price(const std::string& provider, const std::string& flavour, const std::string& model,
                       const json& raw, Reading reading) const {
        TALLY_ASSIGN(const auto usage, readUsage(flavour, raw, reading));
        Context context;
        context.input_tokens = usage.inputTokens();
        TALLY_ASSIGN(const auto line, book.resolve(provider, model, day, context));
        return cost(usage, line);
    }

    void judge(const json& record, const json& extractor) {
        if (!extractor.contains("input_price") || !extractor.contains("output_price")) return;
        count("cases");
        const auto provider = extractor.at("provider_id").get<std::string>();
        const auto flavour = flavourOf(provider, extractor.at("api_flavor").get<std::string>());
        const auto& body = record.at("body");
        const json& raw = body.contains("usageMetadata") ? body.at("usageMetadata") : body.at("usage");
        if (flavour.empty()) return uncovered("no reader for the flavour");
        const auto model = modelOf(record);
        const auto got = price(provider, flavour, model, raw, Reading::declared);
        if (!got)
            return uncovered(got.error().code + ": " + provider +
                             (got.error().code == "price.unknown_provider" ? "" : " " + model));
        count("covered");
        const auto in = decimal(extractor.at("input_price"));
        const auto out = decimal(extractor.at("output_price"));
        const auto total =
            extractor.contains("total_price") ? decimal(extractor.at("total_price")) : PicoSum(got->total);
        if (in != got->input() || out != got->output() || total != PicoSum(got->total)) {
            count("wrong");
            if (report["wrong_cases"].size() < 20)
                report["wrong_cases"].push_back({{"case", extractor},
                                                 {"model", model},
                                                 {"usage", raw},
                                                 {"input", got->input().toString()},
                                                 {"output", got->output().toString()}});
            return;
        }
        count("exact");
        const auto full = price(provider, flavour, model, raw, Reading::full);
        if (!full)
            count("full_refused");
        else if (full->total != got->total)
            count("full_differs");
    }
};
} // namespace

Result<json> judgeCostCases(std::string_view usages_json, const std::string& day) {
    const json records = json::parse(usages_json, nullptr, false);
    if (!records.is_array()) return fail("eval.format", "The usage file is not a JSON list");
    TALLY_ASSIGN(const auto book, PriceBook::builtin());
    Judge judge{book, day};
    try {
        for (const auto& record : records)
            for (const auto& extracted : record.at("extracted"))
                for (const auto& extractor : extracted.at("extractors"))
                    judge.judge(record, extractor);
    } catch (const std::exception& e) {
        return fail("eval.format", std::string("A record of the usage file lacks a field: ") + e.what());
    }
    return judge.report;
}

} // namespace tally::test
