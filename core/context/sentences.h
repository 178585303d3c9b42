// Sentences of messy text, and trimming a text to its best ones. Pure; any thread.
#pragma once
#include "core/context/passage.h"

namespace tally::context {

/// Cuts after . ; : ! ? followed by a blank, and at empty lines and list items; a piece is at most 600 bytes.
Passages sentences(std::string_view text);

/// The sentences that say most about the query (BM25) in their own order, joined by " … " where something was
/// left out, so that the result has at most `tokens` estimated tokens. The first sentence always has
/// priority: it says what the text is.
std::string trimToBudget(std::string_view text, std::string_view query, std::int64_t tokens);

} // namespace tally::context
