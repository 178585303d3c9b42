// A verdict in plain words: one sentence, and the ladder of what was and was not checked. Never a bare "OK".
#pragma once
#include "core/model/verdict.h"
#include "ui/widgets/state_look.h"

#include <vector>

namespace tally::ui {

struct VerdictSentence {
    Tone tone = Tone::neutral;
    QString headline;
    QString meaning;
};
VerdictSentence sentenceOf(const Verdict& verdict);

/// The totals are sums of records that are all under a signature of the log's key.
bool figuresAreProven(const Verdict& verdict);

struct Rung {
    QString question;
    StateLook answer;
    QString why;
};
std::vector<Rung> ladderOf(const Verdict& verdict);

} // namespace tally::ui
