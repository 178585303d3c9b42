#include "core/audit/store_source.h"

#include "core/audit/cfp.h"
#include "core/store/store.h"

namespace tally::audit {

Result<std::unique_ptr<StoreSource>> StoreSource::open(store::Connection db) {
    TALLY_TRY(db.run("BEGIN"));
    std::string first;
    {
        TALLY_ASSIGN(auto q, db.query("SELECT entry FROM trace_steps WHERE seq=0"));
        TALLY_ASSIGN(const bool found, q.step());
        if (!found)
            return fail("export.empty", "This workspace has no trace log yet", "Run something first.",
                        db.path());
        first = q.text(0);
    }
    TALLY_ASSIGN(const auto genesis, parseEntry(first));
    const auto* log = genesis.text("log");
    if (log == nullptr) return fail("log.corrupt", "The genesis entry names no log", {}, db.path());
    return std::unique_ptr<StoreSource>(new StoreSource(std::move(db), *log));
}

StoreSource::~StoreSource() {
    [[maybe_unused]] const auto ended = db_.run("ROLLBACK");
}

Result<std::uint64_t> StoreSource::size() {
    TALLY_ASSIGN(const auto size, db_.scalar("SELECT coalesce(max(seq), -1) + 1 FROM trace_steps"));
    return static_cast<std::uint64_t>(size);
}

Result<std::vector<std::string>> StoreSource::checkpoints() {
    TALLY_ASSIGN(auto q, db_.query("SELECT note FROM trace_checkpoints ORDER BY size"));
    std::vector<std::string> notes;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return notes;
        notes.push_back(q.text(0));
    }
}

Result<std::vector<Hash>> StoreSource::leaves(std::uint64_t from, std::uint64_t to) {
    TALLY_ASSIGN(auto q, db_.query("SELECT leaf FROM trace_steps WHERE seq>=? AND seq<? ORDER BY seq"));
    q.args(from, to);
    std::vector<Hash> leaves;
    leaves.reserve(to - from);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return leaves;
        Hash leaf{};
        if (q.view(0).size() != leaf.size())
            return fail("log.corrupt", "A stored leaf hash does not have 32 bytes", {}, db_.path());
        std::copy(q.view(0).begin(), q.view(0).end(), reinterpret_cast<char*>(leaf.data()));
        leaves.push_back(leaf);
    }
}

Status StoreSource::lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) {
    TALLY_ASSIGN(auto q, db_.query("SELECT seq, entry FROM trace_steps WHERE seq>=? AND seq<? ORDER BY seq"));
    q.args(from, to);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        TALLY_TRY(sink(static_cast<std::uint64_t>(q.i64(0)), q.view(1)));
    }
}

Result<std::uint64_t> StoreSource::lineBytes(std::uint64_t from, std::uint64_t to) {
    TALLY_ASSIGN(const auto bytes,
                 db_.scalar("SELECT coalesce(sum(length(entry)), 0) FROM trace_steps WHERE seq>=? AND seq<?",
                            from, to));
    return static_cast<std::uint64_t>(bytes);
}

Status StoreSource::openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) {
    TALLY_ASSIGN(auto q, db_.query("SELECT seq, slot, nonce, payload FROM trace_payloads WHERE seq>=? AND "
                                   "seq<? ORDER BY seq, slot"));
    q.args(from, to);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        Opening opening;
        opening.seq = static_cast<std::uint64_t>(q.i64(0));
        opening.slot = q.text(1);
        opening.log_id = log_id_;
        const auto nonce = q.view(2);
        if (nonce.size() != opening.nonce.size())
            return fail("log.corrupt", "A stored nonce does not have 32 bytes", {}, db_.path());
        std::copy(nonce.begin(), nonce.end(), reinterpret_cast<char*>(opening.nonce.data()));
        opening.payload = q.text(3);
        TALLY_TRY(sink(opening));
    }
}

Result<std::vector<std::uint64_t>> StoreSource::contextSeqs(std::uint64_t first) {
    TALLY_ASSIGN(auto q,
                 db_.query("SELECT seq FROM trace_marks WHERE kind IN (?,?,?) AND seq<? ORDER BY seq"));
    q.args(static_cast<int>(store::MarkKind::genesis), static_cast<int>(store::MarkKind::key),
           static_cast<int>(store::MarkKind::price), first);
    std::vector<std::uint64_t> seqs;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return seqs;
        seqs.push_back(static_cast<std::uint64_t>(q.i64(0)));
    }
}

Result<BundleSummary> exportWorkspace(const std::string& dir, const std::string& path,
                                      const BundleOptions& options) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_ASSIGN(auto source, StoreSource::open(std::move(db)));
    return writeBundleFile(*source, options, path);
}

} // namespace tally::audit
