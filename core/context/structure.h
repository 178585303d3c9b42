// First filter layer: cut a document into passages by its own structure. Machine-readable copyright files are
// cut by field (the text below a license name is one passage of kind "terms", a comment one of kind
// "comment", people and file lists are their own kinds); any other text by blank lines, with headings
// recognised. Pure; any thread.
#pragma once
#include "core/context/passage.h"

namespace tally::context {

struct StructureOptions {
    std::vector<std::string> keep_kinds; ///< empty: all
    std::size_t min_bytes = 0;           ///< shorter passages are dropped
    bool distinct = true;                ///< a passage with the same words as an earlier one is dropped
};

Passages splitByStructure(std::string_view text, const StructureOptions& options = {});

} // namespace tally::context
