// What others signed besides the log's own keys: the organisation and time stamping authorities
// (TRACE_LOG.md 16.2, 16.3). Witnesses are in verify_keys.cpp.
#include "core/audit/merkle.h"
#include "core/audit/verifier_impl.h"

#include <algorithm>

namespace tally::audit {
namespace {
constexpr std::size_t max_timestamps = 1'000; ///< each costs a chain of certificates
}

void Verifier::organisation() {
    if (!options_.org_key) return;
    verdict_.organisation = "missing";
    for (const SealedAt& at : checkpoints_) {
        const auto note = parseNote(at.note);
        if (!note) continue;
        const auto good = options_.org_key->verify(*note, at.checkpoint.origin);
        if (good == false) {
            verdict_.organisation = "mismatch";
            findings_.add(
                "BAD_ORG_SIGNATURE",
                {.seq = at.checkpoint.size - 1, .field = "organisation", .detail = "it is invalid"});
        } else if (good == true && &at == latest() && verdict_.organisation == "missing") {
            verdict_.organisation = "match";
        }
    }
    if (verdict_.organisation == "missing")
        findings_.add("BAD_ORG_SIGNATURE",
                      {.seq = latest() == nullptr ? std::nullopt : std::optional(end_ - 1),
                       .field = "organisation",
                       .detail = "the newest checkpoint has none of this key"});
}

void Verifier::anchors() {
    LineTable lines(sections_[Section::anchors]);
    const TsaTrust* const trust = options_.tsa ? &*options_.tsa : nullptr;
    std::size_t tokens = 0;
    while (const auto line = lines.next()) {
        if (options_.cancel.cancelled() || isAbsurdlyFine(lines.size(), lines.offset())) return;
        const auto entry = parseEntry(*line, 0);
        const std::string* kind = entry ? entry->text("kind") : nullptr;
        if (kind == nullptr || *kind != "rfc3161") continue;
        const auto size = entry->integer("size");
        const std::string* text = entry->text("token");
        const auto token = text != nullptr ? fromBase64(*text) : std::nullopt;
        const auto at = std::find_if(checkpoints_.begin(), checkpoints_.end(), [&](const SealedAt& c) {
            return size && static_cast<std::int64_t>(c.checkpoint.size) == *size;
        });
        Result<Timestamp> stamp =
            fail("tsa.format", "its line is incomplete, or its checkpoint is not in the file");
        if (++tokens > max_timestamps)
            stamp = fail("tsa.count", "there are more than a verifier looks at");
        else if (token && at != checkpoints_.end())
            stamp = checkTimestamp(*token, parseNote(at->note)->text, trust);
        const auto seq =
            size && *size > 0 ? std::optional(static_cast<std::uint64_t>(*size) - 1) : std::nullopt;
        if (stamp) {
            verdict_.timestamps.push_back({*size, stamp->time, stamp->authority, trust != nullptr});
            if (trust == nullptr)
                findings_.add("W_TIMESTAMP_UNCHECKED",
                              {.seq = seq,
                               .field = "anchors",
                               .derived = true,
                               .detail = "no certificate of its authority was given"});
        } else {
            findings_.add(trust != nullptr ? "BAD_TIMESTAMP" : "W_TIMESTAMP_UNCHECKED",
                          {.seq = seq,
                           .field = "anchors",
                           .derived = trust == nullptr,
                           .detail = stamp.error().message});
        }
        if (tokens > max_timestamps) return;
    }
}

} // namespace tally::audit
