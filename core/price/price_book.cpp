#include "core/price/price_book.h"

#include "core/base/clock.h"
#include "core/price/catalogue.h"
#include "core/price/embedded.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::price {
namespace {
bool digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
/// "20250929", "2025-09-29", "latest", "v1", "v1:0", "20250929-v1:0".
bool isVersion(std::string_view s) {
    if (s == "latest") return true;
    const auto isDay8 = [](std::string_view d) {
        return d.size() == 8 && digits(d) && d.substr(0, 2) == "20";
    };
    const auto isV = [](std::string_view v) {
        if (!v.starts_with('v')) return false;
        const auto colon = v.find(':');
        return digits(v.substr(1, colon == std::string_view::npos ? colon : colon - 1)) &&
               (colon == std::string_view::npos || digits(v.substr(colon + 1)));
    };
    if (isDay8(s) || isV(s)) return true;
    if (s.size() == 10 && s.substr(0, 2) == "20" && s[4] == '-' && s[7] == '-' && digits(s.substr(0, 4)) &&
        digits(s.substr(5, 2)) && digits(s.substr(8)))
        return true;
    return s.size() > 9 && s[8] == '-' && isDay8(s.substr(0, 8)) && isV(s.substr(9));
}

/// The providers' words for tiers, in ours.
std::string tierName(std::string_view word) {
    auto tier = lowerAscii(word);
    if (tier.empty() || tier == "default" || tier == "auto" || tier == "standard_only" || tier == "on_demand")
        return "standard";
    return tier;
}

struct Match {
    const Catalogue* layer = nullptr;
    const CatalogueProvider* provider = nullptr;
    const CatalogueModel* model = nullptr;
    std::string how; ///< words for `why`; empty: the very name
};

std::optional<Match> findIn(const Catalogue& layer, const CatalogueProvider& provider,
                            std::string_view wanted) {
    std::string name = lowerAscii(wanted);
    for (const auto& prefix : provider.strip)
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
    const auto made = [&](std::size_t index, std::string how) {
        return Match{&layer, &provider, &provider.models[index], std::move(how)};
    };
    if (const auto it = provider.by_name.find(name); it != provider.by_name.end()) {
        const bool same = lowerAscii(provider.models[it->second].name) == lowerAscii(wanted);
        return made(it->second, same ? ""
                                     : fmt::format("{} is listed as another name of {}", wanted,
                                                   provider.models[it->second].name));
    }
    for (auto at = name.find_last_of("-@"); at != std::string::npos && at > 0;
         at = name.find_last_of("-@", at - 1)) {
        const auto it = provider.by_name.find(name.substr(0, at));
        if (it == provider.by_name.end()) continue;
        if (provider.models[it->second].dated && isVersion(std::string_view(name).substr(at + 1)))
            return made(it->second,
                        fmt::format("{} is a snapshot of {}", wanted, provider.models[it->second].name));
        break; // the longest listed prefix decides; a shorter one would be a guess
    }
    if (const auto it = provider.by_name.find("*"); it != provider.by_name.end())
        return made(it->second, fmt::format("every model of {} has this price", provider.id));
    return std::nullopt;
}

RateLine resolved(const Match& match, const CatalogueLine& line, std::string_view asked_provider) {
    RateLine out;
    out.provider = std::string(asked_provider);
    out.model = match.model->name == "*" ? "*" : match.model->name;
    out.tier = line.above_input < 0      ? line.tier
               : line.tier == "standard" ? "long-context"
                                         : line.tier + "-long-context";
    out.region = line.region;
    out.rates = line.rates;
    out.source = match.layer->label + (line.source.empty() ? "" : " (" + line.source + ")");
    out.effective_from = line.from;
    out.effective_to = line.to;
    std::string why = match.how.empty() ? fmt::format("{} at {}", out.model, match.provider->id) : match.how;
    if (match.provider->id != asked_provider)
        why += fmt::format("; {} has no line of its own and costs the list price of {}", asked_provider,
                           match.provider->id);
    why += fmt::format("; tier {}", line.tier);
    if (line.above_input >= 0)
        why += fmt::format(", more than {} input tokens: the whole call costs the long-context price",
                           line.above_input);
    if (!line.region.empty()) why += ", region " + line.region;
    if (!line.from.empty()) why += ", from " + line.from;
    if (!line.to.empty()) why += ", before " + line.to;
    if (!line.rounded.empty()) why += "; " + line.rounded;
    out.why = why + ".";
    return out;
}
} // namespace

struct PriceBook::Impl {
    std::vector<Catalogue> layers; ///< strongest first

    [[nodiscard]] std::vector<Match> matches(std::string_view provider, std::string_view model,
                                             bool& known_provider) const {
        std::vector<Match> found;
        std::vector<std::string> ids{std::string(provider)};
        for (std::size_t i = 0; i < ids.size() && i < 8; ++i)
            for (const auto& layer : layers) {
                const auto* p = layer.provider(ids[i]);
                if (p == nullptr) continue;
                known_provider = true;
                if (auto match = findIn(layer, *p, model)) found.push_back(std::move(*match));
                if (i == 0)
                    for (const auto& other : p->resells)
                        if (std::find(ids.begin(), ids.end(), other) == ids.end()) ids.push_back(other);
            }
        return found;
    }
    /// Lines of the strongest match that has any for this day, tier, region; `floor` and `ceiling`: input
    /// tokens.
    [[nodiscard]] Result<std::vector<RateLine>> lines(std::string_view provider, std::string_view model,
                                                      std::string_view day, const Context& context,
                                                      bool all_up_to) const {
        bool known = false;
        const auto found = matches(provider, model, known);
        if (!known)
            return fail(
                "price.unknown_provider", fmt::format("No price list knows the provider \"{}\"", provider),
                fmt::format("Add it to a contract file: {{\"id\": \"{}\", \"models\": [{{\"name\": \"{}\", "
                            "\"lines\": [{{\"rates\": {{\"in\": \"…\", \"out\": \"…\"}}}}]}}]}}",
                            provider, model));
        if (found.empty())
            return fail(
                "price.unknown_model",
                fmt::format("No price list names the model \"{}\" of {}", model, provider),
                fmt::format("Give it a price in a contract file: {{\"name\": \"{}\", \"lines\": "
                            "[{{\"rates\": {{\"in\": \"…\", \"out\": \"…\"}}}}]}} (dollars per million "
                            "tokens), or list it under \"also\" of a model that costs the same",
                            model));
        const std::string tier = tierName(context.tier);
        std::string tiers;
        for (const auto& match : found) {
            const bool regional = std::any_of(match.model->lines.begin(), match.model->lines.end(),
                                              [&](const auto& l) { return l.region == context.region; });
            const std::string region = regional ? context.region : "";
            std::map<std::int64_t, const CatalogueLine*> by_threshold;
            for (const auto& line : match.model->lines) {
                if (tiers.find(line.tier) == std::string::npos)
                    tiers += (tiers.empty() ? "" : ", ") + line.tier;
                if (line.tier != tier || line.region != region || !line.validOn(day)) continue;
                if (line.above_input >= context.input_tokens) continue;
                auto& place = by_threshold[line.above_input];
                if (place == nullptr || place->from < line.from) place = &line;
            }
            if (by_threshold.empty()) continue;
            const auto* top = by_threshold.rbegin()->second;
            if (top->up_to_input && context.input_tokens > *top->up_to_input) continue;
            std::vector<RateLine> out;
            if (all_up_to)
                for (const auto& [threshold, line] : by_threshold)
                    out.push_back(resolved(match, *line, provider));
            else
                out.push_back(resolved(match, *top, provider));
            return out;
        }
        return fail("price.no_line",
                    fmt::format("{} of {} has no price for tier {}{} with {} input tokens on {}", model,
                                provider, tier, context.region.empty() ? "" : " in region " + context.region,
                                context.input_tokens, day),
                    fmt::format("Priced tiers: {}. Add the missing line in a contract file", tiers));
    }
};

PriceBook::PriceBook()
    : impl_(std::make_unique<Impl>()) {}
PriceBook::~PriceBook() = default;
PriceBook::PriceBook(PriceBook&&) noexcept = default;
PriceBook& PriceBook::operator=(PriceBook&&) noexcept = default;

Result<PriceBook> PriceBook::builtin() {
    PriceBook book;
    TALLY_TRY(book.addLayer(embedded::catalogue(), "built-in price catalogue"));
    return book;
}

Status PriceBook::addLayer(std::string_view text, const std::string& source) {
    TALLY_ASSIGN(auto layer, Catalogue::parse(text, source));
    impl_->layers.insert(impl_->layers.begin(), std::move(layer));
    return {};
}

Result<RateLine> PriceBook::resolve(std::string_view provider, std::string_view model, std::string_view day,
                                    const Context& context) const {
    TALLY_ASSIGN(auto lines, impl_->lines(provider, model, day, context, false));
    return std::move(lines.front());
}

Result<std::vector<RateLine>> PriceBook::linesUpTo(std::string_view provider, std::string_view model,
                                                   std::string_view day, const Context& context) const {
    return impl_->lines(provider, model, day, context, true);
}

std::vector<PriceBook::Row> PriceBook::rows(std::string_view provider) const {
    std::vector<Row> out;
    for (const auto& layer : impl_->layers)
        for (const auto& p : layer.providers) {
            if (!provider.empty() && p.id != provider) continue;
            for (const auto& model : p.models) {
                std::string also;
                for (const auto& name : model.also)
                    also += (also.empty() ? "" : ", ") + name;
                for (const auto& line : model.lines)
                    out.push_back({layer.label, also, std::max<std::int64_t>(line.above_input, 0),
                                   resolved({&layer, &p, &model, {}}, line, p.id)});
            }
        }
    return out;
}

std::vector<std::string> PriceBook::layers() const {
    std::vector<std::string> out;
    for (const auto& layer : impl_->layers)
        out.push_back(layer.label);
    return out;
}

std::string isoDay(std::int64_t wall_us) {
    return isoUtc(wall_us).substr(0, 10);
}

} // namespace tally::price
