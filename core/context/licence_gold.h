// The answer key of the licence samples, and hiding it. A machine-readable copyright file names its licences
// in its License fields; the gold answer is the set of those names that stand for a licence on the list
// (names that a packager made up, "permissive", "BSD-like", are in no list and no answer can be compared with
// them: they are counted, not judged). What any step of a workflow sees is the redacted text only. Pure; any
// thread.
#pragma once
#include "core/context/licence_table.h"

namespace tally::context {

struct LicenceGold {
    LicenceSet licences;
    std::vector<std::string>
        names; ///< every short name of the License fields: whole synopses and their parts, as written
    std::vector<std::string> unknown; ///< parts that normalise to nothing, distinct
    bool machine_readable = false;
};
LicenceGold licenceGold(std::string_view text, const LicenceTable& table);

/// The document without its answer key:
///  - License: names are gone; the licence text below one stays, under the neutral field name "Terms"; a
///  License field
///    without text below it, License-* fields and SPDX-License-Identifier lines go whole;
///  - every short name of this document's own License fields, whole and in parts, is cut out wherever it
///  stands as a token
///    (no letter or digit beside it, whatever the case), so also from /usr/share/common-licenses/NAME, and
///    even when the packager chose a plain word (then that word is missing from the whole text);
///  - so is every token that is a licence short name by its form (LicenceTable::isShortName).
/// The licences' own wording ("GNU General Public License … version 2") stays: it is what there is to read.
std::string redactLicences(std::string_view text, const LicenceTable& table);

/// Only the last of those: tokens that are short names by their form. For reference texts that name no
/// packages.
std::string removeShortNames(std::string_view text, const LicenceTable& table);

/// True when `name` stands in `text` as a token, whatever the case. For the test of redactLicences.
bool containsName(std::string_view text, std::string_view name);

} // namespace tally::context
