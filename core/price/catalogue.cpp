#include "core/price/catalogue.h"

#include "core/base/json_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace tally::price {
namespace {
using nlohmann::json;

std::size_t lineOf(std::string_view text, std::size_t byte) {
    return 1 +
           static_cast<std::size_t>(std::count(
               text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size())), '\n'));
}

/// Reads one layer; every error carries the JSON pointer of its place.
class Parser {
public:
    Parser(const json& root, std::string source)
        : root_(root)
        , source_(std::move(source)) {}

    Result<Catalogue> parse() {
        if (!root_.is_object() || root_.value("format", json()) != "tally-prices/1")
            return error("price.format", "", "is not a price file of format tally-prices/1",
                         "Start from resources/prices/catalogue.json; importers exist for other formats");
        Catalogue out;
        TALLY_ASSIGN(const std::string name, text(root_, "", "name", true));
        TALLY_ASSIGN(const std::string version, text(root_, "", "version", true));
        out.label = name + " " + version;
        TALLY_ASSIGN(const std::string currency, text(root_, "", "currency", true));
        if (currency != "USD")
            return error("price.format", "/currency", "has the currency " + currency,
                         "Only USD price files can be mixed");
        TALLY_TRY(readPer());
        const auto providers = root_.find("providers");
        if (providers == root_.end() || !providers->is_array())
            return error("price.format", "/providers", "has no list of providers", "");
        for (std::size_t i = 0; i < providers->size(); ++i) {
            TALLY_ASSIGN(auto provider, readProvider((*providers)[i], fmt::format("/providers/{}", i)));
            if (out.provider(provider.id) != nullptr)
                return error("price.duplicate", fmt::format("/providers/{}", i),
                             "lists the provider " + provider.id + " twice", "Merge the two");
            out.providers.push_back(std::move(provider));
        }
        return out;
    }

private:
    tl::unexpected<Error> error(std::string code, const std::string& pointer, const std::string& what,
                                std::string hint) const {
        return fail(std::move(code), "The price file " + what, std::move(hint),
                    source_ + (pointer.empty() ? "" : " " + pointer));
    }
    Result<std::string> text(const json& in, const std::string& at, const char* key,
                             bool required = false) const {
        const auto it = in.find(key);
        if (it == in.end()) {
            if (required) return error("price.format", at, fmt::format("lacks \"{}\"", key), "");
            return std::string();
        }
        if (!it->is_string())
            return error("price.format", at + "/" + key, fmt::format("has a \"{}\" that is not text", key),
                         "Put it in quotes");
        return it->get<std::string>();
    }
    Result<std::string> day(const json& in, const std::string& at, const char* key) const {
        TALLY_ASSIGN(auto value, text(in, at, key));
        bool ok = value.empty() || (value.size() == 10 && value[4] == '-' && value[7] == '-');
        for (std::size_t i = 0; ok && i < value.size(); ++i)
            if (i != 4 && i != 7) ok = value[i] >= '0' && value[i] <= '9';
        if (!ok)
            return error("price.format", at + "/" + key, "has a day \"" + value + "\"",
                         "Write it as 2026-08-15");
        return value;
    }
    Result<std::vector<std::string>> texts(const json& in, const std::string& at, const char* key) const {
        std::vector<std::string> out;
        const auto it = in.find(key);
        if (it == in.end()) return out;
        if (!it->is_array())
            return error("price.format", at + "/" + key, fmt::format("has a \"{}\" that is not a list", key),
                         "");
        for (const auto& item : *it) {
            if (!item.is_string())
                return error("price.format", at + "/" + key,
                             fmt::format("has something else than text in \"{}\"", key), "");
            out.push_back(item.get<std::string>());
        }
        return out;
    }
    Status readPer() {
        const auto per = root_.find("per");
        if (per == root_.end() || !per->is_object() || !per->contains("*"))
            return error("price.format", "/per", "does not say how many units its prices are for",
                         "Add \"per\": {\"*\": 1000000, \"request\": 1000}");
        for (const auto& [key, value] : per->items()) {
            if (!value.is_number_integer() || value.get<std::int64_t>() <= 0 ||
                value.get<std::int64_t>() > 1'000'000'000'000)
                return error("price.format", "/per/" + key,
                             "has a unit count that is not a whole number from 1 to 10^12", "");
            per_[key] = value.get<std::int64_t>();
        }
        return {};
    }
    /// decimal currency units per `per` units -> pico per unit, rounded half to even if it must be.
    Result<Pico> rate(const std::string& decimal, const std::string& meter_name, const std::string& at,
                      std::string& rounded) const {
        const auto amount = Pico::parse(decimal);
        if (!amount)
            return error("price.rate", at, "has the amount \"" + decimal + "\": " + amount.error().message,
                         "Write a plain decimal such as \"0.15\"");
        if (amount->value() < 0)
            return error("price.rate", at, "has the negative amount \"" + decimal + "\"",
                         "Discounts are lower prices, not negative ones");
        const auto unit = per_.find(meter_name);
        const std::int64_t per = unit != per_.end() ? unit->second : per_.at("*");
        std::int64_t whole = amount->value() / per;
        const std::int64_t rest = amount->value() % per;
        if (rest != 0) {
            if (rest * 2 > per || (rest * 2 == per && whole % 2 != 0)) ++whole;
            rounded += fmt::format("{}{} rounded from {} per {}", rounded.empty() ? "" : ", ", meter_name,
                                   decimal, per);
        }
        return Pico::of(whole);
    }
    Result<CatalogueLine> readLine(const json& in, const std::string& at,
                                   const CatalogueProvider& provider) const {
        if (!in.is_object()) return error("price.format", at, "has a line that is not an object", "");
        CatalogueLine line;
        TALLY_ASSIGN(auto tier, text(in, at, "tier"));
        if (!tier.empty()) line.tier = tier;
        TALLY_ASSIGN(line.region, text(in, at, "region"));
        TALLY_ASSIGN(line.source, text(in, at, "source"));
        if (line.source.empty()) line.source = provider.source;
        TALLY_ASSIGN(line.from, day(in, at, "from"));
        TALLY_ASSIGN(line.to, day(in, at, "to"));
        if (!line.to.empty() && line.to <= line.from)
            return error("price.format", at + "/to", "has a line that ends before it begins", "");
        for (const char* key : {"above_input", "up_to_input"}) {
            const auto it = in.find(key);
            if (it == in.end()) continue;
            if (!it->is_number_integer() || it->get<std::int64_t>() < 0)
                return error("price.format", at + "/" + key, "has a threshold that is not a whole number",
                             "");
            if (std::string_view(key) == "above_input")
                line.above_input = it->get<std::int64_t>();
            else
                line.up_to_input = it->get<std::int64_t>();
        }
        const auto rates = in.find("rates");
        if (rates == in.end() || !rates->is_object())
            return error("price.format", at, "has a line without rates", "");
        const std::string rates_at = at + "/rates/";
        std::vector<std::pair<std::string, std::string>> same;
        for (const auto& [name, value] : rates->items()) {
            if (!meter::isValidName(name))
                return error("price.format", rates_at + name, "has a meter \"" + name + "\"",
                             "Meters are lower-case words such as in, cache_read, out");
            if (!value.is_string())
                return error("price.rate", rates_at + name, "has an amount that is not text",
                             "Put the amount in quotes, so that no digit is lost: \"0.15\"");
            const auto amount = value.get<std::string>();
            if (amount.starts_with('=')) {
                same.emplace_back(name, amount.substr(1));
                continue;
            }
            TALLY_ASSIGN(const Pico pico, rate(amount, name, rates_at + name, line.rounded));
            line.rates[name] = pico;
        }
        for (int round = 0; round < 2; ++round) // "=x" may point at another "=y"
            for (const auto& [name, target] : same)
                if (const auto it = line.rates.find(target); it != line.rates.end())
                    line.rates[name] = it->second;
        for (const auto& [name, target] : same)
            if (!line.has(name))
                return error("price.rate", rates_at + name,
                             "says that " + name + " costs the same as " + target + ", which has no amount",
                             "");
        return line;
    }
    Result<CatalogueProvider> readProvider(const json& in, const std::string& at) const {
        if (!in.is_object()) return error("price.format", at, "has a provider that is not an object", "");
        CatalogueProvider out;
        TALLY_ASSIGN(out.id, text(in, at, "id", true));
        TALLY_ASSIGN(out.source, text(in, at, "source"));
        TALLY_ASSIGN(out.resells, texts(in, at, "resells"));
        TALLY_ASSIGN(out.strip, texts(in, at, "strip"));
        const auto models = in.find("models");
        if (models == in.end() || !models->is_array())
            return error("price.format", at, "has a provider without a list of models", "");
        for (std::size_t i = 0; i < models->size(); ++i) {
            const std::string here = fmt::format("{}/models/{}", at, i);
            TALLY_ASSIGN(auto model, readModel((*models)[i], here, out));
            std::vector<std::string> names = model.also;
            names.push_back(model.name);
            for (const auto& name : names)
                if (!out.by_name.emplace(lowerAscii(name), i).second)
                    return error("price.duplicate", here, "lists the name " + name + " twice for " + out.id,
                                 "A name must mean one model");
            out.models.push_back(std::move(model));
        }
        return out;
    }
    Result<CatalogueModel> readModel(const json& in, const std::string& at,
                                     const CatalogueProvider& provider) const {
        if (!in.is_object()) return error("price.format", at, "has a model that is not an object", "");
        CatalogueModel model;
        TALLY_ASSIGN(model.name, text(in, at, "name", true));
        TALLY_ASSIGN(model.also, texts(in, at, "also"));
        model.dated = in.value("dated", json(false)) == true;
        const auto lines = in.find("lines");
        if (lines == in.end() || !lines->is_array() || lines->empty())
            return error("price.format", at, "has no line for " + model.name, "");
        std::set<std::string> seen;
        for (std::size_t i = 0; i < lines->size(); ++i) {
            const std::string here = fmt::format("{}/lines/{}", at, i);
            TALLY_ASSIGN(auto line, readLine((*lines)[i], here, provider));
            if (!seen.insert(fmt::format("{}|{}|{}|{}", line.tier, line.region, line.from, line.above_input))
                     .second)
                return error("price.duplicate", here,
                             "has two lines for the same tier, region, first day and threshold of " +
                                 model.name,
                             "Give one of them a \"to\" or remove it");
            model.lines.push_back(std::move(line));
        }
        return model;
    }

    const json& root_;
    std::string source_;
    std::map<std::string, std::int64_t> per_;
};
} // namespace

std::string lowerAscii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Result<Catalogue> Catalogue::parse(std::string_view text, const std::string& source) {
    if (isJsonTooDeep(text))
        return fail("price.syntax", "The price file is nested deeper than 200 levels",
                    "Start from resources/prices/catalogue.json", source);
    json root;
    try {
        root = json::parse(text.begin(), text.end());
    } catch (const json::parse_error& e) {
        return fail("price.syntax", "The price file is not valid JSON: " + std::string(e.what()),
                    "Correct the line that is named",
                    fmt::format("{} line {}", source, lineOf(text, e.byte)));
    } catch (const json::exception& e) { // a number beyond the range of a double
        return fail("price.syntax", "The price file cannot be read: " + std::string(e.what()),
                    "Write amounts as text, counts as whole numbers", source);
    }
    return Parser(root, source).parse();
}

const CatalogueProvider* Catalogue::provider(std::string_view id) const {
    for (const auto& p : providers)
        if (p.id == id) return &p;
    return nullptr;
}

} // namespace tally::price
