// Token counts of whole calls before they are sent: exact where the tokenizer and the framing are public, an
// estimate with its error where not, and an upper bound for reservations. Pure functions (tables load once),
// any thread.
#pragma once
#include "core/base/result.h"
#include "core/model/call.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::price {

struct TokenEstimate {
    std::int64_t tokens = 0;
    int error_pct = 0; ///< 90 % of the calibration texts lay within this; 0: exact
    std::string basis; ///< one sentence: tokenizer, factor, calibration
};
/// For showing and planning, never for reservations. `model` picks the family; an unknown one gets a wide
/// error.
Result<TokenEstimate> estimate(std::string_view text, std::string_view model);

struct PromptCount {
    std::int64_t tokens = 0;
    bool exact = false; ///< tokenizer and framing are both published, and the call has nothing else in it
    int error_pct = 0;
    std::string basis;
};
/// Input tokens of the call, chat framing included (OpenAI cookbook: 3 per message, role, 3 to prime the
/// answer).
Result<PromptCount> countPrompt(const ModelCall& call);

/// Never less than the input tokens that the provider can count for this call. `counted_as` names a model
/// whose public tokenizer the provider is known to use: its exact count; empty or private: byte-level and
/// byte-fallback tokenizers make at most one token per byte of the text that they see, so the bytes of the
/// longer NFC or NFKC form. Then framing (16 per message, 64 per call), all bytes of schema (sent twice by
/// some wires) and extra fields, and 1,024 for the instructions that providers add for those (Anthropic's
/// forced tool: 346). Texts above 256 KiB count by their bytes in any case: counting them would hold up the
/// engine thread.
Result<std::int64_t> upperBound(const ModelCall& call, std::string_view counted_as);

} // namespace tally::price
