#include "core/store/ops_repo.h"

#include "core/store/columns.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
constexpr std::string_view kill_columns =
    "id, scope, target, by, reason, ordered_us, admission_closed_us, stop_us, inflight, stopped, "
    "retries_cancelled, children_ended, "
    "runs_stopped, unknown_outcome, tail, log_seq, complete, confirmation, resumed_us";

KillReceipt readKill(const Query& q) {
    KillReceipt r;
    r.order.id = KillId(q.text(0));
    // An unreadable scope stops everything: the safe reading of a stop order.
    r.order.scope = parseKillScope(q.view(1)).value_or(KillScope::all);
    r.order.target = q.text(2);
    r.order.by = q.text(3);
    r.order.reason = q.text(4);
    r.ordered_us = q.i64(5);
    r.admission_closed_us = q.i64(6);
    r.stop_us = q.i64(7);
    r.inflight = q.i64(8);
    r.stopped = q.i64(9);
    r.retries_cancelled = q.i64(10);
    r.children_ended = q.i64(11);
    r.runs_stopped = q.i64(12);
    r.unknown_outcome = q.i64(13);
    r.tail = sumColumn(q.view(14));
    r.log_seq = q.i64(15);
    r.complete = q.i64(16) != 0;
    r.confirmation = q.text(17);
    r.resumed = q.i64(18) != 0;
    return r;
}

template <class Row, class Read>
Result<std::vector<Row>> readAll(Query& q, Read read) {
    std::vector<Row> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        rows.push_back(read(q));
    }
}
template <class Row, class Read>
Result<std::optional<Row>> readOne(Query& q, Read read) {
    TALLY_ASSIGN(const bool found, q.step());
    if (!found) return std::optional<Row>();
    return std::optional<Row>(read(q));
}

Alert readAlert(const Query& q) {
    Alert a;
    a.detector = q.text(0);
    a.run = RunId(q.text(1));
    a.path = q.text(2);
    a.workflow = q.text(3);
    a.action = q.view(4) == toString(AlertAction::stop) ? AlertAction::stop : AlertAction::warn;
    a.sentence = q.text(5);
    a.evidence = jsonColumn(q.view(6));
    a.at_us = q.i64(7);
    a.log_seq = q.i64(8);
    return a;
}
ApprovalRow readApproval(const Query& q) {
    return {RunId(q.text(0)), q.text(1), q.text(2), q.i64(3), q.text(4), q.text(5), q.i64(6)};
}
} // namespace

Status KillRepo::insert(Tx& tx, const KillReceipt& r) {
    const auto& o = r.order;
    return tx.db().run(
        "INSERT INTO kills(id, scope, target, by, reason, ordered_us, admission_closed_us, stop_us, "
        "inflight, stopped, retries_cancelled, "
        "children_ended, runs_stopped, unknown_outcome, tail, log_seq, complete, confirmation, resumed_us) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        o.id.str(), toString(o.scope), o.target, o.by, o.reason, r.ordered_us, r.admission_closed_us,
        r.stop_us, r.inflight, r.stopped, r.retries_cancelled, r.children_ended, r.runs_stopped,
        r.unknown_outcome, r.tail.picoString(), r.log_seq, r.complete, r.confirmation,
        r.resumed ? r.ordered_us : 0);
}
Status KillRepo::update(Tx& tx, const KillReceipt& r) {
    return tx.db().run(
        "UPDATE kills SET admission_closed_us=?2, stop_us=?3, inflight=?4, stopped=?5, retries_cancelled=?6, "
        "children_ended=?7, runs_stopped=?8, unknown_outcome=?9, tail=?10, log_seq=?11, complete=?12, "
        "confirmation=?13 "
        "WHERE id=?1",
        r.order.id.str(), r.admission_closed_us, r.stop_us, r.inflight, r.stopped, r.retries_cancelled,
        r.children_ended, r.runs_stopped, r.unknown_outcome, r.tail.picoString(), r.log_seq, r.complete,
        r.confirmation);
}
Status KillRepo::resume(Tx& tx, const KillId& id, std::int64_t now_us) {
    return tx.db().run("UPDATE kills SET resumed_us=?2 WHERE id=?1 AND resumed_us=0", id.str(), now_us);
}
Result<std::vector<KillReceipt>> KillRepo::active(Connection& db) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format("SELECT {} FROM kills WHERE resumed_us=0 ORDER BY no", kill_columns)));
    return readAll<KillReceipt>(q, readKill);
}
Result<std::vector<KillReceipt>> KillRepo::page(Connection& db, int limit) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format("SELECT {} FROM kills ORDER BY no DESC LIMIT ?", kill_columns)));
    return readAll<KillReceipt>(q.args(limit), readKill);
}
Result<std::optional<KillReceipt>> KillRepo::byId(Connection& db, const KillId& id) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM kills WHERE id=?", kill_columns)));
    return readOne<KillReceipt>(q.args(id.str()), readKill);
}

Status KillRepo::hit(Tx& tx, const KillId& id, const RunId& run) {
    return tx.db().run("INSERT OR IGNORE INTO kill_runs(kill, run) VALUES(?,?)", id.str(), run.str());
}
Status KillRepo::released(Tx& tx, const RunId& run) {
    return tx.db().run("DELETE FROM kill_runs WHERE run=?", run.str());
}
Result<std::vector<RunId>> KillRepo::runsOf(Connection& db, const KillId& id) {
    TALLY_ASSIGN(auto q, db.query("SELECT r.id FROM kill_runs k JOIN runs r ON r.id=k.run WHERE k.kill=? AND "
                                  "r.status='stopped' ORDER BY r.no"));
    q.args(id.str());
    std::vector<RunId> runs;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return runs;
        runs.emplace_back(q.text(0));
    }
}

Status AlertRepo::insert(Tx& tx, const Alert& a) {
    return tx.db().run(
        "INSERT INTO alerts(detector, run, path, workflow, action, sentence, evidence, at_us, log_seq) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        a.detector, a.run.str(), a.path, a.workflow, toString(a.action), a.sentence,
        a.evidence.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), a.at_us, a.log_seq);
}
Result<std::vector<Alert>> AlertRepo::page(Connection& db, const RunId& run, int limit) {
    TALLY_ASSIGN(
        auto q,
        db.query(
            "SELECT detector, run, path, workflow, action, sentence, evidence, at_us, log_seq FROM alerts "
            "WHERE ?1='' OR run=?1 ORDER BY no DESC LIMIT ?2"));
    return readAll<Alert>(q.args(run.str(), limit), readAlert);
}

Status ApprovalRepo::ask(Tx& tx, const ApprovalRow& r) {
    return tx.db().run(
        "INSERT INTO approvals(run, path, question, asked_us, decision, by, decided_us) "
        "VALUES(?,?,?,?,'','',0) ON CONFLICT(run, path) DO UPDATE SET "
        "asked_us = iif(decision = '', asked_us, excluded.asked_us), question = excluded.question, "
        "decision = '', by = '', decided_us = 0",
        r.run.str(), r.path, r.question, r.asked_us);
}
Result<bool> ApprovalRepo::decide(Tx& tx, const RunId& run, std::string_view path, std::string_view decision,
                                  std::string_view by, std::int64_t now_us) {
    TALLY_TRY(tx.db().run(
        "UPDATE approvals SET decision=?3, by=?4, decided_us=?5 WHERE run=?1 AND path=?2 AND decision=''",
        run.str(), path, decision, by, now_us));
    return tx.db().changes() == 1;
}
Result<std::vector<ApprovalRow>> ApprovalRepo::open(Connection& db, const RunId& run) {
    TALLY_ASSIGN(
        auto q, db.query("SELECT a.run, a.path, a.question, a.asked_us, a.decision, a.by, a.decided_us "
                         "FROM approvals a JOIN runs r ON r.id = a.run WHERE a.decision = '' AND (?1 = '' OR "
                         "a.run = ?1) AND r.status IN ('queued', 'running', 'waiting', 'stopped') "
                         "ORDER BY a.asked_us, a.run, a.path"));
    return readAll<ApprovalRow>(q.args(run.str()), readApproval);
}

Status ProviderRepo::put(Tx& tx, const ProviderRow& r) {
    return tx.db().run("INSERT INTO providers(name, kind, config) VALUES(?,?,?) "
                       "ON CONFLICT(name) DO UPDATE SET kind=excluded.kind, config=excluded.config",
                       r.name, r.kind, r.config);
}
Status ProviderRepo::remove(Tx& tx, std::string_view name) {
    return tx.db().run("DELETE FROM providers WHERE name=?", name);
}
Result<std::vector<ProviderRow>> ProviderRepo::list(Connection& db) {
    TALLY_ASSIGN(auto q, db.query("SELECT name, kind, config FROM providers ORDER BY name"));
    return readAll<ProviderRow>(q, [](const Query& row) {
        return ProviderRow{row.text(0), row.text(1), row.text(2)};
    });
}

Status SettingRepo::set(Tx& tx, std::string_view key, std::string_view value) {
    return tx.db().run(
        "INSERT INTO settings(key, value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value",
        key, value);
}
Result<std::optional<std::string>> SettingRepo::get(Connection& db, std::string_view key) {
    TALLY_ASSIGN(auto q, db.query("SELECT value FROM settings WHERE key=?"));
    return readOne<std::string>(q.args(key), [](const Query& row) { return row.text(0); });
}

Status BootRepo::start(Connection& db, const BootRow& r) {
    return db.run("INSERT INTO boots(id, started_us, ended_us, pid, app) VALUES(?,?,?,?,?)", r.id,
                  r.started_us, r.ended_us, r.pid, r.app);
}
Status BootRepo::end(Connection& db, std::string_view id, std::int64_t now_us) {
    return db.run("UPDATE boots SET ended_us=?2 WHERE id=?1", id, now_us);
}
Result<std::vector<BootRow>> BootRepo::list(Connection& db) {
    TALLY_ASSIGN(auto q,
                 db.query("SELECT id, started_us, ended_us, pid, app FROM boots ORDER BY started_us, id"));
    return readAll<BootRow>(q, [](const Query& row) {
        return BootRow{row.text(0), row.i64(1), row.i64(2), row.i64(3), row.text(4)};
    });
}

} // namespace tally::store
