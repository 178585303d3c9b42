// Two exports side by side: the same log or not, where they part, what differs. Plain values.
#pragma once
#include "core/model/audit_values.h"
#include "core/model/verdict.h"

#include <nlohmann/json_fwd.hpp>

namespace tally {

enum class Relation {
    identical,      ///< the same records
    a_is_beginning, ///< B goes on after A
    b_is_beginning, ///< A goes on after B
    overlapping,    ///< ranges of one log: the same records where both have any
    differing,      ///< the same log up to a record, then different ones
    other_log,      ///< the first records differ: two logs
    apart,          ///< two ranges of one log without a common record
    unreadable      ///< one of them is no bundle
};
std::string_view toString(Relation relation); ///< "identical", "a is a beginning of b" …

struct Comparison {
    struct Side {
        std::string path;
        Verdict verdict;
        std::int64_t first = 0, end = 0; ///< records [first, end)
        std::int64_t openings = 0;
    };
    struct Field {
        std::string name;
        std::optional<std::string> a, b; ///< nothing: the field is missing there
        bool operator==(const Field&) const = default;
    };
    /// A record that is in both files in different versions.
    struct Changed {
        std::int64_t seq_a = 0, seq_b = 0;
        std::string kind;
        std::vector<Field> fields;
        std::string proven; ///< "a", "b", "both" or "": whose line is exactly what was signed
    };
    struct Range {
        std::int64_t from = 0, to = 0;
        bool operator==(const Range&) const = default;
    };
    Side a, b;
    Relation relation = Relation::unreadable;
    std::string sentence;
    std::int64_t common = 0;            ///< records that are byte for byte the same
    std::int64_t rechained = 0;         ///< the same content, but tied to other records before it
    std::int64_t first_difference = -1; ///< seq; -1: none
    std::vector<Changed> changed;       ///< at most most_changed
    std::int64_t changed_n = 0;
    std::vector<Range> only_a, only_b; ///< by the seq in that file
    std::int64_t only_a_n = 0, only_b_n = 0;
    std::int64_t openings_only_a = 0, openings_only_b = 0, openings_differ = 0;
    static constexpr std::size_t most_changed = 1'000;
    /// One is the other or a beginning of it, and both verdicts are ok.
    [[nodiscard]] bool ok() const;
};
/// What the other members say, in a sentence or two.
std::string comparisonSentence(const Comparison& comparison);
void to_json(nlohmann::json& out, const Comparison& comparison);

} // namespace tally
