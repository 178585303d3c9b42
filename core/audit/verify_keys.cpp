// Who sealed the log, whether it is the agreed one, and what was seen of it before
// (TRACE_LOG.md 10.7, 10.8, 10.9).
#include "core/audit/merkle.h"
#include "core/audit/ordered_parallel.h"
#include "core/audit/payload.h"
#include "core/audit/tree_roots.h"
#include "core/audit/verifier_impl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace tally::audit {
namespace {

std::optional<std::string> textField(const std::optional<Entry>& entry, std::string_view key) {
    const Value* v = entry ? entry->find(key) : nullptr;
    return v == nullptr ? std::nullopt : std::optional(show(*v));
}

/// A key of the schedule: valid for tree sizes above `after` (the first one for all).
struct ScheduledKey {
    std::uint64_t after = 0;
    std::optional<std::string> text;
    std::optional<VerifierKey> key; ///< nothing: malformed or weak
};

struct SignatureCheck {
    std::size_t checkpoint = 0;
    const ScheduledKey* key = nullptr;
    Status result;
};

} // namespace

int Verifier::identityAndKeys() {
    const auto& genesis = content_->genesis();
    if (first_ == 0) {
        if (authority_ != Authority::none)
            verdict_.fingerprint = toHex(authentic(0));
        else if (!line_hashes_.empty())
            verdict_.fingerprint = toHex(line_hashes_[0]);
    } else if (genesis) {
        if (const auto line = encodeEntry(*genesis)) verdict_.fingerprint = toHex(leafHash(*line));
    }
    if (latest() != nullptr) verdict_.origin = latest()->checkpoint.origin;
    verdict_.log = textField(genesis, "log");
    verdict_.currency = textField(genesis, "currency");
    verdict_.continues = textField(genesis, "continues");

    const auto contradicts = [&](const char* key, const std::optional<std::string>& right) {
        const Value* said = manifest_.find(key);
        if (said != nullptr && right && show(*said) != *right)
            findings_.add("MANIFEST", {.field = key, .stored = show(*said), .expected = right});
    };
    contradicts("log", verdict_.log);
    contradicts("origin", verdict_.origin);
    if (latest() != nullptr) contradicts("size", std::to_string(end_));

    int level = static_cast<int>(VerdictLevel::self_consistent);
    if (!checkpoints_.empty()) {
        if (!genesis)
            findings_.add("W_KEYS_UNKNOWN");
        else
            level = keySchedule();
    }
    return pinMemoryWitnesses(level);
}

int Verifier::keySchedule() {
    progress("signatures", data_->bytes().size());
    const Entry& genesis = *content_->genesis();
    std::vector<ScheduledKey> schedule{{0, textField(genesis, "vkey"), {}}};
    for (const ContentCheck::KeyEntry& k : content_->keys()) {
        if (k.seq < end_) schedule.push_back({k.seq + 1, k.vkey, {}});
    }
    verdict_.epochs = static_cast<std::int64_t>(schedule.size());
    bool sound = true;
    for (ScheduledKey& k : schedule) {
        auto key = k.text ? VerifierKey::parse(*k.text) : fail("note.vkey", "the key is missing");
        if (key && key->algorithm != NoteAlgorithm::ed25519)
            key = fail("note.vkey", "the key is no signing key of a log");
        if (key) {
            k.key = std::move(*key);
            continue;
        }
        sound = false;
        findings_.add("BAD_KEY", {.seq = k.after == 0 ? 0 : k.after - 1,
                                  .field = "vkey",
                                  .stored = k.text,
                                  .detail = key.error().message});
    }
    const auto origin = textField(genesis, "origin");
    const bool origin_fits =
        genesis.text("origin") != nullptr && origin->ends_with("/" + verdict_.log.value_or("None"));
    if (!origin_fits) {
        findings_.add("ORIGIN_MISMATCH", {.seq = 0, .field = "origin", .stored = origin});
        sound = false;
    }

    std::vector<SignatureCheck> checks;
    for (std::size_t i = 0; i < checkpoints_.size(); ++i) {
        const Checkpoint& c = checkpoints_[i].checkpoint;
        if (c.origin != origin) {
            findings_.add("ORIGIN_MISMATCH",
                          {.seq = c.size - 1, .field = "checkpoint", .stored = c.origin, .expected = origin});
            sound = false;
            continue;
        }
        // The last key that starts before this size; the first one starts at 0.
        auto key = std::partition_point(schedule.begin(), schedule.end(),
                                        [&](const ScheduledKey& k) { return k.after < c.size; });
        if (key != schedule.begin()) --key;
        if (key->key) checks.push_back({i, &*key, {}});
    }
    // Signatures are the dearest check per item: over all threads, in small groups.
    constexpr std::size_t group = 32;
    std::size_t made = 0;
    orderedParallel<std::pair<std::size_t, std::size_t>>(
        checks.size() > group ? threads_ : 1,
        [&]() -> std::optional<std::pair<std::size_t, std::size_t>> {
            if (made >= checks.size()) return std::nullopt;
            const std::size_t from = made;
            made = std::min(checks.size(), made + group);
            return std::pair(from, made);
        },
        [&](const std::pair<std::size_t, std::size_t>& range) {
            for (std::size_t i = range.first; i < range.second; ++i) {
                const SealedAt& at = checkpoints_[checks[i].checkpoint];
                const VerifierKey& key = *checks[i].key->key;
                if (key.name != at.checkpoint.origin) {
                    checks[i].result = fail("note.key_name", "the name of the key is not the origin");
                } else if (const auto verified = verifyNote(at.note, std::span(&key, 1)); !verified) {
                    checks[i].result = fail(verified.error());
                }
            }
        },
        [&](auto&&) { return !options_.cancel.cancelled(); });

    std::set<std::uint64_t> sizes;
    for (const SealedAt& c : checkpoints_)
        sizes.insert(c.checkpoint.size);
    const auto& roots = authority_ == Authority::list ? list_roots_ : line_roots_;
    std::map<const ScheduledKey*, std::uint64_t> seals; ///< largest tree that each key seals
    std::set<std::uint64_t> handed_over;                ///< sizes with a valid signature over the right root
    for (const SignatureCheck& check : checks) {
        const Checkpoint& c = checkpoints_[check.checkpoint].checkpoint;
        if (check.result) {
            auto root = roots.find(c.size);
            if (root != roots.end() && root->second == c.root) {
                verdict_.sealed_to = std::max(verdict_.sealed_to, static_cast<std::int64_t>(c.size) - 1);
                seals[check.key] = std::max(seals[check.key], c.size);
                handed_over.insert(c.size);
            }
            root = context_roots_.find(c.size);
            if (root != context_roots_.end() && root->second == c.root) handed_over.insert(c.size);
            continue;
        }
        sound = false;
        // A key entry may be among what is missing or unreadable: then the missing signature follows from
        // that.
        const bool gap = content_->unreadableIn(check.key->after, c.size) ||
                         (authority_ == Authority::none && first_ + table_.size() < c.size);
        findings_.add("BAD_SIGNATURE", {.seq = c.size - 1,
                                        .field = "checkpoint",
                                        .derived = gap && check.result.error().code == "note.unsigned",
                                        .detail = check.result.error().message});
    }
    for (std::size_t i = 1; i < schedule.size(); ++i) {
        if (sizes.count(schedule[i].after) != 0) continue;
        sound = false;
        findings_.add("HANDOVER_MISSING", {.seq = schedule[i].after - 1, .field = "checkpoint"});
    }
    // A key is the log's only if the key before it signed the tree that ends with its entry.
    for (const ScheduledKey& k : schedule) {
        if (!k.key || (k.after > 0 && handed_over.count(k.after) == 0)) break;
        if (const auto at = seals.find(&k); at != seals.end())
            verdict_.signed_to = std::max(verdict_.signed_to, static_cast<std::int64_t>(at->second) - 1);
    }
    if (!origin_fits) verdict_.signed_to = -1;
    if (verdict_.sealed_to >= 0) {
        if (const auto entry = content_->entry(static_cast<std::uint64_t>(verdict_.sealed_to)))
            verdict_.sealed_ts_us = entry->integer("ts_us");
    }
    return static_cast<int>(sound ? VerdictLevel::is_signed : VerdictLevel::self_consistent);
}

int Verifier::pinMemoryWitnesses(int level) {
    const auto genesis_key = textField(content_->genesis(), "vkey");
    if (options_.pin || !pins_.empty()) {
        bool match = true;
        if (options_.pin && options_.pin != verdict_.fingerprint) {
            match = false;
            findings_.add(
                "WRONG_LOG",
                {.seq = 0, .field = "fingerprint", .stored = verdict_.fingerprint, .expected = options_.pin});
        }
        for (const VerifierKey& pin : pins_) {
            if (genesis_key == pin.text()) continue;
            match = false;
            findings_.add("WRONG_LOG",
                          {.seq = 0, .field = "vkey", .stored = genesis_key, .expected = pin.text()});
        }
        verdict_.pin = match ? "match" : "mismatch";
        if (match && level == static_cast<int>(VerdictLevel::is_signed))
            level = static_cast<int>(VerdictLevel::pinned);
    } else {
        findings_.add("W_NOT_PINNED");
    }
    if (memory_ && content_->genesis()) level = memory(level);
    for (const VerifierKey& witness : witnesses_) {
        if (latest() == nullptr) break;
        const auto verified = verifyNote(latest()->note, std::span(&witness, 1));
        if (verified) {
            for (const Verified& v : *verified)
                verdict_.witnesses.push_back({v.name, static_cast<std::int64_t>(v.time.value_or(0))});
            if (level >= static_cast<int>(VerdictLevel::pinned))
                level = static_cast<int>(VerdictLevel::witnessed);
        } else if (verified.error().code != "note.unsigned") {
            findings_.add("BAD_SIGNATURE",
                          {.seq = end_ - 1, .field = "witness", .detail = verified.error().message});
        }
    }
    return level;
}

int Verifier::memory(int level) {
    const auto at = memory_->logs.find(verdict_.log.value_or(""));
    if (at == memory_->logs.end()) {
        verdict_.memory = "unknown log";
        if (!memory_->logs.empty()) findings_.add("W_NEW_LOG");
        return level;
    }
    const VerifierMemory::Seen& seen = at->second;
    verdict_.memory_size = seen.size;
    verdict_.memory = "mismatch";
    const auto size = static_cast<std::uint64_t>(seen.size);
    if (seen.fingerprint != verdict_.fingerprint) {
        findings_.add(
            "FORK",
            {.seq = 0, .field = "fingerprint", .stored = verdict_.fingerprint, .expected = seen.fingerprint});
        return level;
    }
    if (size > end_) {
        findings_.add("ROLLBACK",
                      {.seq = end_,
                       .to_seq = size - 1,
                       .stored = fmt::format("{} records, root {}", end_, verdict_.root.value_or("")),
                       .expected = fmt::format("{} records, root {}", size, seen.root)});
        return level;
    }
    const auto& roots = authority_ == Authority::list ? list_roots_ : line_roots_;
    const auto root = roots.find(size);
    if (root == roots.end()) {
        verdict_.memory = "unchecked";
        findings_.add("W_MEMORY_UNCHECKED", {.seq = size - 1, .derived = size > first_});
    } else if (toHex(root->second) != seen.root) {
        findings_.add("FORK", {.seq = size - 1,
                               .field = "memory",
                               .stored = toHex(root->second),
                               .expected = seen.root,
                               .derived = authority_ == Authority::none});
    } else {
        verdict_.memory = "match";
        if (level == static_cast<int>(VerdictLevel::pinned))
            level = static_cast<int>(VerdictLevel::continuous);
    }
    return level;
}

void Verifier::openings() {
    progress("payloads", data_->bytes().size());
    LineTable lines(sections_[Section::openings]);
    std::optional<Entry> entry;
    std::optional<std::uint64_t> entry_seq;
    std::set<std::pair<std::uint64_t, std::string>> false_ones; ///< a right one may follow
    while (const auto line = lines.next()) {
        if (options_.cancel.cancelled()) return;
        if (isAbsurdlyFine(lines.size(), lines.offset())) {
            findings_.add("OPENING_FORMAT",
                          {.field = "openings", .detail = "more lines than openings can have"});
            return;
        }
        const auto opening = Opening::parse(*line);
        if (!opening) {
            findings_.add("OPENING_FORMAT", {.field = "openings", .detail = opening.error().message});
            continue;
        }
        const bool new_one = content_->openingSeen(opening->seq, opening->slot);
        if (content_->isErased(opening->seq, opening->slot)) {
            findings_.add("ERASED_BUT_PRESENT", {.seq = opening->seq, .field = opening->slot});
            continue;
        }
        if (entry_seq != opening->seq) {
            entry = content_->entry(opening->seq);
            entry_seq = opening->seq;
        }
        if (!entry) {
            findings_.add("W_PAYLOAD_UNCHECKED",
                          {.seq = opening->seq, .field = opening->slot, .derived = true});
            continue;
        }
        const std::string* committed = entry->text(opening->slot);
        const std::string* log = entry->text("log");
        if (committed == nullptr || log == nullptr || *log != opening->log_id ||
            *committed != opening->commitment()) {
            findings_.add("PAYLOAD_MISMATCH", {.seq = opening->seq, .field = opening->slot});
            if (new_one) false_ones.emplace(opening->seq, opening->slot);
        } else if (new_one || false_ones.erase({opening->seq, opening->slot}) != 0) {
            content_->openingMatched();
        } else {
            findings_.add("W_PAYLOAD_UNCHECKED", {.seq = opening->seq,
                                                  .field = opening->slot,
                                                  .derived = true,
                                                  .detail = "it stands in the file a second time"});
        }
    }
    if (!lines.torn().empty() && sections_.cut != Section::openings)
        findings_.add("OPENING_FORMAT", {.field = "openings", .detail = "the last line does not end"});
}

} // namespace tally::audit
