#include "ui/models/verdict_words.h"

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

VerdictSentence altered(const Verdict& v) {
    VerdictSentence s;
    s.tone = Tone::danger;
    const Finding* f = firstFailure(v);
    s.headline = f && f->seq ? Words::tr("Altered: record %1").arg(count(*f->seq)) : Words::tr("Altered");
    const auto failures = std::count_if(v.findings.begin(), v.findings.end(),
                                        [](const Finding& x) { return !x.warning && !x.derived; });
    s.meaning = f ? safeText(f->message, 600) : QString();
    if (failures > 1)
        s.meaning +=
            QLatin1Char(' ') + Words::tr("%Ln finding(s) in all.", nullptr, static_cast<int>(failures));
    // With an authentic hash list every other record is still proven one by one.
    if (v.totals && v.totals->authentic && v.intact)
        s.meaning +=
            QLatin1Char(' ') + Words::tr("Every sealed record without a finding below is proven unchanged.");
    else
        s.meaning += QLatin1Char(' ') +
                     Words::tr("Records after the first finding cannot be relied on until it is explained.");
    return s;
}
} // namespace

VerdictSentence sentenceOf(const Verdict& v) {
    const QString n = count(v.entries);
    switch (v.level) {
    case VerdictLevel::malformed: {
        const Finding* f = firstFailure(v);
        return {Tone::danger, Words::tr("Not readable as a bundle"),
                Words::tr("Nothing is proven. %1").arg(f ? safeText(f->message, 600) : QString())};
    }
    case VerdictLevel::altered:
        return altered(v);
    case VerdictLevel::self_consistent:
        return {Tone::warn, Words::tr("Consistent, but unsigned"),
                Words::tr("All %1 records agree with each other. Nothing shows who wrote them or that all of "
                          "it was not "
                          "written again: the file carries no signature.")
                    .arg(n)};
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
    out.push_back({Words::tr("Records agree with each other"),
                   altered_any ? no(Words::tr("No")) : yes(Words::tr("Yes")),
                   Words::tr("hashes, order, references, arithmetic of every amount")});
    if (!v.intact)
        out.push_back({Words::tr("Signed and whole"), open(Words::tr("Unsigned")),
                       Words::tr("no valid checkpoint in the file")});
    else
        out.push_back({Words::tr("Signed and whole"), *v.intact ? yes(Words::tr("Yes")) : no(Words::tr("No")),
                       !*v.intact ? Words::tr("a sealed record is missing, changed or moved")
                       : v.unsealed > 0
                           ? Words::tr("%1 newest records are not signed yet").arg(count(v.unsealed))
                           : Words::tr("every record is under a signature")});
    if (!v.pin)
        out.push_back({Words::tr("The log you expect"), open(Words::tr("Not checked")),
                       Words::tr("give the fingerprint or key that the owner published")});
    else
        out.push_back({Words::tr("The log you expect"),
                       *v.pin == "match" ? yes(Words::tr("Yes")) : no(Words::tr("No")),
                       Words::tr("compared with what you pinned")});
    if (v.memory && *v.memory == "match")
        out.push_back({Words::tr("Continues what you saw before"), yes(Words::tr("Yes")),
                       Words::tr("compared with your memory file")});
    else if (v.memory && *v.memory == "mismatch")
        out.push_back({Words::tr("Continues what you saw before"), no(Words::tr("No")),
                       Words::tr("your memory file says otherwise")});
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

} // namespace tally::ui
