// eval_cost USAGES.json [DAY]: prices real usage reports and compares with their expected prices.
//
// A case is one (usage, provider, flavour) pair with an expected input_price and output_price. The file asks
// what the reader of a flavour sees, often of a foreign report on purpose, so reports are read as `declared`;
// `full_refused` says how many of the exact ones the strict reading, which the engine uses, refuses instead
// (foreign or incomplete reports). DAY (default 2026-07-29) is the day the expected prices were made for.
// Prints one JSON line; exits 1 if nothing could be measured. A case is never counted exact unless every
// printed digit agrees.
#include "core/base/file.h"
#include "tests/core/price/support_cost_cases.h"

#include <fmt/format.h>

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: eval_cost USAGES.json [DAY]\n");
        return 2;
    }
    const auto text = tally::DiskFileSystem().read(argv[1], std::uint64_t{1} << 30);
    if (!text) {
        fmt::print(stderr, "{}\n", text.error().text());
        return 2;
    }
    const auto result = tally::test::judgeCostCases(*text, argc > 2 ? argv[2] : "2026-07-29");
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().text());
        return 2;
    }
    fmt::print("{}\n", result->dump());
    return (*result)["cases"] > 0 ? 0 : 1;
}
