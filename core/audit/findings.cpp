#include "core/audit/findings.h"

#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tally::audit {
namespace {

constexpr std::size_t max_shown = 4096;

constexpr std::pair<std::string_view, std::string_view> sentences[] = {
    {"CONTAINER", "the file does not follow the framing of a trace bundle"},
    {"FILE_TRUNCATED", "the file ends inside this section"},
    {"MANIFEST", "the manifest cannot be read, or contradicts the signed data"},
    {"CHECKPOINT_FORMAT", "a checkpoint cannot be read"},
    {"CHECKPOINT_ORDER", "the sizes of the checkpoints are not strictly ascending"},
    {"CHECKPOINT_INCONSISTENT", "this checkpoint is no beginning of the newest signed tree"},
    {"HASHES_SECTION_ALTERED", "the hash list is damaged here; the records themselves match the signed root"},
    {"HASHES_MISMATCH", "record and hash list differ, and no checkpoint decides which one is right"},
    {"ROOT_MISMATCH", "neither the records nor the hash list give the signed root; the first changed record "
                      "lies in this range"},
    {"ALTERED", "the record was changed"},
    {"FORMATTING_ONLY", "the same content was written with other bytes"},
    {"DUPLICATE_KEY", "a field occurs twice; the original had it once"},
    {"UNPARSEABLE", "the record was changed and can no longer be read as JSON"},
    {"NOT_OBJECT", "the record was replaced by something that is no JSON object"},
    {"DELETED", "records were removed"},
    {"TRUNCATED", "records were removed from the end"},
    {"INSERTED", "a record that was never sealed stands before this one"},
    {"MOVED", "the record stands at another place"},
    {"DUPLICATED", "a second copy of this record"},
    {"NONCANONICAL", "the line is not in canonical form"},
    {"MISSING_FIELD", "a required field is missing"},
    {"BAD_FIELD", "the field has a value that is not allowed"},
    {"GENESIS", "entry 0 is no genesis entry, or another entry claims to be one"},
    {"LOG_MISMATCH", "the entry belongs to another log"},
    {"SEQ_MISMATCH", "the entry carries another sequence number"},
    {"CHAIN_BREAK", "prev is not the leaf hash of the preceding entry"},
    {"BAD_REF", "refers to an entry that does not exist, is later, or has the wrong kind"},
    {"UNPRICED", "a metered quantity has no rate in the price entry"},
    {"COST_MISMATCH", "the cost is not the sum of quantity times rate"},
    {"UNKNOWN_BOOKING",
     "a step of unknown outcome must be booked at the reserved amount, without quantities"},
    {"SETTLE_TWICE", "this step was settled before"},
    {"RUN_STATE", "the run is not open, was started twice, or has ended"},
    {"RUN_TOTAL", "the total of the run differs from the sum of its steps"},
    {"BAD_SIGNATURE", "the signature is missing or invalid"},
    {"BAD_KEY", "the public key is malformed or weak"},
    {"HANDOVER_MISSING", "no checkpoint by the old key stands directly after this change of keys"},
    {"ORIGIN_MISMATCH", "checkpoint or genesis entry names another origin"},
    {"CONTEXT_PROOF", "a context entry does not prove its place in the log"},
    {"CONTEXT_FORMAT", "the context section cannot be read"},
    {"WRONG_LOG", "this is not the log that was agreed (pin)"},
    {"FORK", "differs from what this verifier has seen before"},
    {"ROLLBACK", "this verifier has already seen a longer log"},
    {"PAYLOAD_MISMATCH", "the payload does not match its commitment"},
    {"ERASED_BUT_PRESENT", "the payload is logged as erased but is present"},
    {"OPENING_FORMAT", "a payload opening cannot be read"},
    {"PARTIAL_LAST_LINE", "the last line is incomplete"},
    {"INDEX_MISMATCH", "the query index of the store differs from the entry"},
    {"W_NO_CHECKPOINT", "there is no checkpoint: nothing here is signed"},
    {"W_KEYS_UNKNOWN", "the genesis entry is not available: signatures could not be checked"},
    {"W_NOT_PINNED", "no pin was given: the whole log could be a substitute"},
    {"W_NEW_LOG", "this verifier has seen other logs but never this one"},
    {"W_MEMORY_UNCHECKED", "the tree at the remembered size cannot be computed from this export"},
    {"W_EXTENSION_LINES", "the checkpoint carries extension lines, which were ignored"},
    {"W_UNSEALED", "records after the newest checkpoint are not sealed yet"},
    {"W_TORN_TAIL", "the last line is incomplete, after the sealed part (a crash while writing)"},
    {"W_UNKNOWN_KIND", "this kind of entry is not defined in this version"},
    {"W_CLOCK_BACK", "the wall clock is earlier than in the preceding entry"},
    {"W_CLOCK_STEP", "wall clock and monotonic clock disagree"},
    {"W_BEAT_GAP", "no entry for more than two heartbeat periods"},
    {"W_REF_OUTSIDE", "the entry referred to is outside of this export"},
    {"W_RUN_PARTIAL",
     "the total of the run cannot be recomputed: a part of it is outside of this export or unreadable"},
    {"W_PAYLOAD_UNCHECKED", "payload of a record that is not authentic here"},
    // Observations (TRACE_LOG.md 16.1)
    {"W_PRICE_OTHER", "the step is priced with the price entry of another model"},
    {"W_KILL_COUNTS", "the stop says more stopped calls than the log shows"},
    {"W_RUN_UNKNOWN", "names a run that this log does not know"},
    {"W_BUDGET_UNKNOWN", "is about a budget that was never set"},
    {"W_BUDGET_OVERRUN", "more was spent than the limit, and no entry says that the limit was reached"},
    {"W_ALERT_ABOUT", "the alert is about an entry that is no step of its run"},
    {"W_ERASED_TWICE", "this payload was erased before"},
    {"W_SPAN_TWICE", "another step of the run has this span"},
    {"W_PARENT_UNKNOWN", "the calling step is no step of the run"},
    {"W_AFTER_KILL", "the step began after a stop order that was not lifted"},
    {"W_KEY_REUSED", "the next epoch has a key that was in use before"},
    // Extensions (TRACE_LOG.md 16.2, 16.3)
    {"BAD_TIMESTAMP", "the time stamp does not prove that this checkpoint existed"},
    {"W_TIMESTAMP_UNCHECKED", "the time stamp was not checked"},
    {"BAD_ORG_SIGNATURE", "the signature of the organisation is missing or invalid"},
};

std::optional<std::string> cut(std::optional<std::string> text) {
    if (text && text->size() > max_shown) {
        std::size_t n = max_shown;
        while (n > 0 && (static_cast<unsigned char>((*text)[n]) & 0xc0) == 0x80)
            --n; // not in the middle of a character
        text->resize(n);
    }
    // Verdicts are JSON: bytes of a hostile file must not break them.
    if (text && !isUtf8(*text)) text = scrubUtf8(*text);
    return text;
}

std::optional<std::int64_t> number(std::optional<std::uint64_t> n) {
    return n ? std::optional<std::int64_t>(static_cast<std::int64_t>(*n)) : std::nullopt;
}

} // namespace

std::string_view sentenceFor(std::string_view code) {
    for (const auto& [name, sentence] : sentences) {
        if (name == code) return sentence;
    }
    return code;
}

void FindingList::add(std::string_view code, FindingParts parts) {
    const bool warning = code.substr(0, 2) == "W_";
    if (!warning) ++failures_;
    Group& group = groups_[parts.derived ? 2 : warning ? 1 : 0];
    if (group.kept >= max_findings) {
        ++group.dropped;
        return;
    }
    ++group.kept;
    group.last = findings_.size();
    Finding f;
    f.code = std::string(code);
    f.warning = warning;
    f.seq = number(parts.seq);
    f.to_seq = parts.to_seq == parts.seq ? std::nullopt : number(parts.to_seq);
    f.pos = number(parts.pos);
    f.field = cut(std::move(parts.field));
    f.stored = cut(std::move(parts.stored));
    f.original = cut(std::move(parts.original));
    f.expected = cut(std::move(parts.expected));
    f.proven = parts.proven;
    f.derived = parts.derived;
    f.message = std::string(sentenceFor(code));
    if (!parts.detail.empty()) f.message += ": " + scrubUtf8(parts.detail);
    findings_.push_back(std::move(f));
}

std::vector<Finding> FindingList::take() {
    for (const Group& group : groups_) {
        if (group.dropped > 0)
            findings_[group.last].message +=
                fmt::format("; {} more findings like this are not listed", group.dropped);
    }
    std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
        return std::pair(a.derived, a.warning) < std::pair(b.derived, b.warning);
    });
    return std::move(findings_);
}

void appendTo(std::vector<Span>& spans, std::uint64_t n) {
    if (!spans.empty() && spans.back().to + 1 == n)
        spans.back().to = n;
    else
        spans.push_back({n, n});
}

} // namespace tally::audit
