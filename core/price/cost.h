// Exact cost arithmetic: quantity x rate, integers only. Pure functions, any thread.
#pragma once
#include "core/base/result.h"
#include "core/model/rate.h"
#include "core/model/run.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tally::price {

struct Cost {
    Pico total;
    std::vector<LineItem> items; ///< one per meter of the usage, in meter order; their amounts sum to total
    [[nodiscard]] PicoSum input() const;  ///< sum over the input-token meters
    [[nodiscard]] PicoSum output() const; ///< sum over the output-token meters
};

/// Log specification, section 5.2. Errors: price.unpriced (names the meter), usage.negative, money.range.
Result<Cost> cost(const Usage& usage, const RateLine& line);

enum class CallShape {
    text, ///< sends and receives only text and asks for no one-hour cache: media and cache_write_1h rates do
          ///< not apply
    any
};

/// Upper bound of one call for reservations: input x dearest applicable input rate + max output x dearest
/// output rate + request fee, over all lines the call can fall into. Search and tool fees are not in it (no
/// bound exists). Errors: price.no_cap (max_output <= 0 although output costs something), price.unpriced (no
/// input rate), money.range.
Result<Pico> worstCase(std::int64_t input_tokens_upper, std::int64_t max_output,
                       std::span<const RateLine> lines, CallShape shape = CallShape::any);

} // namespace tally::price
