#include "core/store/run_repo.h"

#include "core/store/columns.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
constexpr std::string_view columns = "no, id, workflow, workflow_sha256, process, label, status, detail, "
                                     "started_us, ended_us, steps, items_done, "
                                     "items_total, failed_steps, usage, cost, reserved, lim, simulated, "
                                     "resumes, root, parent, inputs, limits, epoch, "
                                     "machine_version, batch, item";

RunRow read(const Query& q) {
    RunRow row;
    auto& s = row.summary;
    row.no = q.i64(0);
    s.id = RunId(q.text(1));
    s.workflow = q.text(2);
    s.workflow_sha256 = q.text(3);
    s.process = q.text(4);
    s.label = q.text(5);
    s.status = parseRunStatus(q.view(6)).value_or(RunStatus::stopped);
    s.status_detail = q.text(7);
    s.started_us = q.i64(8);
    s.ended_us = q.i64(9);
    s.steps = q.i64(10);
    s.items_done = q.i64(11);
    s.items_total = q.i64(12);
    s.failed_steps = q.i64(13);
    s.usage = usageFromText(q.view(14));
    s.cost = sumColumn(q.view(15));
    s.reserved = sumColumn(q.view(16));
    s.limit = sumColumn(q.view(17));
    s.simulated = q.i64(18) != 0;
    s.resumes = RunId(q.text(19));
    row.root = RunId(q.text(20));
    row.parent = RunId(q.text(21));
    row.inputs = q.text(22);
    row.limits = q.text(23);
    row.epoch = q.i64(24);
    row.machine_version = static_cast<int>(q.i64(25));
    row.batch = q.i64(26);
    row.item = q.i64(27);
    return row;
}

Result<std::vector<RunRow>> readAll(Query& q) {
    std::vector<RunRow> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        rows.push_back(read(q));
    }
}

/// WHERE clause with its arguments in order.
struct Where {
    std::string sql;
    std::vector<Value> args;
};
Where where(const RunFilter& filter) {
    Where w;
    const auto add = [&w](const std::string& condition) {
        w.sql += (w.sql.empty() ? " WHERE " : " AND ") + condition;
    };
    const auto next = [&w](Value value) {
        w.args.push_back(std::move(value));
        return fmt::format("?{}", w.args.size());
    };
    if (!filter.workflow.empty()) add("workflow = " + next(filter.workflow));
    if (!filter.process.empty()) add("process = " + next(filter.process));
    if (!filter.text.empty()) {
        const auto p = next(filter.text);
        add(fmt::format("(instr(label, {0}) OR instr(workflow, {0}) OR instr(id, {0}))", p));
    }
    if (!filter.statuses.empty()) {
        std::string list;
        for (const auto status : filter.statuses)
            list += (list.empty() ? "" : ",") + next(std::string(toString(status)));
        add("status IN (" + list + ")");
    }
    if (filter.before > 0) add("no < " + next(filter.before));
    return w;
}
} // namespace

Status RunRepo::insert(Tx& tx, const RunRow& row) {
    const auto& s = row.summary;
    return tx.db().run("INSERT INTO runs(no, id, workflow, workflow_sha256, process, label, status, detail, "
                       "started_us, ended_us, steps, "
                       "items_done, items_total, failed_steps, usage, cost, reserved, lim, simulated, "
                       "resumes, root, parent, inputs, limits, "
                       "epoch, machine_version, batch, item) "
                       "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                       row.no, s.id.str(), s.workflow, s.workflow_sha256, s.process, s.label,
                       toString(s.status), s.status_detail, s.started_us, s.ended_us, s.steps, s.items_done,
                       s.items_total, s.failed_steps, usageText(s.usage), s.cost.picoString(),
                       s.reserved.picoString(), s.limit.picoString(), s.simulated, s.resumes.str(),
                       row.root.str(), row.parent.str(), row.inputs, row.limits, row.epoch,
                       row.machine_version, row.batch, row.item);
}

Status RunRepo::update(Tx& tx, RunNo no, const RunSummary& s) {
    return tx.db().run(
        "UPDATE runs SET status=?2, detail=?3, started_us=?4, ended_us=?5, steps=?6, items_done=?7, "
        "items_total=?8, "
        "failed_steps=?9, usage=?10, cost=?11, reserved=?12, lim=?13, simulated=?14 WHERE no=?1",
        no, toString(s.status), s.status_detail, s.started_us, s.ended_us, s.steps, s.items_done,
        s.items_total, s.failed_steps, usageText(s.usage), s.cost.picoString(), s.reserved.picoString(),
        s.limit.picoString(), s.simulated);
}

Status RunRepo::setEpoch(Tx& tx, RunNo no, std::int64_t epoch) {
    return tx.db().run("UPDATE runs SET epoch=?2 WHERE no=?1", no, epoch);
}

Status RunRepo::setOutput(Tx& tx, RunNo no, std::string_view output) {
    return tx.db().run("UPDATE runs SET output=?2 WHERE no=?1", no, output);
}

Result<std::optional<std::string>> RunRepo::output(Connection& db, const RunId& id) {
    TALLY_ASSIGN(auto q, db.query("SELECT output FROM runs WHERE id=?"));
    TALLY_ASSIGN(const bool found, q.args(id.str()).step());
    if (!found || q.isNull(0)) return std::optional<std::string>();
    return std::optional<std::string>(q.text(0));
}

Result<std::optional<RunRow>> RunRepo::byId(Connection& db, const RunId& id) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM runs WHERE id=?", columns)));
    TALLY_ASSIGN(const bool found, q.args(id.str()).step());
    if (!found) return std::optional<RunRow>();
    return std::optional<RunRow>(read(q));
}

Result<std::vector<RunRow>> RunRepo::open(Connection& db) {
    TALLY_ASSIGN(auto q, db.query(fmt::format(
                             "SELECT {} FROM runs WHERE status IN ('queued','running','waiting','stopped') "
                             "ORDER BY no",
                             columns)));
    return readAll(q);
}

Result<std::vector<RunId>> RunRepo::openIds(Connection& db) {
    TALLY_ASSIGN(auto q,
                 db.query("SELECT id FROM runs WHERE status IN ('queued','running','waiting','stopped')"));
    std::vector<RunId> ids;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return ids;
        ids.emplace_back(q.text(0));
    }
}

Result<std::vector<RunRow>> RunRepo::page(Connection& db, const RunFilter& filter) {
    auto w = where(filter);
    const auto at = w.args.size();
    w.args.insert(w.args.end(), {Value(std::int64_t{filter.limit}), Value(filter.offset)});
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM runs{} ORDER BY no DESC LIMIT ?{} OFFSET ?{}",
                                              columns, w.sql, at + 1, at + 2)));
    q.values(w.args);
    return readAll(q);
}

Result<std::int64_t> RunRepo::count(Connection& db, const RunFilter& filter) {
    const auto w = where(filter);
    TALLY_ASSIGN(auto q, db.query("SELECT count(*) FROM runs" + w.sql));
    q.values(w.args);
    TALLY_TRY(q.step());
    return q.i64(0);
}

} // namespace tally::store
