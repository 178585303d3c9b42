#include "core/model/verdict_ladder.h"

#include "core/base/encoding.h"
#include "core/base/quote.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally {
namespace {
using Answer = LadderRung::Answer;

const Finding* firstFailure(const Verdict& v) {
    const auto it = std::find_if(v.findings.begin(), v.findings.end(),
                                 [](const Finding& f) { return !f.warning && !f.derived; });
    return it == v.findings.end() ? nullptr : &*it;
}

bool hasFailure(const Verdict& v, std::string_view code) {
    return std::any_of(v.findings.begin(), v.findings.end(),
                       [&](const Finding& f) { return f.code == code && !f.warning && !f.derived; });
}

std::int64_t failures(const Verdict& v) {
    return std::count_if(v.findings.begin(), v.findings.end(),
                         [](const Finding& f) { return !f.warning && !f.derived; });
}

/// "record 38, field cost_pico: record changed"
std::string placeOf(const Finding& f) {
    std::string out = f.seq ? fmt::format("record {}", *f.seq) : std::string("the file");
    if (f.to_seq) out = fmt::format("records {} to {}", *f.seq, *f.to_seq);
    if (f.field) out += ", field " + escapeForDisplay(*f.field, 64);
    if (!f.message.empty()) out += ": " + escapeForDisplay(f.message, 300);
    if (f.original && f.stored)
        out +=
            fmt::format(" from {} to {}", quoteForDisplay(*f.original, 120), quoteForDisplay(*f.stored, 120));
    return out;
}

std::string more(const Verdict& v) {
    const auto n = failures(v) - 1;
    return n <= 0 ? "." : n == 1 ? ", and 1 more finding." : fmt::format(", and {} more findings.", n);
}

std::string alteredSentence(const Verdict& v) {
    if (v.pin == "mismatch") return "This is not the log that was pinned; nothing in it is proven.";
    if (hasFailure(v, "ROLLBACK"))
        return "The log was rolled back: records that were seen before are missing at its end.";
    if (v.memory == "mismatch")
        return "This is not the log that was seen before: it parts from it, so one of the two was forged.";
    const Finding* f = firstFailure(v);
    const std::string place = f != nullptr ? placeOf(*f) : "the file";
    if (!v.intact) return "The records are not signed and contradict each other: " + place + more(v);
    if (!*v.intact) return "Bytes were changed after they were signed: " + place + more(v);
    if (f != nullptr && (f->code == "PAYLOAD_MISMATCH" || f->code == "ERASED_BUT_PRESENT"))
        return "All sealed records are as signed, but a payload does not belong to its record: " + place +
               more(v);
    if (allSealedAreSigned(v) && f != nullptr && isAboutRecord(*f))
        return "No byte was changed since signing, but the signed content contradicts itself: " + place +
               more(v);
    if (v.signed_to < v.first) return "The file is not signed by the log's key: " + place + more(v);
    return fmt::format("The file is signed by the log's key up to record {} only: {}{}", v.signed_to, place,
                       more(v));
}

LadderRung signedRung(const Verdict& v) {
    const auto rung = [](Answer answer, std::string why) {
        return LadderRung{"signed", answer, "Signed and whole", std::move(why)};
    };
    if (v.checkpoints == 0) return rung(Answer::not_checked, "the file carries no signature");
    if (v.level == VerdictLevel::self_consistent)
        return rung(Answer::not_checked, "the record with the log's key is not in the file");
    if (v.intact == false) return rung(Answer::no, "a sealed record is missing, changed or moved");
    if (v.signed_to < v.first) return rung(Answer::no, "no valid signature of the log's key");
    if (v.signed_to + 1 < v.first + v.entries - v.unsealed)
        return rung(Answer::no, fmt::format("signed by the log's key up to record {} only", v.signed_to));
    if (v.level < VerdictLevel::is_signed &&
        std::any_of(v.findings.begin(), v.findings.end(),
                    [](const Finding& f) { return !f.warning && !f.derived && f.field == "checkpoint"; }))
        return rung(Answer::no, "a checkpoint in the file is not valid");
    return rung(Answer::yes, v.unsealed > 0 ? fmt::format("{} newest records are not signed yet", v.unsealed)
                                            : "every record is under a signature");
}

LadderRung memoryRung(const Verdict& v) {
    const auto rung = [](Answer answer, const char* why) {
        return LadderRung{"continuous", answer, "Continues what was seen before", why};
    };
    if (v.memory == "match") return rung(Answer::yes, "compared with the verifier's memory");
    if (v.memory == "mismatch") return rung(Answer::no, "the verifier's memory says otherwise");
    if (v.memory == "unknown log") return rung(Answer::not_checked, "this log was not seen before");
    if (v.memory == "unchecked")
        return rung(Answer::not_checked, "the remembered state lies outside of this file");
    return rung(Answer::not_checked, "no memory of earlier verifications was used");
}
} // namespace

std::string_view toString(Answer answer) {
    switch (answer) {
    case Answer::yes:
        return "yes";
    case Answer::no:
        return "no";
    case Answer::not_checked:
        return "not checked";
    case Answer::unknowable:
        return "cannot be known";
    }
    return "?";
}

bool allSealedAreSigned(const Verdict& v) {
    return v.intact == true && provenTo(v) >= 0 && provenTo(v) + 1 == v.first + v.entries - v.unsealed;
}

bool figuresAreProven(const Verdict& v) {
    return v.totals && v.totals->authentic && v.totals->complete && provenTo(v) >= v.first &&
           (v.ok || allSealedAreSigned(v));
}

std::vector<LadderRung> verdictLadder(const Verdict& v) {
    std::vector<LadderRung> out;
    const bool readable = v.level != VerdictLevel::malformed;
    out.push_back({"readable", readable ? Answer::yes : Answer::no, "Readable",
                   fmt::format("{} records, {} checkpoints", v.entries, v.checkpoints)});
    if (!readable) {
        out.push_back({"rest", Answer::not_checked, "Everything else", "needs a readable file"});
        return out;
    }
    const bool contradict = std::any_of(v.findings.begin(), v.findings.end(), [](const Finding& f) {
        return !f.warning && !f.derived && isAboutRecord(f);
    });
    out.push_back({"consistent", contradict ? Answer::no : Answer::yes, "Records agree with each other",
                   "hashes, order, references, arithmetic of every amount"});
    out.push_back(signedRung(v));
    out.push_back({"pinned",
                   !v.pin              ? Answer::not_checked
                   : *v.pin == "match" ? Answer::yes
                                       : Answer::no,
                   "The log that is expected",
                   v.pin ? "compared with the pinned fingerprint or key"
                         : "no fingerprint or key from an independent channel was given"});
    out.push_back(memoryRung(v));
    out.push_back({"witnessed", v.witnesses.empty() ? Answer::not_checked : Answer::yes, "Seen by others",
                   v.witnesses.empty()
                       ? "no trusted witness signed, or none was named"
                       : fmt::format("{} trusted witnesses signed this state", v.witnesses.size())});
    out.push_back({"complete", Answer::unknowable, "Complete from the start",
                   "work that was never written to the log leaves no trace in it"});
    return out;
}

std::string verdictSentence(const Verdict& v) {
    const std::string whole =
        fmt::format("All {} sealed records are present, unchanged and in place since they were signed",
                    v.sealed_to + 1 - v.first);
    switch (v.level) {
    case VerdictLevel::malformed:
        return "The file is not readable as a bundle; nothing in it is proven.";
    case VerdictLevel::altered:
        return alteredSentence(v);
    case VerdictLevel::self_consistent:
        return v.checkpoints == 0 ? "The records agree with each other, but nothing is signed: anybody could "
                                    "have written them."
                                  : "The records agree with each other, but no signature could be checked, "
                                    "because the record "
                                    "with the log's key is not in the file.";
    case VerdictLevel::is_signed:
        return whole + ", by a key that was not pinned: whose log it is, is not known.";
    case VerdictLevel::pinned:
        return whole + ", and the log is the one that was pinned.";
    case VerdictLevel::continuous:
        return whole +
               "; the log is the one that was pinned, and it continues the state that was seen before.";
    case VerdictLevel::witnessed:
        return whole + "; the log is the one that was pinned, and trusted witnesses signed the same state.";
    }
    return {};
}

} // namespace tally
