#include "core/audit/trace_log_writer.h"

#include "core/audit/entry_rules.h"
#include "core/audit/note.h"
#include "core/audit/payload.h"
#include "core/base/log.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {

namespace {
constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t remember_every_us = 60 * second_us;

std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
} // namespace

TraceLogWriter::TraceLogWriter(store::Store& store, SeedStore& seeds, const Clock& clock, Rng& rng,
                               TraceLogOptions options)
    : store_(store)
    , seeds_(seeds)
    , clock_(clock)
    , rng_(rng)
    , options_(std::move(options))
    , places_(options_.seen_dir, store::Store::databasePath(store.dir())) {}

TraceLogWriter::~TraceLogWriter() {
    store_.writer().stop();
}

Result<std::int64_t> TraceLogWriter::put(Tx& tx, LineBuilder& entry, const std::vector<Payload>& payloads) {
    if (!halted_.empty())
        return fail("log.halted", "The trace log cannot go on: " + halted_, "Open the workspace again.");
    if (closed_) return fail("log.closed", "The trace log was closed; nothing more is recorded");
    const auto seq = entries();
    std::array<std::uint8_t, 16> salt{};
    rng_.fill(salt);
    entry.set("v", std::int64_t{1});
    entry.set("log", log_id_);
    entry.set("seq", seq);
    entry.set("prev", toHex(last_leaf_));
    entry_us_ = clock_.wallUs();
    entry.set("ts_us", entry_us_);
    entry.set("mono_us", clock_.monoUs());
    entry.set("boot", store_.bootId());
    entry.set("salt", toHex(salt));
    std::vector<Nonce> nonces(payloads.size());
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        const auto& payload = payloads[i];
        if (!isSlot(payload.slot))
            return fail("entry.field", "There is no payload slot " + payload.slot,
                        "Use in, out, args, docs or user.");
        rng_.fill(nonces[i]);
        entry.set(payload.slot, commitPayload(nonces[i], log_id_, static_cast<std::uint64_t>(seq),
                                              payload.slot, payload.bytes));
    }
    TALLY_ASSIGN(const auto line, entry.finish());
    const auto leaf = leafHash(line);
    TALLY_TRY(tx.db().run("INSERT INTO trace_steps(seq, entry, leaf) VALUES(?,?,?)", seq, store::Blob{line},
                          store::Blob{view(leaf)}));
    for (std::size_t i = 0; i < payloads.size(); ++i)
        TALLY_TRY(tx.db().run("INSERT INTO trace_payloads(seq, slot, nonce, payload) VALUES(?,?,?,?)", seq,
                              payloads[i].slot, store::Blob{asText(nonces[i])},
                              store::Blob{payloads[i].bytes}));
    edge_.append(leaf);
    last_leaf_ = leaf;
    return seq;
}

Result<std::int64_t> TraceLogWriter::putMarked(Tx& tx, LineBuilder& entry, store::MarkKind mark,
                                               std::string_view name) {
    TALLY_ASSIGN(const auto seq, put(tx, entry));
    TALLY_TRY(store::TraceIndex::addMark(tx, seq, mark, name, entry_us_));
    return seq;
}

void TraceLogWriter::seal(Tx&) {
    seal_ = true;
}

bool TraceLogWriter::maySeal() {
    if (const auto ready = org_.ready(clock_.monoUs()); !ready) {
        if (org_absent_.empty()) log::warn("trace-log", ready.error().text());
        org_absent_ = ready.error().text();
        return false;
    }
    if (!org_absent_.empty()) log::info("trace-log", "the organisation's key is there again");
    org_absent_.clear();
    return true;
}

Result<std::int64_t> TraceLogWriter::rotateKey(Tx& tx) {
    if (handover_ >= 0)
        return fail("log.rotating", "A change of keys is under way; the handover checkpoint comes first");
    // Its handover checkpoint would be missing for as long as the organisation's key is.
    TALLY_TRY(org_.ready(clock_.monoUs()));
    TALLY_ASSIGN(const auto* next, ring_->prepareNext());
    const auto vkey = VerifierKey::of(origin_, next->publicKey()).text();
    LineBuilder entry("key");
    entry.set("op", "rotate");
    entry.set("vkey", vkey);
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, store::MarkKind::key, vkey));
    handover_ = seq;
    handover_edge_ = edge_;
    return seq;
}

// ---- hook

Status TraceLogWriter::beforeCommit(Tx& tx) {
    if (entries() == committed_size_) return {};
    return tx.db().run("INSERT INTO trace_edge(id, size, nodes) VALUES(1,?,?) "
                       "ON CONFLICT(id) DO UPDATE SET size=excluded.size, nodes=excluded.nodes",
                       entries(), store::Blob{edge_.bytes()});
}

void TraceLogWriter::committed(const store::CommitInfo&) {
    if (entries() == committed_size_) return;
    const auto now = clock_.monoUs();
    if (committed_size_ == sealed_size_) unsealed_since_us_ = now;
    last_entry_us_ = now;
    committed_size_ = entries();
    if (on_advance_) on_advance_(committed_size_, sealed_size_);
}

Status TraceLogWriter::rolledBack(store::Connection& db) {
    if (log_id_.empty()) return {};
    closed_ = false;
    auto loaded = load(db);
    if (!loaded) halted_ = loaded.error().text();
    return loaded;
}

Status TraceLogWriter::afterGroup(store::Connection& db) {
    if (!halted_.empty()) return {};
    if (purge_) TALLY_TRY(purge(db));
    if (committed_size_ == sealed_size_) seal_ = false;
    const bool due = handover_ >= 0 || seal_ || committed_size_ - sealed_size_ >= options_.ckpt_n;
    if (!due || !maySeal()) return {};
    if (handover_ >= 0) TALLY_TRY(finishHandover(db));
    const auto unsealed = committed_size_ - sealed_size_;
    if (unsealed == 0) {
        seal_ = false;
        return {};
    }
    if (!seal_ && unsealed < options_.ckpt_n) return {}; // a handover was all
    const bool wanted = seal_;
    TALLY_TRY(writeCheckpoint(db, edge_));
    seal_ = false;
    if (wanted || clock_.monoUs() - remembered_us_ >= remember_every_us) {
        TALLY_TRY(remember(edge_.root()));
    }
    return {};
}

/// That this much is sealed, beside the database and outside of its folder.
Status TraceLogWriter::remember(const Hash& root) {
    remembered_us_ = clock_.monoUs();
    TALLY_TRY(ring_->remember(sealed_size_, toHex(root)));
    // A state folder that cannot be written makes a copy harder to notice, but is no reason to stop working.
    if (const auto saved = places_.save(log_id_, sealed_size_, toHex(root)); !saved && !place_warned_) {
        place_warned_ = true;
        log::warn("trace-log",
                  "what was sealed cannot be remembered outside the workspace: " + saved.error().text());
    }
    return {};
}

std::int64_t TraceLogWriter::nextTickUs() const {
    if (!halted_.empty() || closed_) return never;
    auto next = last_entry_us_ + options_.beat_s * second_us;
    if (org_absent_.empty()) next = std::min(next, key_since_us_ + options_.key_hours * 3'600 * second_us);
    if (committed_size_ > sealed_size_)
        next = std::min(next, unsealed_since_us_ + options_.ckpt_s * second_us);
    if (purge_) next = std::min(next, purge_again_us_);
    return next;
}

Status TraceLogWriter::tick(Tx& tx) {
    const auto now = clock_.monoUs();
    if (committed_size_ > sealed_size_ && now >= unsealed_since_us_ + options_.ckpt_s * second_us) {
        seal_ = true;
        unsealed_since_us_ = now; // a failing disk is asked again after the same time, not at once
    }
    if (now >= key_since_us_ + options_.key_hours * 3'600 * second_us && handover_ < 0 && maySeal()) {
        key_since_us_ = now;
        TALLY_TRY(rotateKey(tx));
    } else if (now >= last_entry_us_ + options_.beat_s * second_us) {
        last_entry_us_ = now;
        LineBuilder beat("beat");
        TALLY_TRY(putMarked(tx, beat, store::MarkKind::beat, {}));
    }
    return {};
}

// ---- checkpoints: the entries are committed before this; sign, commit, and only then say so (TRACE_LOG 7.5)

Status TraceLogWriter::writeCheckpoint(store::Connection& db, const CompactRange& edge) {
    const Checkpoint checkpoint{origin_, edge.size(), edge.root(), {}};
    TALLY_ASSIGN(auto note, signNote(checkpoint.text(), origin_, ring_->current()));
    TALLY_ASSIGN(const auto second, org_.line(checkpoint.text(), origin_, clock_.monoUs()));
    note += second;
    const auto size = static_cast<std::int64_t>(edge.size());
    TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
    TALLY_TRY(db.run("INSERT INTO trace_checkpoints(size, note) VALUES(?,?)", size, store::Blob{note}));
    // What the next opening continues from, instead of reading every leaf; believed only if it gives the
    // signed root.
    store::Tx tx(db);
    TALLY_TRY(store::SettingRepo::set(tx, "trace.sealed_edge",
                                      fmt::format("{} {}", size, toHex(asBytes(edge.bytes())))));
    TALLY_TRY(transaction.commit());
    sealed_size_ = size;
    unsealed_since_us_ = clock_.monoUs();
    if (on_advance_) on_advance_(committed_size_, sealed_size_);
    return {};
}

Status TraceLogWriter::finishHandover(store::Connection& db) {
    TALLY_TRY(writeCheckpoint(db, handover_edge_)); // still with the old key
    TALLY_TRY(ring_->promote());
    handover_ = -1;
    key_since_us_ = clock_.monoUs();
    return {};
}

// ---- calls from other threads

/// After Writer::drain.
Status TraceLogWriter::whetherSealed(std::int64_t wanted) const {
    if (sealed_size_ >= wanted) return {};
    if (!org_absent_.empty())
        return fail("log.unsealed", "The newest entries are recorded but not sealed: " + org_absent_);
    return fail("log.unsealed", "The newest entries could not be sealed",
                "See the messages of the database writer.");
}

Status TraceLogWriter::sealNow(store::Writer& writer) {
    std::int64_t wanted = 0;
    TALLY_TRY(writer.write([this, &wanted](Tx& tx) {
        wanted = entries();
        return seal(tx), Status();
    }));
    writer.drain();
    return whetherSealed(wanted);
}

Status TraceLogWriter::close(store::Writer& writer, const std::string& reason) {
    std::int64_t wanted = 0;
    const auto op = [this, reason, &wanted](Tx& tx) -> Status {
        LineBuilder entry("close");
        if (!reason.empty()) entry.set("reason", reason);
        TALLY_TRY(putMarked(tx, entry, store::MarkKind::close, reason));
        wanted = entries();
        seal_ = true;
        closed_ = true;
        return {};
    };
    TALLY_TRY(writer.write(op));
    writer.drain();
    return whetherSealed(wanted);
}

} // namespace tally::audit
