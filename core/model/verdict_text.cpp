#include "core/model/verdict_text.h"

#include "core/base/clock.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"
#include "core/model/observation.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally {
namespace {
constexpr std::size_t most_findings = 1'000; ///< all of them are in the JSON

std::string grouped(std::int64_t value) {
    std::string digits = std::to_string(value);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3)
        digits.insert(static_cast<std::size_t>(i), " ");
    return digits;
}

std::string time(std::int64_t ts_us) {
    std::string text = isoUtc(ts_us).substr(0, 19) + "Z";
    if (text.size() > 10) text[10] = ' ';
    return text;
}

std::int64_t sealedEnd(const Verdict& v) {
    return v.first + v.entries - v.unsealed;
}

bool figuresAreProven(const Verdict& v) {
    return v.totals && v.totals->authentic && v.totals->complete && provenTo(v) >= v.first &&
           (v.ok || (v.intact == true && provenTo(v) + 1 == sealedEnd(v)));
}

const char* notExcluded(VerdictLevel level) {
    switch (level) {
    case VerdictLevel::is_signed:
        return "Not excluded: that the whole log was substituted. Give the fingerprint or key from an "
               "independent channel with --pin or --vkey.";
    case VerdictLevel::pinned:
        return "Not excluded: a rollback, or a fork by a holder of the keys. Keep a --memory file, or ask "
               "for "
               "witness signatures.";
    case VerdictLevel::continuous:
        return "Not excluded: a different log shown to somebody else (only a witness or comparing "
               "checkpoints "
               "shows that).";
    default:
        return nullptr;
    }
}

std::string provenLine(const Verdict& v) {
    if (v.checkpoints == 0) return "nothing is proven: the file carries no signature";
    const std::int64_t to = provenTo(v);
    if (v.pin == "mismatch") return "nothing is proven: this is not the log that was pinned";
    if (v.memory == "mismatch") return "nothing is proven: it is not the log that was seen before";
    if (v.level == VerdictLevel::self_consistent)
        return "nothing is proven: the record with the log's key is not in the file";
    if (to < v.first) return "nothing is proven: no valid signature of the log's key";
    const bool whole = v.intact == true && to + 1 == sealedEnd(v);
    if (v.ok || whole) {
        const bool wrong = !v.ok;
        return fmt::format("proven unchanged, complete and in place: records {} to {}{}", grouped(v.first),
                           grouped(to), wrong ? "; what they say is wrong as listed below" : "");
    }
    return fmt::format("proven unchanged: records up to {} without a finding below; nothing after it",
                       grouped(to));
}

std::string findingLine(const Finding& f) {
    std::string line = isObservation(f.code) ? "  note    "
                       : f.derived           ? "  follows "
                       : f.warning           ? "  warning "
                                             : "  FINDING ";
    line += f.code;
    if (f.seq)
        line += f.to_seq ? fmt::format(" records {} to {}", *f.seq, *f.to_seq)
                         : fmt::format(" record {}", *f.seq);
    if (f.pos) line += fmt::format(" at line {}", *f.pos);
    if (f.field) line += " field " + escapeForDisplay(*f.field, 64);
    // Ours, but with a detail that may quote the file.
    if (!f.message.empty()) line += ": " + escapeForDisplay(f.message, 400);
    if (f.original)
        line +=
            (f.proven ? " · original, proven by its hash: " : " · original: ") + quoteForDisplay(*f.original);
    if (f.stored) line += " · stored: " + quoteForDisplay(*f.stored);
    if (f.expected) line += " · expected: " + quoteForDisplay(*f.expected);
    return line;
}

std::string comparisons(const Verdict& v, const ComparedWith& with) {
    std::string pin = "no pin given";
    if (v.pin)
        pin = fmt::format("pin {}: {}", with.pin.empty() ? "given" : escapeForDisplay(with.pin, 120),
                          *v.pin == "match" ? "match" : "MISMATCH");
    std::string memory = "no earlier state given";
    if (v.memory) {
        memory = "earlier state: " + *v.memory;
        if (v.memory_size) memory += fmt::format(" (it had {} records)", grouped(*v.memory_size));
    }
    std::string out = fmt::format("  {}\n  {}\n", pin, memory);
    for (const Witness& w : v.witnesses)
        out += fmt::format("  witness {} of {}\n", quoteForDisplay(w.name), time(w.time * 1'000'000));
    for (const TimestampSeen& t : v.timestamps)
        out += fmt::format("  time stamp: the first {} records existed on {}, says {}{}\n", grouped(t.size),
                           time(t.time * 1'000'000),
                           t.authority.empty() ? "a token" : quoteForDisplay(t.authority),
                           t.checked ? "" : " (NOT CHECKED: no certificate of its authority was given)");
    if (v.organisation)
        out +=
            fmt::format("  signature of the organisation: {}\n", *v.organisation == "match"    ? "match"
                                                                 : v.organisation == "missing" ? "MISSING"
                                                                                               : "INVALID");
    return out;
}

std::string totalsLine(const Verdict& v) {
    const VerdictTotals& t = *v.totals;
    std::string out =
        fmt::format("  {}: {} steps in {} runs cost {}{}",
                    figuresAreProven(v) ? "re-derived from proven records"
                    : t.authentic       ? "added up, but not proven"
                                        : "added up from the lines as they stand, not proven",
                    grouped(t.steps), grouped(t.runs),
                    v.currency ? escapeForDisplay(*v.currency, 8) + " " : std::string(), t.cost.toString());
    if (!t.complete) out += ", incomplete";
    return out + fmt::format("; payloads: {} shown, {} erased, {} withheld\n", grouped(t.payloads_ok),
                             grouped(t.payloads_erased), grouped(t.payloads_withheld));
}
} // namespace

std::string verdictText(const Verdict& v, const ComparedWith& compared) {
    std::string out = std::string(toString(v.level)) + (v.ok ? "\n" : "  (not ok)\n");
    if (v.level != VerdictLevel::malformed) {
        out += "  " + provenLine(v) + "\n";
        out += fmt::format(
            "  {} entries, sealed up to record {}{}, {} unsealed, {} checkpoints, {} key epochs\n",
            grouped(v.entries), v.sealed_to < 0 ? "none" : grouped(v.sealed_to),
            v.sealed_ts_us ? " of " + time(*v.sealed_ts_us) : "", grouped(v.unsealed), v.checkpoints,
            v.epochs);
        if (v.intact)
            out += !*v.intact ? "  sealed records: NOT all here and unchanged\n"
                   : v.ok
                       ? "  sealed records: all here, as in the newest checkpoint\n"
                       : "  records and newest checkpoint in the file fit each other, whoever wrote them\n";
        out += "  fingerprint " + v.fingerprint.value_or("none") + "\n";
        out += comparisons(v, compared);
        if (v.continues)
            out += "  continues an earlier log, which was set aside; ask for that one too: " +
                   quoteForDisplay(*v.continues, 300) + "\n";
    }
    if (v.totals) out += totalsLine(v);
    for (std::size_t i = 0; i < std::min(v.findings.size(), most_findings); ++i)
        out += findingLine(v.findings[i]) + "\n";
    if (v.findings.size() > most_findings)
        out += fmt::format("  {} more findings with --json\n", v.findings.size() - most_findings);
    if (const char* text = notExcluded(v.level)) out += fmt::format("  {}\n", text);
    return out;
}

} // namespace tally
