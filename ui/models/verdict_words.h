// A verdict in plain words: one sentence, and the ladder of what was and was not checked. Never a bare "OK".
#pragma once
#include "core/model/audit_values.h"
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
/// With a capital and a full stop, so that sentences can follow each other.
QString asSentence(QString text);

struct Rung {
    QString question;
    StateLook answer;
    QString why;
    bool wants_pin = false; ///< open until the reader enters what was agreed on
};
std::vector<Rung> ladderOf(const Verdict& verdict);

/// What the memory knew: "seen before on … with … records"; after a fork or rollback both states with their
/// roots. Empty when nothing was compared.
QString memorySentence(const MemoryAnswer& memory);

} // namespace tally::ui
