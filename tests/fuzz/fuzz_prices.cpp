// Foreign bytes as a price file (catalogue or contract) and as a provider's usage report. What is accepted
// has no negative rate and no negative count, and listing and resolving it never fails otherwise than by an
// Error.
#include "core/base/json_text.h"
#include "core/price/price_book.h"
#include "core/price/usage_reader.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using namespace tally::price;

namespace {
void asPriceFile(std::string_view text) {
    PriceBook book;
    const Status added = book.addLayer(text, "file");
    if (!added) {
        if (added.error().code.empty() || added.error().message.empty()) std::abort();
        return;
    }
    std::size_t seen = 0;
    for (const auto& row : book.rows()) {
        for (const auto& [meter, rate] : row.line.rates)
            if (rate.value() < 0) std::abort();
        if (++seen > 32) break;
        (void)book.resolve(row.line.provider, row.line.model, "2026-08-15",
                           {row.line.tier, row.line.region, row.above_input + 1});
        (void)book.linesUpTo(row.line.provider, row.line.model, "2026-08-15", {"standard", "", INT64_MAX});
    }
}

void asUsage(std::string_view text) {
    const auto report = parseJson(text);
    if (!report) return;
    for (const auto flavour : usageFlavours())
        for (const auto reading : {Reading::full, Reading::declared})
            if (const auto usage = readUsage(flavour, *report, reading))
                for (const auto& [meter, count] : usage->qty)
                    if (count < 0) std::abort();
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    asPriceFile(text);
    asUsage(text);
    return 0;
}
