#include "ui/models/finding_words.h"

#include "ui/widgets/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Finding)
};

constexpr int most_value = 40; // the whole value stands in a table beside it
constexpr int most_detail = 400;

/// The sentences of TRACE_LOG.md 11.6, word for word as the core has them, so that what it adds can be told
/// apart.
constexpr std::pair<std::string_view, const char*> sentences[] = {
    {"CONTAINER", QT_TRANSLATE_NOOP("Finding", "the file does not follow the framing of a trace bundle")},
    {"FILE_TRUNCATED", QT_TRANSLATE_NOOP("Finding", "the file ends inside this section")},
    {"MANIFEST", QT_TRANSLATE_NOOP("Finding", "the manifest cannot be read, or contradicts the signed data")},
    {"CHECKPOINT_FORMAT", QT_TRANSLATE_NOOP("Finding", "a checkpoint cannot be read")},
    {"CHECKPOINT_ORDER",
     QT_TRANSLATE_NOOP("Finding", "the sizes of the checkpoints are not strictly ascending")},
    {"CHECKPOINT_INCONSISTENT",
     QT_TRANSLATE_NOOP("Finding", "this checkpoint is no beginning of the newest signed tree")},
    {"HASHES_SECTION_ALTERED",
     QT_TRANSLATE_NOOP("Finding",
                       "the hash list is damaged here; the records themselves match the signed root")},
    {"HASHES_MISMATCH",
     QT_TRANSLATE_NOOP("Finding",
                       "record and hash list differ, and no checkpoint decides which one is right")},
    {"ROOT_MISMATCH", QT_TRANSLATE_NOOP("Finding", "neither the records nor the hash list give the signed "
                                                   "root; the first changed record lies in this range")},
    {"ALTERED", QT_TRANSLATE_NOOP("Finding", "the record was changed")},
    {"FORMATTING_ONLY", QT_TRANSLATE_NOOP("Finding", "the same content was written with other bytes")},
    {"DUPLICATE_KEY", QT_TRANSLATE_NOOP("Finding", "a field occurs twice; the original had it once")},
    {"UNPARSEABLE", QT_TRANSLATE_NOOP("Finding", "the record was changed and can no longer be read as JSON")},
    {"NOT_OBJECT",
     QT_TRANSLATE_NOOP("Finding", "the record was replaced by something that is no JSON object")},
    {"DELETED", QT_TRANSLATE_NOOP("Finding", "records were removed")},
    {"TRUNCATED", QT_TRANSLATE_NOOP("Finding", "records were removed from the end")},
    {"INSERTED", QT_TRANSLATE_NOOP("Finding", "a record that was never sealed stands before this one")},
    {"MOVED", QT_TRANSLATE_NOOP("Finding", "the record stands at another place")},
    {"DUPLICATED", QT_TRANSLATE_NOOP("Finding", "a second copy of this record")},
    {"NONCANONICAL", QT_TRANSLATE_NOOP("Finding", "the line is not in canonical form")},
    {"MISSING_FIELD", QT_TRANSLATE_NOOP("Finding", "a required field is missing")},
    {"BAD_FIELD", QT_TRANSLATE_NOOP("Finding", "the field has a value that is not allowed")},
    {"GENESIS",
     QT_TRANSLATE_NOOP("Finding", "entry 0 is no genesis entry, or another entry claims to be one")},
    {"LOG_MISMATCH", QT_TRANSLATE_NOOP("Finding", "the entry belongs to another log")},
    {"SEQ_MISMATCH", QT_TRANSLATE_NOOP("Finding", "the entry carries another sequence number")},
    {"CHAIN_BREAK", QT_TRANSLATE_NOOP("Finding", "prev is not the leaf hash of the preceding entry")},
    {"BAD_REF",
     QT_TRANSLATE_NOOP("Finding", "refers to an entry that does not exist, is later, or has the wrong kind")},
    {"UNPRICED", QT_TRANSLATE_NOOP("Finding", "a metered quantity has no rate in the price entry")},
    {"COST_MISMATCH", QT_TRANSLATE_NOOP("Finding", "the cost is not the sum of quantity times rate")},
    {"UNKNOWN_BOOKING",
     QT_TRANSLATE_NOOP(
         "Finding", "a step of unknown outcome must be booked at the reserved amount, without quantities")},
    {"SETTLE_TWICE", QT_TRANSLATE_NOOP("Finding", "this step was settled before")},
    {"RUN_STATE", QT_TRANSLATE_NOOP("Finding", "the run is not open, was started twice, or has ended")},
    {"RUN_TOTAL", QT_TRANSLATE_NOOP("Finding", "the total of the run differs from the sum of its steps")},
    {"BAD_SIGNATURE", QT_TRANSLATE_NOOP("Finding", "the signature is missing or invalid")},
    {"BAD_KEY", QT_TRANSLATE_NOOP("Finding", "the public key is malformed or weak")},
    {"HANDOVER_MISSING",
     QT_TRANSLATE_NOOP("Finding", "no checkpoint by the old key stands directly after this change of keys")},
    {"ORIGIN_MISMATCH", QT_TRANSLATE_NOOP("Finding", "checkpoint or genesis entry names another origin")},
    {"CONTEXT_PROOF", QT_TRANSLATE_NOOP("Finding", "a context entry does not prove its place in the log")},
    {"CONTEXT_FORMAT", QT_TRANSLATE_NOOP("Finding", "the context section cannot be read")},
    {"WRONG_LOG", QT_TRANSLATE_NOOP("Finding", "this is not the log that was agreed (pin)")},
    {"FORK", QT_TRANSLATE_NOOP("Finding", "differs from what this verifier has seen before")},
    {"ROLLBACK", QT_TRANSLATE_NOOP("Finding", "this verifier has already seen a longer log")},
    {"PAYLOAD_MISMATCH", QT_TRANSLATE_NOOP("Finding", "the payload does not match its commitment")},
    {"ERASED_BUT_PRESENT", QT_TRANSLATE_NOOP("Finding", "the payload is logged as erased but is present")},
    {"OPENING_FORMAT", QT_TRANSLATE_NOOP("Finding", "a payload opening cannot be read")},
    {"PARTIAL_LAST_LINE", QT_TRANSLATE_NOOP("Finding", "the last line is incomplete")},
    {"INDEX_MISMATCH", QT_TRANSLATE_NOOP("Finding", "the query index of the store differs from the entry")},
    {"W_NO_CHECKPOINT", QT_TRANSLATE_NOOP("Finding", "there is no checkpoint: nothing here is signed")},
    {"W_KEYS_UNKNOWN",
     QT_TRANSLATE_NOOP("Finding", "the genesis entry is not available: signatures could not be checked")},
    {"W_NOT_PINNED", QT_TRANSLATE_NOOP("Finding", "no pin was given: the whole log could be a substitute")},
    {"W_NEW_LOG", QT_TRANSLATE_NOOP("Finding", "this verifier has seen other logs but never this one")},
    {"W_MEMORY_UNCHECKED",
     QT_TRANSLATE_NOOP("Finding", "the tree at the remembered size cannot be computed from this export")},
    {"W_EXTENSION_LINES",
     QT_TRANSLATE_NOOP("Finding", "the checkpoint carries extension lines, which were ignored")},
    {"W_UNSEALED", QT_TRANSLATE_NOOP("Finding", "records after the newest checkpoint are not sealed yet")},
    {"W_TORN_TAIL",
     QT_TRANSLATE_NOOP("Finding",
                       "the last line is incomplete, after the sealed part (a crash while writing)")},
    {"W_UNKNOWN_KIND", QT_TRANSLATE_NOOP("Finding", "this kind of entry is not defined in this version")},
    {"W_CLOCK_BACK", QT_TRANSLATE_NOOP("Finding", "the wall clock is earlier than in the preceding entry")},
    {"W_CLOCK_STEP", QT_TRANSLATE_NOOP("Finding", "wall clock and monotonic clock disagree")},
    {"W_BEAT_GAP", QT_TRANSLATE_NOOP("Finding", "no entry for more than two heartbeat periods")},
    {"W_REF_OUTSIDE", QT_TRANSLATE_NOOP("Finding", "the entry referred to is outside of this export")},
    {"W_RUN_PARTIAL",
     QT_TRANSLATE_NOOP(
         "Finding",
         "the total of the run cannot be recomputed: a part of it is outside of this export or unreadable")},
    {"W_PAYLOAD_UNCHECKED", QT_TRANSLATE_NOOP("Finding", "payload of a record that is not authentic here")},
    {"W_PRICE_OTHER",
     QT_TRANSLATE_NOOP("Finding", "the step is priced with the price entry of another model")},
    {"W_KILL_COUNTS", QT_TRANSLATE_NOOP("Finding", "the stop says more stopped calls than the log shows")},
    {"W_RUN_UNKNOWN", QT_TRANSLATE_NOOP("Finding", "names a run that this log does not know")},
    {"W_BUDGET_UNKNOWN", QT_TRANSLATE_NOOP("Finding", "is about a budget that was never set")},
    {"W_BUDGET_OVERRUN",
     QT_TRANSLATE_NOOP("Finding",
                       "more was spent than the limit, and no entry says that the limit was reached")},
    {"W_SPAN_TWICE", QT_TRANSLATE_NOOP("Finding", "another step of the run has this span")},
    {"W_PARENT_UNKNOWN", QT_TRANSLATE_NOOP("Finding", "the calling step is no step of the run")},
    {"W_AFTER_KILL", QT_TRANSLATE_NOOP("Finding", "the step began after a stop order that was not lifted")},
    {"W_ALERT_ABOUT", QT_TRANSLATE_NOOP("Finding", "the alert is about an entry that is no step of its run")},
    {"W_ERASED_TWICE", QT_TRANSLATE_NOOP("Finding", "this payload was erased before")},
    {"W_KEY_REUSED", QT_TRANSLATE_NOOP("Finding", "the next epoch has a key that was in use before")},
    {"BAD_TIMESTAMP",
     QT_TRANSLATE_NOOP("Finding", "the time stamp does not prove that this checkpoint existed")},
    {"W_TIMESTAMP_UNCHECKED", QT_TRANSLATE_NOOP("Finding", "the time stamp was not checked")},
    {"BAD_ORG_SIGNATURE",
     QT_TRANSLATE_NOOP("Finding", "the signature of the organisation is missing or invalid")},
};

const char* sourceOf(std::string_view code) {
    const auto* it = std::find_if(std::begin(sentences), std::end(sentences),
                                  [&](const auto& each) { return each.first == code; });
    return it == std::end(sentences) ? nullptr : it->second;
}

/// What follows the sentence: a detail, and how many more were found.
QString rest(std::string_view added) {
    constexpr std::string_view more = " more findings like this are not listed";
    QString out;
    if (const auto at = added.rfind("; "); at != added.npos && added.ends_with(more)) {
        const std::string_view number = added.substr(at + 2, added.size() - at - 2 - more.size());
        out = Words::tr("; %1 more findings like this are not listed").arg(safeText(number, 24));
        added = added.substr(0, at);
    }
    return safeText(added, most_detail) + out;
}

QString quoted(const std::optional<std::string>& value) {
    const bool hash = value->size() == 64 && value->find_first_not_of("0123456789abcdef") == value->npos;
    return value->empty() ? Words::tr("nothing") : hash ? shortHash(*value) : safeText(*value, most_value);
}
} // namespace

bool knowsFinding(std::string_view code) {
    return sourceOf(code) != nullptr;
}

QString findingSentence(const Finding& f) {
    const char* source = sourceOf(f.code);
    const std::string_view message = f.message;
    if (source == nullptr || !message.starts_with(source)) return safeText(message, most_detail);
    return QCoreApplication::translate("Finding", source) +
           rest(message.substr(std::string_view(source).size()));
}

QString findingInFull(const Finding& f) {
    const QString says = findingSentence(f);
    const QString field = f.field ? safeText(*f.field, 60) : QString();
    if (f.original && f.stored)
        return Words::tr("%1: %2 says %3, sealed was %4")
            .arg(says, field, quoted(f.stored), quoted(f.original));
    if (f.original) return Words::tr("%1: %2 is missing, sealed was %3").arg(says, field, quoted(f.original));
    if (f.stored && f.expected && !field.isEmpty())
        return Words::tr("%1: %2 says %3, right would be %4")
            .arg(says, field, quoted(f.stored), quoted(f.expected));
    if (f.stored && !field.isEmpty()) return Words::tr("%1: %2 says %3").arg(says, field, quoted(f.stored));
    return field.isEmpty() ? says : Words::tr("%1: %2").arg(says, field);
}

} // namespace tally::ui
