// Private to core/price: one parsed layer of the price book (catalogue or contract file).
#pragma once
#include "core/base/result.h"
#include "core/model/rate.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::price {

struct CatalogueLine {
    std::string tier = "standard";
    std::string region;
    std::string from;                        ///< ISO day, empty: always
    std::string to;                          ///< ISO day, exclusive, empty: open
    std::int64_t above_input = -1;           ///< applies to calls with more input tokens than this
    std::optional<std::int64_t> up_to_input; ///< and to at most this many
    std::map<std::string, Pico, std::less<>> rates;
    std::string source;
    std::string rounded; ///< what import rounded, with the source text; empty: nothing

    [[nodiscard]] bool has(std::string_view meter_name) const {
        return rates.find(meter_name) != rates.end();
    }
    [[nodiscard]] bool validOn(std::string_view day) const { return from <= day && (to.empty() || day < to); }
};

struct CatalogueModel {
    std::string name;
    std::vector<std::string> also;
    bool dated = false; ///< dated snapshots of these names cost the same
    std::vector<CatalogueLine> lines;
};

struct CatalogueProvider {
    std::string id;
    std::string source;
    std::vector<std::string> resells; ///< whose list price holds where this provider has no line of its own
    std::vector<std::string> strip;   ///< resource prefixes in front of model names: "models/"
    std::vector<CatalogueModel> models;
    std::unordered_map<std::string, std::size_t> by_name; ///< lower case
};

struct Catalogue {
    std::string label; ///< name and version
    std::vector<CatalogueProvider> providers;

    static Result<Catalogue> parse(std::string_view text, const std::string& source);
    [[nodiscard]] const CatalogueProvider* provider(std::string_view id) const;
};

std::string lowerAscii(std::string_view text);

} // namespace tally::price
