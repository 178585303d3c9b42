// Collects the findings of one verification and knows the sentence for every code (TRACE_LOG.md 11.3, 11.6).
// One thread at a time.
#pragma once
#include "core/model/verdict.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// The optional parts of a finding, for designated initialisers.
struct FindingParts {
    std::optional<std::uint64_t> seq = {};
    std::optional<std::uint64_t> to_seq = {}; ///< equal to seq: a single record
    std::optional<std::uint64_t> pos = {};
    std::optional<std::string> field = {};
    std::optional<std::string> stored = {};
    std::optional<std::string> original = {};
    std::optional<std::string> expected = {};
    bool proven = false;
    bool derived = false;
    std::string detail = {}; ///< added to the sentence
};

/// Findings beyond this number, for failures, warnings and derived ones each, are counted, not kept: a
/// hostile file must not fill the memory, nor hide a failure behind warnings. The last kept one says so.
inline constexpr std::size_t max_findings = 10'000;

class FindingList {
public:
    void add(std::string_view code, FindingParts parts = {});
    [[nodiscard]] bool anyFailure() const { return failures_ > 0; }
    /// Not derived before derived; within that fail before warn; else in the order of discovery.
    [[nodiscard]] std::vector<Finding> take();

private:
    std::vector<Finding> findings_;
    std::size_t failures_ = 0;
    struct Group {
        std::size_t kept = 0, dropped = 0, last = 0; ///< last: index of the newest kept one
    };
    std::array<Group, 3> groups_; ///< failures, warnings, derived
};

/// "record changed" for ALTERED …
std::string_view sentenceFor(std::string_view code);

/// A contiguous run of numbers.
struct Span {
    std::uint64_t from;
    std::uint64_t to;
};
/// Joins an ascending list into runs: 1 2 3 7 8 -> 1-3, 7-8.
void appendTo(std::vector<Span>& spans, std::uint64_t n);

} // namespace tally::audit
