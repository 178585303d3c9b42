// Opening a trace log: what is there, whether it may be continued, and beginning a new one when not
// (TRACE_LOG 7.3, 7.5).
#include "core/audit/index_rebuild.h"
#include "core/audit/note.h"
#include "core/audit/stored_log.h"
#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

namespace tally::audit {

namespace {
std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}
} // namespace

Result<std::unique_ptr<TraceLogWriter>> TraceLogWriter::open(store::Store& store, SeedStore& seeds,
                                                             const Clock& clock, Rng& rng,
                                                             TraceLogOptions options) {
    std::unique_ptr<TraceLogWriter> log(new TraceLogWriter(store, seeds, clock, rng, std::move(options)));
    TALLY_TRY(log->openLog(store.writer().db()));
    TALLY_TRY(log->announceOrganisation(store.writer().db()));
    store.writer().addHook(log.get());
    return log;
}

Status TraceLogWriter::openLog(store::Connection& db) {
    TALLY_ASSIGN(auto organisation, readOrgKey(db));
    org_ = OrgSeal(std::move(organisation));
    last_entry_us_ = unsealed_since_us_ = key_since_us_ = remembered_us_ = clock_.monoUs();
    TALLY_ASSIGN(const auto count, countEntries(db));
    TALLY_ASSIGN(const auto newest, newestCheckpoint(db));
    if (count == 0 && newest.size == 0) {
        opened_.created = true;
        return begin(db, {}, {});
    }
    TALLY_ASSIGN(auto why, reasonNotToContinue(db));
    if (why.empty()) {
        if (auto sound = verifyTail(db); !sound) {
            if (!options_.retire_damaged) return sound;
            why = sound.error().message;
        }
    }
    if (!why.empty()) return retire(db, why);

    TALLY_TRY(load(db));
    // A crash between the steps of a rotation is finished here.
    TALLY_ASSIGN(const auto wanted, vkeyForSize(db, handover_ >= 0 ? handover_ + 1 : entries() + 1));
    const auto is = [&](const SigningKey* key) {
        return key != nullptr && VerifierKey::of(origin_, key->publicKey()).text() == wanted;
    };
    if (ring_->empty() || !is(&ring_->current())) {
        if (!is(ring_->next())) return retire(db, "the key that may sign its next checkpoint is not here");
        TALLY_TRY(ring_->promote());
    }
    if (handover_ >= 0 && maySeal()) TALLY_TRY(finishHandover(db));
    // The newest entries only: the whole log is `tally doctor`'s.
    constexpr std::int64_t looked_at = 512;
    TALLY_ASSIGN(const auto wrong, checkIndex(db, 1, std::max<std::int64_t>(0, entries() - looked_at)));
    if (!wrong.empty()) {
        opened_.notice =
            fmt::format("{}: lists and sums may be wrong. `tally doctor --rebuild` makes the query "
                        "tables again from the log.",
                        wrong[0].message);
        log::warn("trace-log", opened_.notice);
    }
    if (!options_.rotate_on_open || handover_ >= 0 || !maySeal()) return {};
    const auto rotate = [this](Tx& tx) -> Status {
        TALLY_TRY(rotateKey(tx));
        return {};
    };
    return runNow(db, rotate);
}

/// From which entry on the checkpoints carry a signature of which organisation's key is part of the log. Says
/// it once per log and key; and what is amiss with that key.
Status TraceLogWriter::announceOrganisation(store::Connection& db) {
    const auto& setting = org_.setting();
    constexpr const char* said_key = "log.org_key.said";
    TALLY_ASSIGN(const auto said, store::SettingRepo::get(db, said_key));
    const std::string log = log_id_ + " ";
    const std::string before = said && said->starts_with(log) ? said->substr(log.size()) : std::string();
    if (before != setting.sha256) {
        const auto write = [&](Tx& tx) -> Status {
            TALLY_TRY(append(tx, PolicyEntry{"organisation-key",
                                             setting.set() ? setting.sha256 : sha256Hex(std::string_view()),
                                             "operator"}));
            return store::SettingRepo::set(tx, said_key, log + setting.sha256);
        };
        TALLY_TRY(runNow(db, write));
    }
    maySeal();
    if (!org_absent_.empty()) opened_.notice += (opened_.notice.empty() ? "" : " ") + org_absent_;
    return {};
}

/// Empty: go on. Otherwise why this log must not be continued.
Result<std::string> TraceLogWriter::reasonNotToContinue(store::Connection& db) {
    TALLY_ASSIGN(const auto count, countEntries(db));
    TALLY_ASSIGN(const auto newest, newestCheckpoint(db));
    TALLY_ASSIGN(const auto first, entryText(db, 0));
    TALLY_ASSIGN(const auto genesis, parseEntry(first));
    const auto* log = genesis.text("log");
    const auto* origin = genesis.text("origin");
    const auto* vkey = genesis.text("vkey");
    if (log == nullptr || origin == nullptr || vkey == nullptr)
        return corrupt(db, 0, "the genesis entry is incomplete");
    log_id_ = *log;
    origin_ = *origin;
    genesis_key_ = *vkey;
    fingerprint_ = toHex(leafHash(first));
    TALLY_ASSIGN(ring_, KeyRing::load(seeds_, log_id_, rng_));

    if (count < newest.size)
        return fmt::format("it has {} entries, but its newest checkpoint covers {}", count, newest.size);
    if (newest.size > 0) {
        TALLY_ASSIGN(const auto note, parseNote(newest.note));
        TALLY_ASSIGN(const auto checkpoint, Checkpoint::parse(note.text));
        TALLY_ASSIGN(const auto vkey_text, vkeyForSize(db, newest.size));
        TALLY_ASSIGN(const auto key, VerifierKey::parse(vkey_text));
        const VerifierKey keys[] = {key};
        if (!verifyNote(note, keys))
            return corrupt(db, newest.size - 1, "the newest checkpoint is not signed by its key");
        if (const auto& memory = ring_->memory()) {
            if (memory->size > newest.size)
                return fmt::format(
                    "it was restored from an older copy: {} entries were sealed before, now {}", memory->size,
                    newest.size);
            if (memory->size == newest.size && memory->root_hex != toHex(checkpoint.root))
                return std::string("another copy of it was sealed at the same size");
            if (!memory->host.empty() && memory->host != KeyRing::hostDigest())
                return std::string("it was copied here from another machine");
        }
        if (auto why = places_.objection(log_id_, newest.size, toHex(checkpoint.root)); !why.empty())
            return why;
    }
    if (ring_->empty() && ring_->next() == nullptr) return std::string("its signing key is not here");
    return std::string();
}

/// From the newest checkpoint to the end: leaves fit the lines, the chain holds, and the edge is what they
/// give.
Status TraceLogWriter::verifyTail(store::Connection& db) {
    TALLY_ASSIGN(const auto newest, newestCheckpoint(db));
    CompactRange edge;
    if (newest.size > 0) {
        TALLY_ASSIGN(const auto note, parseNote(newest.note));
        TALLY_ASSIGN(const auto checkpoint, Checkpoint::parse(note.text));
        TALLY_ASSIGN(edge, sealedEdge(db, checkpoint));
        if (edge.root() != checkpoint.root)
            return corrupt(db, newest.size - 1, "the entries do not give the root that was signed");
    }
    std::string prev(64, '0');
    auto at = newest.size;
    if (at > 0) { // the last sealed line too: the chain hangs on it
        TALLY_ASSIGN(const auto line, entryText(db, at - 1));
        prev = toHex(leafHash(line));
    }
    TALLY_ASSIGN(auto q, db.query("SELECT seq, entry, leaf FROM trace_steps WHERE seq >= ? ORDER BY seq"));
    q.args(at);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) break;
        const auto leaf = leafHash(q.view(1));
        if (q.i64(0) != at) return corrupt(db, at, "it is missing");
        if (q.view(2) != view(leaf)) return corrupt(db, at, "its stored leaf hash does not fit its line");
        TALLY_ASSIGN(const auto entry, parseEntry(q.view(1)));
        const auto* linked = entry.text("prev");
        if (entry.integer("seq") != at || linked == nullptr || *linked != prev)
            return corrupt(db, at, "it does not follow the entry before it");
        edge.append(leaf);
        prev = toHex(leaf);
        ++at;
    }
    TALLY_ASSIGN(auto stored, db.query("SELECT size, nodes FROM trace_edge WHERE id=1"));
    TALLY_ASSIGN(const bool found, stored.step());
    if (!found || stored.i64(0) != at || stored.view(1) != edge.bytes())
        return corrupt(db, at - 1, "the edge of the tree does not fit");
    return {};
}

/// The one key that may sign a checkpoint of `size` (TRACE_LOG 10.7).
Result<std::string> TraceLogWriter::vkeyForSize(store::Connection& db, std::int64_t size) {
    // A key entry at s serves sizes above s+1.
    TALLY_ASSIGN(
        auto q,
        db.query("SELECT name FROM trace_marks WHERE kind=? AND seq + 1 < ? ORDER BY seq DESC LIMIT 1"));
    TALLY_ASSIGN(const bool found, q.args(static_cast<int>(store::MarkKind::key), size).step());
    return found ? q.text(0) : genesis_key_;
}

/// Memory from the database: at start, and after a group was lost.
Status TraceLogWriter::load(store::Connection& db) {
    runs_.clear();
    prices_.clear();
    rates_.clear();
    last_price_ = -1;
    handover_ = -1;
    TALLY_ASSIGN(const auto count, countEntries(db));
    {
        TALLY_ASSIGN(auto q, db.query("SELECT size, nodes FROM trace_edge WHERE id=1"));
        TALLY_ASSIGN(const bool found, q.step());
        if (!found || q.i64(0) != count) return corrupt(db, count - 1, "the edge of the tree does not fit");
        TALLY_ASSIGN(edge_, CompactRange::fromBytes(static_cast<std::uint64_t>(count), q.view(1)));
    }
    TALLY_ASSIGN(const auto last, entryText(db, count - 1));
    last_leaf_ = leafHash(last);
    TALLY_ASSIGN(const auto newest, newestCheckpoint(db));
    committed_size_ = count;
    sealed_size_ = newest.size;
    {
        TALLY_ASSIGN(auto q, db.query("SELECT seq, digest FROM rate_lines"));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            prices_.emplace(q.text(1), q.i64(0));
        }
    }
    {
        TALLY_ASSIGN(auto q, db.query("SELECT s.name, s.seq FROM trace_marks s WHERE s.kind=?1 AND NOT EXISTS"
                                      "(SELECT 1 FROM trace_marks e WHERE e.kind=?2 AND e.name=s.name)"));
        q.args(static_cast<int>(store::MarkKind::run_start), static_cast<int>(store::MarkKind::run_end));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            TALLY_ASSIGN(const auto line, entryText(db, q.i64(1)));
            TALLY_ASSIGN(const auto start, parseEntry(line));
            TALLY_ASSIGN(const auto totals, store::TraceIndex::runTotals(db, q.view(0)));
            const auto* workflow = start.text("workflow");
            const auto* process = start.text("process");
            runs_.emplace(q.text(0), OpenRun{workflow != nullptr ? *workflow : "",
                                             process != nullptr ? *process : "", totals.steps, totals.cost});
        }
    }
    TALLY_ASSIGN(const auto key, db.scalar("SELECT coalesce(max(seq), -1) FROM trace_marks WHERE kind=?",
                                           static_cast<int>(store::MarkKind::key)));
    if (key >= 0) {
        TALLY_ASSIGN(const auto done,
                     db.scalar("SELECT count(*) FROM trace_checkpoints WHERE size=?", key + 1));
        if (done == 0) {
            handover_ = key;
            TALLY_ASSIGN(handover_edge_, rebuildEdge(db, key + 1));
        }
    }
    return {};
}

Status TraceLogWriter::runNow(store::Connection& db, const std::function<Status(Tx&)>& op) {
    TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
    Tx tx(db);
    TALLY_TRY(op(tx));
    TALLY_TRY(store_.traceIndex().beforeCommit(tx));
    TALLY_TRY(beforeCommit(tx));
    TALLY_TRY(transaction.commit());
    store_.traceIndex().committed({});
    committed({});
    return afterGroup(db);
}

Status TraceLogWriter::begin(store::Connection& db, const std::string& continues,
                             const std::vector<std::string>& open_runs) {
    std::array<std::uint8_t, 16> id{};
    rng_.fill(id);
    log_id_ = toHex(id);
    origin_ = options_.origin_name + "/" + log_id_;
    TALLY_ASSIGN(ring_, KeyRing::load(seeds_, log_id_, rng_));
    TALLY_TRY(ring_->createFirst());
    genesis_key_ = VerifierKey::of(origin_, ring_->current().publicKey()).text();
    edge_ = CompactRange();
    last_leaf_ = Hash{};
    committed_size_ = 0;
    sealed_size_ = 0;
    seal_ = true;
    const auto write = [&](Tx& tx) -> Status {
        LineBuilder genesis("genesis");
        genesis.set("schema", "trace-log/v1");
        genesis.set("origin", origin_);
        genesis.set("vkey", genesis_key_);
        genesis.set("currency", options_.currency);
        genesis.set("cost_exp", std::int64_t{-12});
        genesis.set("ckpt_n", options_.ckpt_n);
        genesis.set("ckpt_s", options_.ckpt_s);
        genesis.set("beat_s", options_.beat_s);
        genesis.set("app", options_.app);
        if (!continues.empty()) genesis.set("continues", continues);
        TALLY_TRY(putMarked(tx, genesis, store::MarkKind::genesis, log_id_));
        for (const auto& line : open_runs) {
            TALLY_ASSIGN(const auto old, parseEntry(line));
            const auto text = [&old](std::string_view key) {
                return old.text(key) != nullptr ? *old.text(key) : std::string();
            };
            RunStartEntry start{RunId(text("run")), text("workflow"), text("process"),
                                text("wf_sha256"),  text("label"),    RunId(text("resumes"))};
            TALLY_TRY(append(tx, start));
        }
        return {};
    };
    TALLY_TRY(runNow(db, write));
    TALLY_ASSIGN(const auto first, entryText(db, 0));
    fingerprint_ = toHex(leafHash(first));
    return {};
}

/// Sets the old log's tables aside under another name and begins a new log that names the old one.
Status TraceLogWriter::retire(store::Connection& db, const std::string& why) {
    TALLY_ASSIGN(const auto newest, newestCheckpoint(db));
    std::string continues;
    if (newest.size > 0) {
        TALLY_ASSIGN(const auto note, parseNote(newest.note));
        TALLY_ASSIGN(const auto checkpoint, Checkpoint::parse(note.text));
        continues = fmt::format("{} {} {}", checkpoint.origin, checkpoint.size, toBase64(checkpoint.root));
    }
    const auto old = origin_;
    const auto old_id = log_id_;
    std::vector<std::string> open_runs;
    {
        TALLY_ASSIGN(
            auto q,
            db.query("SELECT t.entry FROM trace_marks s JOIN trace_steps t ON t.seq=s.seq WHERE s.kind=?1 "
                     "AND NOT EXISTS"
                     "(SELECT 1 FROM trace_marks e WHERE e.kind=?2 AND e.name=s.name) ORDER BY s.seq"));
        q.args(static_cast<int>(store::MarkKind::run_start), static_cast<int>(store::MarkKind::run_end));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            open_runs.push_back(q.text(0));
        }
    }
    {
        TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
        Tx tx(db);
        // What refers to old entries by number must not point into the new log.
        TALLY_TRY(db.exec("UPDATE journal SET response=(SELECT p.payload FROM trace_payloads p WHERE "
                          "p.seq=out_seq AND p.slot IN ('docs','out')) "
                          "WHERE out_seq>=0;"
                          "UPDATE journal SET erased=1 WHERE out_seq>=0 AND response IS NULL;"
                          "UPDATE journal SET out_seq=-1 WHERE out_seq>=0;"
                          "UPDATE attempts SET log_seq=-1, price_seq=-1;"
                          "UPDATE alerts SET log_seq=-1; UPDATE kills SET log_seq=-1;"
                          "DELETE FROM rate_lines; DELETE FROM step_notes; DELETE FROM settings WHERE "
                          "key='trace.sealed_edge'"));
        const auto suffix = log_id_.substr(0, 8);
        TALLY_ASSIGN(const auto same, db.scalar("SELECT count(*) FROM sqlite_schema WHERE name LIKE ?",
                                                "trace_steps_" + suffix + "%"));
        const auto name = same == 0 ? suffix : fmt::format("{}_{}", suffix, same);
        for (const char* table : {"trace_steps", "trace_payloads", "trace_checkpoints", "trace_edge"})
            TALLY_TRY(db.exec(fmt::format("ALTER TABLE {0} RENAME TO {0}_{1}", table, name)));
        for (const char* table : {"trace_steps", "trace_checkpoints"})
            for (const char* what : {"update", "delete"})
                TALLY_TRY(db.exec(fmt::format(
                    "DROP TRIGGER IF EXISTS {0}_no_{1}; CREATE TRIGGER {0}_{2}_no_{1} BEFORE {1} ON {0}_{2} "
                    "BEGIN SELECT RAISE(ABORT, 'an old trace log is read-only'); END",
                    table, what, name)));
        TALLY_TRY(db.exec(store::traceTablesSql()));
        TALLY_TRY(store_.traceIndex().clear(tx));
        TALLY_TRY(transaction.commit());
    }
    runs_.clear();
    prices_.clear();
    rates_.clear();
    last_price_ = -1;
    handover_ = -1;
    // 7.3: a key that may sign nothing any more is destroyed. Before the new log: a crash in between finds no
    // log and no key, and begins one.
    if (ring_) {
        if (const auto gone = ring_->destroy(places_.otherCopyLives(old_id)); !gone)
            log::warn("trace-log", "the old log's key could not be destroyed: " + gone.error().text());
    }
    TALLY_TRY(begin(db, continues, open_runs));
    opened_.created = opened_.continued = true;
    opened_.notice = fmt::format(
        "The trace log {} was not continued because {}. A new log was begun; the old entries are kept: tally "
        "export --log {}",
        old, why, old_id.substr(0, 8));
    log::warn("trace-log", opened_.notice);
    return {};
}

} // namespace tally::audit
