// Values that a changed field may have had before (TRACE_LOG.md 10.5, table). Each generator hands candidates
// to `use` until that returns true, and says whether it did. Pure functions; thread-safe.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tally::audit {

using UseInteger = std::function<bool(std::int64_t)>;
using UseString = std::function<bool(const std::string&)>;

struct IntegerReach {
    std::int64_t distance = 20000; ///< ± 1 .. distance
    bool two_digits = true;        ///< every pair of digits replaced
};
/// × and ÷ 10^1..10^6 and 2..100, sign, one digit inserted, replaced, deleted or swapped with its neighbour,
/// neighbours, and two digits replaced.
bool integerCandidates(std::int64_t value, const IntegerReach& reach, const UseInteger& use);
/// For a number text beyond the range of integers: one digit fewer, and what its first 15 digits suggest.
bool longNumberCandidates(std::string_view text, const UseInteger& use);
/// Normal forms, then every text that differs in one character from U+0020..U+007E.
bool stringCandidates(std::string_view value, const UseString& use);

} // namespace tally::audit
