#include "core/store/journal_repo.h"

#include "core/base/hash.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
constexpr std::size_t inline_limit = 512;

std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Result<Hash> putBlob(Tx& tx, std::string_view bytes) {
    const auto hash = sha256(bytes);
    TALLY_TRY(
        tx.db().run("INSERT OR IGNORE INTO blobs(sha256, bytes) VALUES(?,?)", Blob{view(hash)}, Blob{bytes}));
    return hash;
}

// The response is, in this order: inline, in blobs, or the payload of an entry (none when that was erased). A
// retrieve step has its answer as `docs`; older ones as `out`.
constexpr std::string_view select =
    "SELECT j.run, j.path, j.attempt, j.kind, j.request_sha, "
    "coalesce(j.response, b.bytes, p.payload), j.out_seq, j.at_us, j.span, "
    "j.extra, j.erased, j.out_seq >= 0 AND p.payload IS NULL "
    "FROM journal j LEFT JOIN blobs b ON b.sha256 = j.response_sha "
    "LEFT JOIN trace_payloads p ON p.seq = j.out_seq AND p.slot IN ('docs', 'out') ";

JournalRow read(const Query& q) {
    JournalRow row;
    row.run = q.i64(0);
    row.path = q.text(1);
    row.attempt = static_cast<int>(q.i64(2));
    row.kind = q.text(3);
    row.request_sha = q.text(4);
    row.response = q.text(5);
    row.out_seq = q.i64(6);
    row.at_us = q.i64(7);
    row.span = q.text(8);
    row.extra = q.text(9);
    row.erased = q.i64(10) != 0 || q.i64(11) != 0;
    return row;
}

WorkflowRow readWorkflow(const Query& q) {
    return {q.text(0), q.text(1), q.text(2), q.i64(3)};
}
} // namespace

Status JournalRepo::insert(Tx& tx, const JournalRow& row) {
    constexpr auto sql = "INSERT INTO journal(run, path, attempt, kind, request_sha, response, response_sha, "
                         "out_seq, at_us, span, "
                         "extra, erased) VALUES(?,?,?,?,?,?,?,?,?,?,?,0)";
    if (row.out_seq >= 0)
        return tx.db().run(sql, row.run, row.path, row.attempt, row.kind, row.request_sha, nullptr, nullptr,
                           row.out_seq, row.at_us, row.span, row.extra);
    if (row.response.size() <= inline_limit)
        return tx.db().run(sql, row.run, row.path, row.attempt, row.kind, row.request_sha, Blob{row.response},
                           nullptr, row.out_seq, row.at_us, row.span, row.extra);
    TALLY_ASSIGN(const auto hash, putBlob(tx, row.response));
    return tx.db().run(sql, row.run, row.path, row.attempt, row.kind, row.request_sha, nullptr,
                       Blob{view(hash)}, row.out_seq, row.at_us, row.span, row.extra);
}

Result<std::optional<JournalRow>> JournalRepo::get(Connection& db, RunNo run, std::string_view path,
                                                   int attempt, std::string_view kind) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format("{}WHERE j.run=? AND j.path=? AND j.attempt=? AND j.kind=?", select)));
    TALLY_ASSIGN(const bool found, q.args(run, path, attempt, kind).step());
    if (!found) return std::optional<JournalRow>();
    return std::optional<JournalRow>(read(q));
}

Result<std::vector<JournalRow>> JournalRepo::ofRun(Connection& db, RunNo run) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("{}WHERE j.run=? ORDER BY j.no", select)));
    q.args(run);
    std::vector<JournalRow> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        rows.push_back(read(q));
    }
}

Status WorkflowRepo::put(Tx& tx, const WorkflowRow& row) {
    // Added again: it becomes the latest version once more.
    return tx.db().run("INSERT INTO workflows(sha256, name, json, added_us) VALUES(?,?,?,?) "
                       "ON CONFLICT(sha256) DO UPDATE SET added_us=excluded.added_us",
                       row.sha256, row.name, row.json, row.added_us);
}

Result<std::optional<WorkflowRow>> WorkflowRepo::bySha(Connection& db, std::string_view sha256) {
    TALLY_ASSIGN(auto q, db.query("SELECT name, sha256, json, added_us FROM workflows WHERE sha256=?"));
    TALLY_ASSIGN(const bool found, q.args(sha256).step());
    if (!found) return std::optional<WorkflowRow>();
    return std::optional<WorkflowRow>(readWorkflow(q));
}

Result<std::optional<WorkflowRow>> WorkflowRepo::latest(Connection& db, std::string_view name) {
    TALLY_ASSIGN(auto q, db.query("SELECT name, sha256, json, added_us FROM workflows WHERE name=? "
                                  "ORDER BY added_us DESC, rowid DESC LIMIT 1"));
    TALLY_ASSIGN(const bool found, q.args(name).step());
    if (!found) return std::optional<WorkflowRow>();
    return std::optional<WorkflowRow>(readWorkflow(q));
}

Result<std::vector<std::pair<std::string, std::string>>> WorkflowRepo::digests(Connection& db) {
    TALLY_ASSIGN(auto q, db.query("SELECT name, sha256 FROM workflows"));
    std::vector<std::pair<std::string, std::string>> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        out.emplace_back(q.text(0), q.text(1));
    }
}

Result<std::vector<WorkflowRow>> WorkflowRepo::list(Connection& db) {
    TALLY_ASSIGN(
        auto q,
        db.query(
            "SELECT name, sha256, json, added_us FROM workflows ORDER BY name, added_us DESC, rowid DESC"));
    std::vector<WorkflowRow> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        if (rows.empty() || rows.back().name != q.view(0)) rows.push_back(readWorkflow(q));
    }
}

} // namespace tally::store
