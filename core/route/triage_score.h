// How good an answer is: micro-averaged precision, recall and F1 over sets of normalised licence identifiers.
// One answer set per document; counts are summed over documents before dividing, so that a document with many
// licences weighs more (Manning, Raghavan and Schuetze, "Introduction to Information Retrieval", 13.6). Pure;
// any thread.
#pragma once
#include "core/context/licence_table.h"

namespace tally::route {

struct SetCounts {
    std::int64_t hit = 0;    ///< in both
    std::int64_t extra = 0;  ///< answered, not in the gold
    std::int64_t missed = 0; ///< in the gold, not answered
    SetCounts& operator+=(const SetCounts& o);
    bool operator==(const SetCounts&) const = default;
    [[nodiscard]] double precision() const; ///< 1 when nothing was answered
    [[nodiscard]] double recall() const;    ///< 1 when there was nothing to find
    [[nodiscard]] double f1() const;        ///< 1 when both sets were empty throughout
};
SetCounts compareSets(const context::LicenceSet& gold, const context::LicenceSet& answer);

/// The identifiers of an answer object's "licences" list, normalised by the table; unknown names are kept as
/// they are (they count as wrong). Anything else than a list is an empty set.
context::LicenceSet answerLicences(const nlohmann::json& answer, const context::LicenceTable& table);

} // namespace tally::route
