// Typed identifiers: a run id cannot be passed where a workflow name is wanted. All are UUIDv7 or names
// chosen by people.
#pragma once
#include "core/base/clock.h"
#include "core/base/rng.h"

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace tally {

template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(std::string text)
        : text_(std::move(text)) {}
    [[nodiscard]] const std::string& str() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    std::string text_;
};

using RunId = Id<struct RunTag>;         ///< UUIDv7
using SpanId = Id<struct SpanTag>;       ///< 16 hex digits, OpenTelemetry span id
using BudgetId = Id<struct BudgetTag>;   ///< UUIDv7
using KillId = Id<struct KillTag>;       ///< UUIDv7
using AttemptId = Id<struct AttemptTag>; ///< UUIDv7; one HTTP request, one reservation

/// RFC 9562 UUID version 7: 48 bits of milliseconds, then random bits; sorts by time.
std::string uuid7(const Clock& clock, Rng& rng);
/// 16 hex digits, never all zero.
SpanId newSpanId(Rng& rng);

} // namespace tally

template <class Tag>
struct std::hash<tally::Id<Tag>> {
    std::size_t operator()(const tally::Id<Tag>& id) const noexcept {
        return std::hash<std::string>()(id.str());
    }
};
