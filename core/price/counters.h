// Private to core/price: reads counts out of a provider's usage object, once each, and knows afterwards which
// counters nobody asked for. The first error sticks; the caller checks it once at the end.
#pragma once
#include "core/base/result.h"
#include "core/price/usage_reader.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tally::price {

class Counters {
public:
    explicit Counters(const nlohmann::json& root)
        : root_(root) {}

    /// The count at a pointer ("/a/b"); absent or null: 0, or an error if required.
    std::int64_t take(const std::string& pointer, bool required = false);
    /// The same, and says whether it was there.
    std::optional<std::int64_t> find(const std::string& pointer);
    /// A counter that is only a view on another one (a total, a share by modality).
    void ignore(std::string pointer) { seen_.insert(std::move(pointer)); }
    /// part <= whole, else usage.contradiction.
    void inside(std::string_view part_name, std::int64_t part, std::string_view whole_name,
                std::int64_t whole);
    void fail(std::string code, std::string message, std::string where = {});
    /// Every number above 0 whose name says that it counts tokens or requests and that nobody took is an
    /// error.
    void refuseUnknown();
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    /// The usage, or the first error.
    Result<Usage> finish(Usage usage);
    [[nodiscard]] const nlohmann::json& root() const { return root_; }

private:
    void scan(const nlohmann::json& value, const std::string& pointer);

    const nlohmann::json& root_;
    std::set<std::string> seen_;
    std::optional<Error> error_;
};

/// Adds only what is above 0: a meter without quantity needs no rate.
void addCount(Usage& usage, std::string_view name, std::int64_t quantity);

} // namespace tally::price
