// The price book: dated rate lines with their sources, and the one way from (provider, model, day, tier,
// size) to a resolved RateLine. Built from the catalogue that is part of the program and from contract files
// laid on top of it.
//
// Owner: the engine holds one book, immutable once built, shared by any number of threads. Failure: Result;
// an unknown model, tier or day is an error that says how to price it, never a guess. Names match exactly
// (letter case apart), by an alias that the catalogue lists, or as a dated snapshot ("-2025-08-07",
// "-20250929", "-v1:0", "-latest") of a model that the catalogue marks as `dated`; `why` of the line says
// which.
//
// File format "tally-prices/1": resources/prices/catalogue.json is the example, resources/prices/README.md
// the text. Units: amounts are decimal text per `per` units; a rate that is not a whole number of pico per
// unit is rounded half to even once, here, and `why` keeps its source text.
#pragma once
#include "core/base/result.h"
#include "core/model/rate.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::price {

/// What else than the model decides the price of one call.
struct Context {
    std::string tier =
        "standard"; ///< standard, batch, flex, priority; also the providers' words (default, auto, on_demand)
    std::string region; ///< empty: the line without a region
    std::int64_t input_tokens =
        0; ///< all input tokens of the call, cached ones included: long-context prices
};

class PriceBook {
public:
    PriceBook();
    ~PriceBook();
    PriceBook(PriceBook&&) noexcept;
    PriceBook& operator=(PriceBook&&) noexcept;

    /// The catalogue inside the program.
    static Result<PriceBook> builtin();
    /// Puts a catalogue or contract file in front of all others: where it has a line, that line wins.
    /// Errors: price.syntax, price.format, price.rate, price.duplicate; `where` is source plus line or JSON
    /// pointer.
    Status addLayer(std::string_view text, const std::string& source);

    /// The line for one call on one day ("2026-08-15", UTC). Errors: price.unknown_provider, .unknown_model,
    /// .no_line.
    [[nodiscard]] Result<RateLine> resolve(std::string_view provider, std::string_view model,
                                           std::string_view day, const Context& context = {}) const;
    /// Every line that a call of at most `context.input_tokens` input tokens can fall into: the base for
    /// worstCase().
    [[nodiscard]] Result<std::vector<RateLine>> linesUpTo(std::string_view provider, std::string_view model,
                                                          std::string_view day, const Context& context) const;

    struct Row {           ///< one line of the book, for listing
        std::string layer; ///< catalogue name and version
        std::string also;  ///< other names, comma separated
        std::int64_t above_input = 0;
        RateLine line;
    };
    /// All lines, dated ones included, in file order; `provider` empty: all.
    [[nodiscard]] std::vector<Row> rows(std::string_view provider = {}) const;
    /// Names and versions of the layers, strongest first.
    [[nodiscard]] std::vector<std::string> layers() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// "2026-08-15" (UTC) of a wall-clock time in microseconds.
std::string isoDay(std::int64_t wall_us);

} // namespace tally::price
