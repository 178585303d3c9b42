#include "ui/models/verdict_words.h"

#include "core/model/verdict_ladder.h"
#include "ui/models/finding_words.h"
#include "ui/widgets/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

const Finding* firstFailure(const Verdict& v) {
    const auto it =
        std::find_if(v.findings.begin(), v.findings.end(), [](const Finding& f) { return !f.warning; });
    return it == v.findings.end() ? nullptr : &*it;
}

StateLook yes(const QString& word) {
    return {Tone::ok, Shape::dot, word};
}
StateLook no(const QString& word) {
    return {Tone::danger, Shape::square, word};
}
StateLook open(const QString& word) {
    return {Tone::neutral, Shape::ring, word};
}

QString headlineOf(const Verdict& v, const Finding* f) {
    if (!f) return Words::tr("Altered");
    if (f->code == "WRONG_LOG") return Words::tr("Not the log that you expect");
    if (f->code == "FORK") return Words::tr("Not the log that you saw before");
    if (f->code == "ROLLBACK") return Words::tr("Rolled back: records that you saw before are missing");
    if (f->code == "PAYLOAD_MISMATCH" || f->code == "ERASED_BUT_PRESENT")
        return f->seq ? Words::tr("A payload does not belong to record %1").arg(count(*f->seq))
                      : Words::tr("A payload does not belong to its record");
    if (!isAboutRecord(*f) && v.intact != false)
        return v.signed_to < 0
                   ? Words::tr("Not signed by the log's key")
                   : Words::tr("Not signed by the log's key from record %1 on").arg(count(v.signed_to + 1));
    if (!f->seq) return Words::tr("Altered");
    // All sealed bytes are as signed: what was written is wrong in itself.
    if (allSealedAreSigned(v)) return Words::tr("Signed so, but wrong: record %1").arg(count(*f->seq));
    return Words::tr("Altered: record %1").arg(count(*f->seq));
}

VerdictSentence altered(const Verdict& v) {
    VerdictSentence s;
    s.tone = Tone::danger;
    const Finding* f = firstFailure(v);
    s.headline = headlineOf(v, f);
    const auto failures = std::count_if(v.findings.begin(), v.findings.end(),
                                        [](const Finding& x) { return !x.warning && !x.derived; });
    QStringList parts;
    if (f) parts << asSentence(findingInFull(*f));
    // The two kinds of trouble: somebody changed the file, or the owner's own log says so.
    if (v.intact == false)
        parts << Words::tr("Bytes of the file were changed: they are not those that were signed.");
    else if (f && isAboutRecord(*f) && allSealedAreSigned(v))
        parts << Words::tr("No byte of the file was changed: the signed content contradicts itself.");
    if (failures > 1) parts << Words::tr("%Ln finding(s) in all.", nullptr, static_cast<int>(failures));
    const std::int64_t proven = provenTo(v);
    if (proven < v.first)
        parts << Words::tr("Nothing in this file is proven.");
    else if (allSealedAreSigned(v))
        parts << Words::tr("Every sealed record without a finding below is proven unchanged.");
    else
        parts << Words::tr("Records up to %1 without a finding below are proven unchanged; after it nothing "
                           "is proven.")
                     .arg(count(proven));
    s.meaning = parts.join(QLatin1Char(' '));
    return s;
}

VerdictSentence selfConsistent(const Verdict& v) {
    const QString n = count(v.entries);
    if (v.checkpoints == 0)
        return {Tone::warn, Words::tr("Consistent, but unsigned"),
                Words::tr("All %1 records agree with each other. Nothing shows who wrote them or that all of "
                          "it was not written again: the file carries no signature.")
                    .arg(n)};
    return {
        Tone::warn, Words::tr("Consistent, but no signature could be checked"),
        Words::tr("All %1 records agree with each other, but the log's first record with its key is not in "
                  "the file. So nothing in it is proven: anybody could have written it.")
            .arg(n)};
}
} // namespace

QString asSentence(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text.isEmpty() || text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

VerdictSentence sentenceOf(const Verdict& v) {
    switch (v.level) {
    case VerdictLevel::malformed: {
        const Finding* f = firstFailure(v);
        return {Tone::danger, Words::tr("Not readable as a bundle"),
                Words::tr("Nothing is proven. %1").arg(f ? asSentence(findingSentence(*f)) : QString())};
    }
    case VerdictLevel::altered:
        return altered(v);
    case VerdictLevel::self_consistent:
        return selfConsistent(v);
    case VerdictLevel::is_signed:
        return {
            Tone::warn, Words::tr("Unchanged since it was signed, by a key you have not pinned"),
            Words::tr(
                "All %1 sealed records are present, unchanged and in place. Whose key it is cannot be known "
                "without a fingerprint from the owner.")
                .arg(count(v.sealed_to + 1 - v.first))};
    case VerdictLevel::pinned:
        return {Tone::ok, Words::tr("Unchanged, from the log that you pinned"),
                Words::tr("All %1 sealed records are present, unchanged and in place. That no longer version "
                          "of the log was "
                          "shown elsewhere needs a memory file or a witness.")
                    .arg(count(v.sealed_to + 1 - v.first))};
    case VerdictLevel::continuous:
        return {Tone::ok, Words::tr("Unchanged, and it continues the log that you saw before"),
                Words::tr("Nothing was withdrawn or rewritten since the last check.")};
    case VerdictLevel::witnessed:
        return {Tone::ok, Words::tr("Unchanged, and others saw the same log"),
                Words::tr("%Ln witness(es) that you trust signed this state of the log.", nullptr,
                          static_cast<int>(v.witnesses.size()))};
    }
    return {};
}

namespace {
Rung signedRung(const Verdict& v) {
    const QString question = Words::tr("Signed and whole");
    if (v.checkpoints == 0)
        return {question, open(Words::tr("Unsigned")), Words::tr("no checkpoint in the file")};
    if (v.level == VerdictLevel::self_consistent)
        return {question, open(Words::tr("Not checked")),
                Words::tr("the record with the log's key is not in the file")};
    if (v.intact == false)
        return {question, no(Words::tr("No")), Words::tr("a sealed record is missing, changed or moved")};
    if (v.signed_to < v.first)
        return {question, no(Words::tr("No")), Words::tr("no valid signature of the log's key")};
    const std::int64_t sealed_end = v.first + v.entries - v.unsealed;
    if (v.signed_to + 1 < sealed_end)
        return {question, no(Words::tr("No")),
                Words::tr("signed by the log's key up to record %1 only").arg(count(v.signed_to))};
    if (v.level < VerdictLevel::is_signed &&
        std::any_of(v.findings.begin(), v.findings.end(),
                    [](const Finding& f) { return !f.warning && !f.derived && f.field == "checkpoint"; }))
        return {question, no(Words::tr("No")), Words::tr("a checkpoint in the file is not valid")};
    return {question, yes(Words::tr("Yes")),
            v.unsealed > 0 ? Words::tr("%1 newest records are not signed yet").arg(count(v.unsealed))
                           : Words::tr("every record is under a signature")};
}
} // namespace

std::vector<Rung> ladderOf(const Verdict& v) {
    std::vector<Rung> out;
    const bool readable = v.level != VerdictLevel::malformed;
    out.push_back({Words::tr("Readable"), readable ? yes(Words::tr("Yes")) : no(Words::tr("No")),
                   Words::tr("%1 records, %2 checkpoints").arg(count(v.entries), count(v.checkpoints))});
    if (!readable) {
        out.push_back({Words::tr("Everything else"), open(Words::tr("Not checked")),
                       Words::tr("needs a readable file")});
        return out;
    }
    const bool altered_any = v.level == VerdictLevel::altered;
    const bool contradict =
        altered_any && std::any_of(v.findings.begin(), v.findings.end(), [](const Finding& f) {
            return !f.warning && !f.derived && isAboutRecord(f);
        });
    out.push_back({Words::tr("Records agree with each other"),
                   contradict ? no(Words::tr("No")) : yes(Words::tr("Yes")),
                   Words::tr("hashes, order, references, arithmetic of every amount")});
    out.push_back(signedRung(v));
    if (!v.pin)
        out.push_back({Words::tr("The log you expect"), open(Words::tr("Not checked")),
                       Words::tr("needs the fingerprint from the engagement letter"), true});
    else
        out.push_back({Words::tr("The log you expect"),
                       *v.pin == "match" ? yes(Words::tr("Yes")) : no(Words::tr("No")),
                       Words::tr("compared with what you pinned")});
    if (v.memory && *v.memory == "match")
        out.push_back({Words::tr("Continues what you saw before"), yes(Words::tr("Yes")),
                       Words::tr("compared with your memory")});
    else if (v.memory && *v.memory == "unknown log")
        out.push_back({Words::tr("Continues what you saw before"), open(Words::tr("First time")),
                       Words::tr("your memory knows nothing of this log")});
    else if (v.memory && *v.memory == "mismatch")
        out.push_back({Words::tr("Continues what you saw before"), no(Words::tr("No")),
                       Words::tr("your memory says otherwise")});
    else
        out.push_back({Words::tr("Continues what you saw before"), open(Words::tr("Not checked")),
                       Words::tr("needs a memory file of an earlier check")});
    if (v.witnesses.empty())
        out.push_back({Words::tr("Seen by others"), open(Words::tr("Not checked")),
                       Words::tr("no trusted witness was named")});
    else
        out.push_back({Words::tr("Seen by others"), yes(Words::tr("Yes")),
                       Words::tr("%Ln witness(es)", nullptr, static_cast<int>(v.witnesses.size()))});
    out.push_back({Words::tr("Complete from the start"), open(Words::tr("Cannot be known")),
                   Words::tr("work that was never written to the log leaves no trace in it")});
    return out;
}

namespace {
/// The notes of the core, word for word; others stay as they are.
constexpr const char* notes[] = {
    QT_TRANSLATE_NOOP("Verdict", "a file that is not ok teaches the memory nothing"),
    QT_TRANSLATE_NOOP("Verdict", "the remembered state lies outside of this file, so it stays as it was"),
    QT_TRANSLATE_NOOP("Verdict",
                      "another verification changed the memory meanwhile; verify again to compare with it")};

QString noteText(const std::string& note) {
    for (const char* known : notes)
        if (note == known) return QCoreApplication::translate("Verdict", known);
    return safeText(note, 300);
}

QString stateText(const LogState& state) {
    QStringList parts{Words::tr("%1 records").arg(count(state.size)),
                      Words::tr("root %1").arg(shortHash(state.root))};
    if (state.seen_us > 0) parts << Words::tr("on %1").arg(dateTime(state.seen_us));
    if (!state.file.empty()) parts << safeText(state.file, 80);
    return parts.join(QStringLiteral(", "));
}
} // namespace

QString memorySentence(const MemoryAnswer& memory) {
    if (memory.answer.empty()) return {};
    QStringList parts;
    if (!memory.then)
        parts << Words::tr("This log was not seen before.");
    else if (memory.answer == "mismatch")
        parts << Words::tr("You saw: %1. This file: %2.").arg(stateText(*memory.then), stateText(memory.now));
    else
        parts << Words::tr("Seen before: %1.").arg(stateText(*memory.then));
    if (memory.answer == "mismatch" && !memory.root_at_then.empty() && memory.then)
        parts << Words::tr("At %1 records this file has root %2.")
                     .arg(count(memory.then->size), shortHash(memory.root_at_then));
    if (memory.remembered) parts << Words::tr("This state is remembered.");
    if (!memory.note.empty()) parts << asSentence(noteText(memory.note));
    return parts.join(QLatin1Char(' '));
}

} // namespace tally::ui
