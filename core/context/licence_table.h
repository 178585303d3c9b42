// What the samples know about licences: SPDX identifiers, the short names that Debian's copyright files use
// for them, how strong the copyleft is and what a redistributor owes. Data: resources/samples/licences.json.
// Immutable after parse(); any thread. Sources: SPDX licence list 3.2x (identifiers), Debian
// copyright-format 1.0 section 7.1 (short names).
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally::context {

using LicenceSet = std::set<std::string>; ///< normalised identifiers

struct Licence {
    std::string id; ///< SPDX, or LicenseRef-public-domain
    std::string name;
    std::string copyleft;                 ///< none, weak, strong, network
    std::vector<std::string> obligations; ///< keys of LicenceTable::obligations()
    bool operator==(const Licence&) const = default;
};

class LicenceTable {
public:
    /// Errors: licences.json with the pointer of what is wrong.
    static Result<LicenceTable> parse(std::string_view json_text);

    [[nodiscard]] const std::vector<Licence>& all() const { return licences_; }
    [[nodiscard]] const Licence* find(std::string_view id) const;
    /// Obligation key -> sentence for people.
    [[nodiscard]] const std::map<std::string, std::string>& obligations() const { return obligations_; }

    /// One name as a person writes it ("GPL-2+", "expat", "Apache-2.0 with LLVM exception") to one
    /// identifier; nothing for names that stand for no licence on the list ("permissive", "BSD-like").
    [[nodiscard]] std::optional<std::string> normalise(std::string_view name) const;
    /// A licence expression ("GPL-1+ or Artistic, and Expat") to the identifiers in it; names that mean
    /// nothing go to `unknown`.
    [[nodiscard]] LicenceSet normaliseExpression(std::string_view text,
                                                 std::vector<std::string>* unknown = nullptr) const;
    /// True for a token that is a licence short name by its form alone ("GPL-2+", "bsd-3-clause",
    /// "lgplv2.1"), in any document. Words that are also plain English or the name of a project (Apache,
    /// Artistic, Boost, Python, curl …) are not.
    [[nodiscard]] bool isShortName(std::string_view token) const;

    /// The strongest copyleft of a set: none, weak, strong, network.
    [[nodiscard]] std::string copyleftOf(const LicenceSet& ids) const;
    [[nodiscard]] std::vector<std::string> obligationsOf(const LicenceSet& ids) const; ///< keys, sorted

private:
    std::vector<Licence> licences_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
    std::map<std::string, std::string, std::less<>> aliases_; ///< lower case -> id
    std::map<std::string, std::string> obligations_;
};

/// The parts of a licence expression: split at and, or, and/or, commas, bars; "with … exception" stays with
/// its licence.
std::vector<std::string> splitExpression(std::string_view text);

} // namespace tally::context
