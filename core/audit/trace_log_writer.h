// Writes the trace log (TRACE_LOG sections 3 to 8) inside the groups of the db-writer: assigns seq, chains in
// commit order, commits to payloads, keeps the compact range, signs checkpoints after the commit, rotates
// keys.
//
// Owner: the composition root; opened after Store::open and before Store::start, it registers itself as a
// hook. All append functions run on the writer thread, inside an op; they return the seq of the new entry, or
// an error before anything is written (code entry.field, entry.cost, entry.run_state, entry.reference,
// log.halted). A checkpoint follows every ckpt_n entries or ckpt_s seconds, at close, and when seal() asks.
// Nothing may be shown as sealed above sealedSize(). Where the workspace names a key of an organisation every
// checkpoint carries its signature too; while that key cannot be reached nothing is sealed (org_seal.h).
#pragma once
#include "core/audit/key_ring.h"
#include "core/audit/line_builder.h"
#include "core/audit/log_entries.h"
#include "core/audit/merkle.h"
#include "core/audit/org_seal.h"
#include "core/audit/place_memory.h"
#include "core/base/clock.h"
#include "core/model/rate.h"
#include "core/store/store.h"

#include <atomic>
#include <functional>
#include <unordered_map>

namespace tally::audit {

struct TraceLogOptions {
    std::string origin_name = "tallystick.local"; ///< domain-like; the log id is appended
    std::string app = "tallystick";
    std::string currency = "USD";
    std::int64_t ckpt_n = 4'096;
    std::int64_t ckpt_s = 10;
    std::int64_t beat_s = 3'600;
    std::int64_t key_hours = 24; ///< the key is changed at every start and this often
    std::string seen_dir;        ///< outside of the workspace; see PlaceMemory. Empty: none
    bool rotate_on_open = true;
    bool retire_damaged =
        false; ///< true: a log whose entries contradict themselves is set aside too, and a new one begun
};

/// What opening found; shown once.
struct TraceLogOpened {
    bool created = false;   ///< a new log was begun
    bool continued = false; ///< … because the old one must not be continued
    std::string notice;     ///< sentence; empty when well
};

class TraceLogWriter final : public store::GroupHook {
public:
    /// Checks the tail of the chain against the edge and the newest checkpoint; begins a new log that
    /// `continues` the old one when there are fewer entries than the newest checkpoint covers, when the
    /// workspace was restored or cloned, or when the key is lost (the old tables stay, renamed). Error
    /// log.corrupt when stored entries contradict themselves.
    static Result<std::unique_ptr<TraceLogWriter>>
    open(store::Store& store, SeedStore& seeds, const Clock& clock, Rng& rng, TraceLogOptions options = {});
    ~TraceLogWriter() override;

    using Tx = store::Tx;
    /// The seq of the price entry for this line; written before the first step that uses it, once per
    /// content.
    Result<std::int64_t> ensurePrice(Tx& tx, const RateLine& line);
    Result<std::int64_t> append(Tx& tx, const StepEntry& entry);
    Result<std::int64_t> append(Tx& tx, const SettleEntry& entry);
    Result<std::int64_t> append(Tx& tx, const RunStartEntry& entry);
    Result<std::int64_t> append(Tx& tx, const RunEndEntry& entry);
    Result<std::int64_t> append(Tx& tx, const BudgetEntry& entry);
    Result<std::int64_t> append(Tx& tx, const KillEntry& entry);
    Result<std::int64_t> append(Tx& tx, const KillLiftedEntry& entry);
    Result<std::int64_t> append(Tx& tx, const AlertEntry& entry);
    Result<std::int64_t> append(Tx& tx, const ApproveEntry& entry);
    Result<std::int64_t> append(Tx& tx, const PolicyEntry& entry);
    /// Deletes payload and nonce (and what the journal keeps of it) in the same transaction; the write-ahead
    /// log is wiped after the group. erasure.h does this for whole runs.
    Result<std::int64_t> append(Tx& tx, const EraseEntry& entry);
    Result<std::int64_t> append(Tx& tx, const ChallengeEntry& entry);

    /// Inside an op: a checkpoint is written right after this group.
    void seal(Tx& tx);
    /// Inside an op: after this group the erased bytes are wiped from the write-ahead log and, with
    /// `compact`, from unused parts of pages, by writing the file anew. A part that cannot be wiped yet is
    /// tried again.
    void wipe(Tx& tx, bool compact);
    /// After Writer::drain: why erased bytes may still be in the files; empty when they are gone.
    [[nodiscard]] const std::string& unwiped() const { return unwiped_; }
    /// Inside an op: the next key takes over right after this group.
    Result<std::int64_t> rotateKey(Tx& tx);
    /// Any thread but the writer's; waits: close entry and last checkpoint. For orderly shutdown, before
    /// Writer::stop.
    Status close(store::Writer& writer, const std::string& reason);
    /// Any thread but the writer's; waits: everything so far is sealed. For exports.
    Status sealNow(store::Writer& writer);

    /// Inside an op: the seq that the next entry will get. For rows that name their entry and are swapped
    /// before it.
    [[nodiscard]] std::int64_t nextSeq() const { return entries(); }
    /// Inside an op: started and not ended.
    [[nodiscard]] bool isRunOpen(const RunId& run) const { return runs_.count(run.str()) > 0; }
    /// Before Store::start: called on the writer thread with (durable entries, sealed entries) after each
    /// change.
    void onAdvance(std::function<void(std::int64_t, std::int64_t)> listener) {
        on_advance_ = std::move(listener);
    }

    [[nodiscard]] const TraceLogOpened& opened() const { return opened_; }
    [[nodiscard]] const std::string& logId() const { return log_id_; }
    [[nodiscard]] const std::string& origin() const { return origin_; }
    [[nodiscard]] std::string fingerprint() const { return fingerprint_; } ///< hex; what an auditor pins
    [[nodiscard]] std::string genesisKey() const { return genesis_key_; }  ///< vkey
    [[nodiscard]] std::string keyStorage() const { return seeds_.describe(); }
    [[nodiscard]] std::int64_t size() const { return committed_size_; }    ///< any thread: durable entries
    [[nodiscard]] std::int64_t sealedSize() const { return sealed_size_; } ///< any thread: newest checkpoint

    Status beforeCommit(Tx& tx) override;
    void committed(const store::CommitInfo& info) override;
    Status rolledBack(store::Connection& db) override;
    Status afterGroup(store::Connection& db) override;
    [[nodiscard]] std::int64_t nextTickUs() const override;
    Status tick(Tx& tx) override;

private:
    struct OpenRun {
        std::string workflow, process;
        std::int64_t steps = 0;
        PicoSum cost; ///< effective, as known so far
    };
    TraceLogWriter(store::Store& store, SeedStore& seeds, const Clock& clock, Rng& rng,
                   TraceLogOptions options);

    // trace_log_open.cpp
    Status openLog(store::Connection& db);
    Status begin(store::Connection& db, const std::string& continues,
                 const std::vector<std::string>& open_runs);
    Status retire(store::Connection& db, const std::string& why);
    Status load(store::Connection& db);
    Result<std::string> reasonNotToContinue(store::Connection& db);
    Status verifyTail(store::Connection& db);
    Result<std::string> vkeyForSize(store::Connection& db, std::int64_t size);
    Status announceOrganisation(store::Connection& db);
    /// False, with one warning, while the organisation's key cannot be reached: then nothing is sealed.
    bool maySeal();
    [[nodiscard]] Status whetherSealed(std::int64_t wanted) const;
    Status runNow(store::Connection& db, const std::function<Status(Tx&)>& op);

    // trace_log_writer.cpp
    Result<std::int64_t> put(Tx& tx, LineBuilder& entry, const std::vector<Payload>& payloads = {});
    Result<std::int64_t> putMarked(Tx& tx, LineBuilder& entry, store::MarkKind mark, std::string_view name);
    Status finishHandover(store::Connection& db);
    Status remember(const Hash& root);
    Status writeCheckpoint(store::Connection& db, const CompactRange& edge);
    Status purge(store::Connection& db);
    static Status compactFile(store::Connection& db);
    [[nodiscard]] std::int64_t entries() const { return static_cast<std::int64_t>(edge_.size()); }
    Result<const RateLine*> rateAt(Tx& tx, std::int64_t price_seq);
    Result<const RateLine*> checkCost(Tx& tx, std::int64_t price_seq, const Usage& usage, Pico cost);

    store::Store& store_;
    SeedStore& seeds_;
    const Clock& clock_;
    Rng& rng_;
    const TraceLogOptions options_;
    TraceLogOpened opened_;
    const PlaceMemory places_;
    std::string log_id_, origin_, fingerprint_, genesis_key_;
    std::optional<KeyRing> ring_;
    OrgSeal org_{OrgKeySetting()};
    std::string org_absent_; ///< why nothing can be sealed; empty: it can
    std::function<void(std::int64_t, std::int64_t)> on_advance_;

    CompactRange edge_;
    Hash last_leaf_{};
    std::int64_t entry_us_ = 0; ///< wall clock of the newest entry
    std::unordered_map<std::string, OpenRun> runs_;
    std::unordered_map<std::string, std::int64_t> prices_; ///< digest of a rate line -> seq
    std::unordered_map<std::int64_t, RateLine> rates_;     ///< by seq
    std::int64_t last_price_ = -1;                         ///< seq of the rate line asked for last
    std::int64_t handover_ = -1; ///< seq of a key entry whose handover checkpoint is missing
    CompactRange handover_edge_;
    bool seal_ = false;
    bool purge_ = false;
    bool compact_ = false;
    std::string unwiped_;
    bool place_warned_ = false;
    bool closed_ = false;
    std::string halted_;             ///< why nothing can be appended; empty when well
    std::int64_t last_entry_us_ = 0; ///< monotonic, like all below
    std::int64_t purge_again_us_ = 0;
    std::int64_t unsealed_since_us_ = 0;
    std::int64_t key_since_us_ = 0;
    std::int64_t remembered_us_ = 0;
    std::atomic<std::int64_t> committed_size_{0};
    std::atomic<std::int64_t> sealed_size_{0};
};

} // namespace tally::audit
