// A verdict as a ladder of questions: what was checked and holds, what does not, what was not checked, and
// what no verifier can know (TRACE_LOG.md 10.11, 14). Pure; thread-safe. The words are English; the window
// has its own, by id.
#pragma once
#include "core/model/verdict.h"

#include <string>
#include <vector>

namespace tally {

struct LadderRung {
    enum class Answer { yes, no, not_checked, unknowable };
    std::string id; ///< readable, consistent, signed, pinned, continuous, witnessed, complete
    Answer answer = Answer::not_checked;
    std::string question, why;
    bool operator==(const LadderRung&) const = default;
};
std::string_view toString(LadderRung::Answer answer); ///< "yes", "no", "not checked", "cannot be known"
std::vector<LadderRung> verdictLadder(const Verdict& verdict);

/// One plain sentence. Tells bytes that were changed from signed content that contradicts itself (`intact`).
std::string verdictSentence(const Verdict& verdict);
/// The newest checkpoint covers every sealed line of the file, and the log's key signed it.
bool allSealedAreSigned(const Verdict& verdict);
/// The totals are sums of records that are all under a signature of the log's key.
bool figuresAreProven(const Verdict& verdict);

} // namespace tally
