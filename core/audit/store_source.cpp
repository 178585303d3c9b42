#include "core/audit/store_source.h"

#include "core/audit/cfp.h"
#include "core/audit/merkle.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::audit {

Result<std::vector<StoredLog>> storedLogs(store::Connection& db) {
    std::vector<StoredLog> out;
    TALLY_ASSIGN(auto names,
                 db.query("SELECT substr(name, 12) FROM sqlite_schema WHERE type='table' AND name "
                          "GLOB 'trace_steps*' ORDER BY length(name), rowid"));
    for (;;) {
        TALLY_ASSIGN(const bool more, names.step());
        if (!more) return out;
        StoredLog log;
        log.suffix = names.text(0);
        TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT (SELECT entry FROM trace_steps{0} WHERE seq=0), "
                                                  "(SELECT coalesce(max(seq), -1) + 1 FROM trace_steps{0}), "
                                                  "(SELECT coalesce(max(size), 0) FROM trace_checkpoints{0})",
                                                  log.suffix)));
        TALLY_TRY(q.step());
        const std::string line = q.text(0);
        const auto genesis = parseEntry(line);
        if (line.empty() && log.suffix.empty()) continue; // nothing was written yet
        const auto text = [&](const char* key) {
            const auto* value = genesis ? genesis->text(key) : nullptr;
            return value != nullptr ? *value : std::string();
        };
        log.id = text("log");
        // A damaged log is found by the name of its tables.
        if (log.id.empty() && log.suffix.size() > 1) log.id = log.suffix.substr(1);
        log.origin = text("origin");
        log.vkey = text("vkey");
        log.continues = text("continues");
        log.fingerprint = toHex(leafHash(line));
        log.entries = q.i64(1);
        log.sealed = q.i64(2);
        out.push_back(std::move(log));
    }
}

Result<std::unique_ptr<StoreSource>> StoreSource::open(store::Connection db, const std::string& log) {
    TALLY_TRY(db.run("BEGIN"));
    TALLY_ASSIGN(const auto logs, storedLogs(db));
    if (logs.empty())
        return fail("export.empty", "This workspace has no trace log yet", "Run something first.", db.path());
    std::vector<StoredLog> fits;
    for (const StoredLog& l : logs)
        if (log.empty() ? l.suffix.empty() : l.id.starts_with(log)) fits.push_back(l);
    if (fits.size() != 1)
        return fail("export.log",
                    fits.empty() ? "This workspace has no such trace log"
                                 : "More than one trace log begins like this",
                    "`tally doctor` lists the logs.", log);
    return std::unique_ptr<StoreSource>(new StoreSource(std::move(db), fits[0].id, fits[0].suffix));
}

StoreSource::~StoreSource() {
    [[maybe_unused]] const auto ended = db_.run("ROLLBACK");
}

Result<store::Query> StoreSource::query(const char* sql) {
    return db_.query(fmt::format(fmt::runtime(sql), suffix_));
}

Result<std::uint64_t> StoreSource::size() {
    TALLY_ASSIGN(auto q, query("SELECT coalesce(max(seq), -1) + 1 FROM trace_steps{0}"));
    TALLY_TRY(q.step());
    return static_cast<std::uint64_t>(q.i64(0));
}

Result<std::vector<std::string>> StoreSource::checkpoints() {
    TALLY_ASSIGN(auto q, query("SELECT note FROM trace_checkpoints{0} ORDER BY size"));
    std::vector<std::string> notes;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return notes;
        notes.push_back(q.text(0));
    }
}

Result<std::vector<Hash>> StoreSource::leaves(std::uint64_t from, std::uint64_t to) {
    TALLY_ASSIGN(auto q, query("SELECT leaf FROM trace_steps{0} WHERE seq>=? AND seq<? ORDER BY seq"));
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
    TALLY_ASSIGN(auto q, query("SELECT seq, entry FROM trace_steps{0} WHERE seq>=? AND seq<? ORDER BY seq"));
    q.args(from, to);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        TALLY_TRY(sink(static_cast<std::uint64_t>(q.i64(0)), q.view(1)));
    }
}

Result<std::uint64_t> StoreSource::lineBytes(std::uint64_t from, std::uint64_t to) {
    TALLY_ASSIGN(auto q,
                 query("SELECT coalesce(sum(length(entry)), 0) FROM trace_steps{0} WHERE seq>=? AND seq<?"));
    TALLY_TRY(q.args(from, to).step());
    return static_cast<std::uint64_t>(q.i64(0));
}

Status StoreSource::openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) {
    TALLY_ASSIGN(auto q, query("SELECT seq, slot, nonce, payload FROM trace_payloads{0} WHERE seq>=? AND "
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
    if (!suffix_.empty()) return BundleSource::contextSeqs(first); // the marks are those of the current log
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
