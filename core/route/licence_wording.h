// Finds licences in running text by their wording: fixed phrases of the short licences, and the name, version
// and "or any later version" of the GNU family and other numbered licences. It is what the simulated hosted
// models read with; the local classifier knows nothing of it. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally::route {

struct Mention {
    std::string id;       ///< SPDX identifier
    double certainty = 1; ///< below 1 where the wording leaves a doubt (no version given, a name only)
    bool operator==(const Mention&) const = default;
};

struct TextRegion {
    std::string_view text;
    std::size_t start = 0;
};
/// Cuts a prompt where a reader would: at empty lines, and before lines that start with "Word:". A line with
/// a lone dot does not cut, so a licence of several paragraphs stays together.
std::vector<TextRegion> textRegions(std::string_view prompt);

/// Licences that one region grants.
std::vector<Mention> licencesByWording(std::string_view region);
/// True when a region sounds like a grant of rights, whether or not a licence was recognised.
bool soundsLikeGrant(std::string_view region);

} // namespace tally::route
