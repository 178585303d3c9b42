// A piece of a document that a filter layer keeps: where it stands, how much it matters and why. Values in,
// values out; any thread.
#pragma once
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::context {

struct Passage {
    std::string text;
    std::size_t start =
        0; ///< byte range [start, end) of the document it was cut from; text may be trimmed to less
    std::size_t end = 0;
    double score = 0; ///< of the last layer that judged it; comparable inside one document only
    std::string
        kind; ///< what the structure layer saw: terms, comment, header, people, files, heading, paragraph
    std::string why; ///< evidence in words: "terms; permission(4) warranty(2)"
    bool operator==(const Passage&) const = default;
};
void to_json(nlohmann::json& out, const Passage& passage);
/// Accepts a passage object or a plain string.
void from_json(const nlohmann::json& in, Passage& passage);

using Passages = std::vector<Passage>;

/// Cheap stand-in for a tokenizer: bytes / 4, rounded up. Budgets of filter layers are in these units; what a
/// call really costs is counted by the price book's tokenizers and the provider.
std::int64_t estimateTokens(std::string_view text);

/// Lower case for ASCII letters, every run of other bytes than letters and digits one space; non-ASCII bytes
/// count as letters.
std::string normaliseWords(std::string_view text);
/// The words of normaliseWords.
std::vector<std::string> words(std::string_view text);

} // namespace tally::context
