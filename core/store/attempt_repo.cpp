#include "core/store/attempt_repo.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
// Stored as numbers; the partial index attempts_open names reserved and in_doubt.
static_assert(static_cast<int>(AttemptState::reserved) == 0 && static_cast<int>(AttemptState::in_doubt) == 3);

// A partial index is used only by a query that repeats its condition word for word.
constexpr std::string_view is_open = "state IN (0, 3) AND state=";

constexpr std::string_view columns = "id, run, path, attempt, state, provider, model, reserved_pico, "
                                     "subject, amounts, booked, intent, request_sha, price_seq, boot, "
                                     "created_us, cost_pico, log_seq, settled_us";

AttemptRow read(const Query& q) {
    AttemptRow row;
    row.id = AttemptId(q.text(0));
    row.run = q.i64(1);
    row.path = q.text(2);
    row.attempt = static_cast<int>(q.i64(3));
    row.state = static_cast<AttemptState>(q.i64(4));
    row.provider = q.text(5);
    row.model = q.text(6);
    row.reserved = Pico::of(q.i64(7));
    row.subject = q.text(8);
    row.amounts = q.text(9);
    row.booked = q.text(10);
    row.intent = q.text(11);
    row.request_sha = q.text(12);
    row.price_seq = q.i64(13);
    row.boot = q.text(14);
    row.created_us = q.i64(15);
    row.cost = Pico::of(q.i64(16));
    row.log_seq = q.i64(17);
    row.settled_us = q.i64(18);
    return row;
}
Result<std::vector<AttemptRow>> readAll(Query& q) {
    std::vector<AttemptRow> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        rows.push_back(read(q));
    }
}
Result<bool> swapState(Tx& tx, const AttemptId& id, AttemptState from, AttemptState to, Pico cost,
                       std::string_view booked, std::int64_t log_seq, std::int64_t now_us) {
    TALLY_TRY(tx.db().run("UPDATE attempts SET state=?3, cost_pico=?4, booked=?5, log_seq=?6, settled_us=?7 "
                          "WHERE id=?1 AND state=?2",
                          id.str(), static_cast<int>(from), static_cast<int>(to), cost.value(), booked,
                          log_seq, now_us));
    return tx.db().changes() == 1;
}
} // namespace

Status AttemptRepo::insert(Tx& tx, const AttemptRow& row) {
    return tx.db().run("INSERT INTO attempts(id, run, path, attempt, state, provider, model, reserved_pico, "
                       "subject, amounts, booked, "
                       "intent, request_sha, price_seq, boot, created_us, cost_pico, log_seq, settled_us) "
                       "VALUES(?,?,?,?,0,?,?,?,?,?,'',?,?,?,?,?,0,-1,0)",
                       row.id.str(), row.run, row.path, row.attempt, row.provider, row.model,
                       row.reserved.value(), row.subject, row.amounts, row.intent, row.request_sha,
                       row.price_seq, row.boot, row.created_us);
}

Result<bool> AttemptRepo::settle(Tx& tx, const AttemptId& id, AttemptState from, Pico cost,
                                 std::string_view booked, std::int64_t log_seq, std::int64_t now_us) {
    return swapState(tx, id, from, AttemptState::settled, cost, booked, log_seq, now_us);
}
Result<bool> AttemptRepo::release(Tx& tx, const AttemptId& id, AttemptState from, std::int64_t now_us) {
    return swapState(tx, id, from, AttemptState::released, Pico(), {}, -1, now_us);
}
Result<bool> AttemptRepo::markInDoubt(Tx& tx, const AttemptId& id, std::string_view booked,
                                      std::int64_t log_seq, std::int64_t now_us) {
    TALLY_TRY(tx.db().run(
        "UPDATE attempts SET state=3, cost_pico=reserved_pico, booked=?2, log_seq=?3, settled_us=?4 "
        "WHERE id=?1 AND state=0",
        id.str(), booked, log_seq, now_us));
    return tx.db().changes() == 1;
}
Status AttemptRepo::setPriceSeq(Tx& tx, const AttemptId& id, std::int64_t price_seq) {
    return tx.db().run("UPDATE attempts SET price_seq=?2 WHERE id=?1", id.str(), price_seq);
}

Result<std::optional<AttemptRow>> AttemptRepo::byId(Connection& db, const AttemptId& id) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM attempts WHERE id=?", columns)));
    TALLY_ASSIGN(const bool found, q.args(id.str()).step());
    if (!found) return std::optional<AttemptRow>();
    return std::optional<AttemptRow>(read(q));
}
Result<std::vector<AttemptRow>> AttemptRepo::orphans(Connection& db, const std::string& boot) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM attempts WHERE {}0 AND boot<>? ORDER BY id",
                                              columns, is_open)));
    return readAll(q.args(boot));
}
Result<std::vector<AttemptRow>> AttemptRepo::inState(Connection& db, AttemptState state) {
    const bool open = state == AttemptState::reserved || state == AttemptState::in_doubt;
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM attempts WHERE {}{} ORDER BY id", columns,
                                              open ? is_open : "state=", static_cast<int>(state))));
    return readAll(q);
}
Result<std::vector<AttemptRow>> AttemptRepo::inDoubt(Connection& db, RunNo run) {
    // Few are in doubt at any time: attempts_open finds them, and no index by run has to be kept for every
    // attempt that is not.
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM attempts WHERE {}{} AND run=? ORDER BY id",
                                              columns, is_open, static_cast<int>(AttemptState::in_doubt))));
    return readAll(q.args(run));
}
Status AttemptRepo::eachBooked(Connection& db, const BookedRange& range,
                               const std::function<Status(const BookedAttempt&)>& use) {
    std::string sql =
        "SELECT id, subject, booked, created_us, coalesce(intent ->> '$.simulated', 0) FROM attempts WHERE ";
    if (!range.settled)
        sql += fmt::format("{}3", is_open);
    else
        sql += range.in_doubt ? "state IN (1, 3)" : "state=1";
    sql += " AND created_us >= ?1";
    sql += range.only.empty() ? " AND id>?2" : " AND id=?2";
    TALLY_ASSIGN(auto q, db.query(sql));
    q.args(range.since_us, range.only.empty() ? range.after.str() : range.only.str());
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        TALLY_TRY(use({q.view(0), q.view(1), q.view(2), q.i64(3), q.i64(4) != 0}));
    }
}
Result<std::vector<AttemptId>> AttemptRepo::openIds(Connection& db) {
    TALLY_ASSIGN(auto q, db.query("SELECT id FROM attempts WHERE state IN (0, 3) ORDER BY id"));
    std::vector<AttemptId> ids;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return ids;
        ids.emplace_back(q.text(0));
    }
}
Result<PicoSum> AttemptRepo::sumReserved(Connection& db) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT reserved_pico FROM attempts WHERE {}0", is_open)));
    PicoSum sum;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return sum;
        sum += Pico::of(q.i64(0));
    }
}

Status RetryRepo::put(Tx& tx, RunNo run, std::string_view path, std::int64_t due_us) {
    return tx.db().run("INSERT INTO retries(run, path, due_us) VALUES(?,?,?) "
                       "ON CONFLICT(run, path) DO UPDATE SET due_us=excluded.due_us",
                       run, path, due_us);
}
Status RetryRepo::clear(Tx& tx, RunNo run, std::string_view path) {
    return tx.db().run("DELETE FROM retries WHERE run=? AND path=?", run, path);
}
Status RetryRepo::clearRun(Tx& tx, RunNo run) {
    return tx.db().run("DELETE FROM retries WHERE run=?", run);
}
Result<std::vector<std::pair<std::string, std::int64_t>>> RetryRepo::ofRun(Connection& db, RunNo run) {
    TALLY_ASSIGN(auto q, db.query("SELECT path, due_us FROM retries WHERE run=?"));
    q.args(run);
    std::vector<std::pair<std::string, std::int64_t>> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        out.emplace_back(q.text(0), q.i64(1));
    }
}

} // namespace tally::store
