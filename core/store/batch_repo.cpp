#include "core/store/batch_repo.h"

#include "core/store/columns.h"

#include <fmt/format.h>

namespace tally::store {

using nlohmann::json;

namespace {
constexpr std::int64_t per_batch = std::int64_t{1} << 32;
constexpr std::int64_t idOf(std::int64_t batch, std::int64_t n) {
    return batch * per_batch + n;
}
constexpr std::int64_t number(ItemState state) {
    return static_cast<std::int64_t>(state);
}

constexpr std::string_view batch_columns =
    "no, id, spec, workflow_sha256, state, reason, loading, load_cursor, load_error, items, duplicates, "
    "done, dead, cancelled, cost, created_us, ended_us";
constexpr std::string_view item_columns = "id, key, inputs, state, attempts, due_us, run, cost, code, error";

Result<Batch> readBatch(const Query& q) {
    Batch b;
    b.no = q.i64(0);
    b.id = BatchId(q.text(1));
    TALLY_ASSIGN(b.spec, batchSpecFromJson(jsonColumn(q.view(2))));
    b.workflow_sha256 = q.text(3);
    b.state = parseBatchState(q.view(4)).value_or(BatchState::paused);
    b.reason = q.text(5);
    b.loading = parseLoadState(q.view(6)).value_or(LoadState::failed);
    b.load_cursor = q.text(7);
    b.load_error = q.text(8);
    b.items = q.i64(9);
    b.duplicates = q.i64(10);
    b.done = q.i64(11);
    b.dead = q.i64(12);
    b.cancelled = q.i64(13);
    b.cost = sumColumn(q.view(14));
    b.created_us = q.i64(15);
    b.ended_us = q.i64(16);
    return b;
}

BatchItem readItem(const Query& q) {
    BatchItem item;
    item.n = q.i64(0) % per_batch;
    item.key = q.text(1);
    item.inputs = q.text(2);
    item.state = static_cast<ItemState>(q.i64(3));
    item.attempts = static_cast<int>(q.i64(4));
    item.due_us = q.i64(5);
    item.run = RunId(q.text(6));
    item.cost = sumColumn(q.view(7));
    item.code = q.text(8);
    item.error = q.text(9);
    return item;
}
Result<std::vector<BatchItem>> readItems(Query& q, std::size_t most_bytes = SIZE_MAX) {
    std::vector<BatchItem> out;
    for (std::size_t bytes = 0; bytes < most_bytes;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) break;
        out.push_back(readItem(q));
        bytes += out.back().inputs.size();
    }
    return out;
}

Result<std::optional<Batch>> one(Connection& db, std::string_view where, const Value& value) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM batches WHERE {}=?", batch_columns, where)));
    TALLY_ASSIGN(const bool found, q.values({value}).step());
    if (!found) return std::optional<Batch>();
    TALLY_ASSIGN(Batch batch, readBatch(q));
    return std::optional<Batch>(std::move(batch));
}

/// Ends a batch whose last item has ended.
Status endIfOver(Tx& tx, std::int64_t no, std::int64_t now_us) {
    return tx.db().run("UPDATE batches SET state='done', reason='', ended_us=?2 WHERE no=?1 AND state IN "
                       "('running', 'draining', 'paused') AND loading='loaded' AND done+dead+cancelled=items",
                       no, now_us);
}
} // namespace

Status BatchRepo::insert(Tx& tx, const Batch& b) {
    return tx.db().run(
        fmt::format("INSERT INTO batches({}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", batch_columns), b.no,
        b.id.str(), json(b.spec).dump(), b.workflow_sha256, toString(b.state), b.reason, toString(b.loading),
        b.load_cursor, b.load_error, b.items, b.duplicates, b.done, b.dead, b.cancelled, b.cost.picoString(),
        b.created_us, b.ended_us);
}

Status BatchRepo::setState(Tx& tx, std::int64_t no, BatchState state, std::string_view reason,
                           std::int64_t now_us) {
    const bool ends = state == BatchState::done || state == BatchState::cancelled;
    return tx.db().run("UPDATE batches SET state=?2, reason=?3, ended_us=?4 WHERE no=?1 AND state NOT IN "
                       "('done', 'cancelled')",
                       no, toString(state), reason, ends ? now_us : 0);
}

Status BatchRepo::setSpec(Tx& tx, std::int64_t no, const BatchSpec& spec) {
    return tx.db().run("UPDATE batches SET spec=?2 WHERE no=?1", no, json(spec).dump());
}

Result<std::int64_t> BatchRepo::nextNo(Connection& db) {
    return db.scalar("SELECT coalesce(max(no), 0) + 1 FROM batches");
}

Result<std::vector<Batch>> BatchRepo::list(Connection& db) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM batches ORDER BY no", batch_columns)));
    std::vector<Batch> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        TALLY_ASSIGN(Batch batch, readBatch(q));
        out.push_back(std::move(batch));
    }
}

Result<std::optional<Batch>> BatchRepo::byId(Connection& db, const BatchId& id) {
    return one(db, "id", id.str());
}
Result<std::optional<Batch>> BatchRepo::byNo(Connection& db, std::int64_t no) {
    return one(db, "no", no);
}

Result<BatchRepo::Added> BatchRepo::addItems(Tx& tx, std::int64_t no, const std::vector<NewItem>& items,
                                             std::string_view from, std::string_view to) {
    TALLY_TRY(
        tx.db().run("UPDATE batches SET load_cursor=?3 WHERE no=?1 AND load_cursor=?2 AND loading='loading'",
                    no, from, to));
    Added out;
    out.stale = tx.db().changes() == 0;
    if (out.stale) return out;
    for (const NewItem& item : items) {
        const bool bad = !item.code.empty();
        TALLY_ASSIGN(auto q, tx.db().query("INSERT INTO batch_items(id, batch, key, inputs, state, attempts, "
                                           "due_us, run, cost, code, error) VALUES(?,?,?,?,?,0,0,'','0',?,?) "
                                           "ON CONFLICT(batch, key) WHERE key IS NOT NULL DO NOTHING"));
        const auto state = number(bad ? ItemState::dead : ItemState::queued);
        if (item.key.empty())
            TALLY_TRY(q.run(idOf(no, item.n), no, nullptr, item.inputs, state, item.code, item.error));
        else
            TALLY_TRY(q.run(idOf(no, item.n), no, item.key, item.inputs, state, item.code, item.error));
        if (tx.db().changes() == 0)
            ++out.duplicates;
        else
            ++out.items, out.dead += bad ? 1 : 0;
    }
    TALLY_TRY(tx.db().run("UPDATE batches SET items=items+?2, dead=dead+?3, duplicates=duplicates+?4 "
                          "WHERE no=?1",
                          no, out.items, out.dead, out.duplicates));
    return out;
}

Status BatchRepo::loaded(Tx& tx, std::int64_t no, LoadState how, std::string_view error,
                         std::int64_t now_us) {
    TALLY_TRY(
        tx.db().run("UPDATE batches SET loading=?2, load_error=?3 WHERE no=?1", no, toString(how), error));
    return endIfOver(tx, no, now_us);
}

Result<std::vector<BatchItem>> BatchRepo::due(Connection& db, std::int64_t no, std::int64_t now_us,
                                              std::int64_t limit) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM batch_items WHERE batch=?1 AND state IN (0, 3) "
                                              "AND due_us<=?2 ORDER BY due_us, id LIMIT ?3",
                                              item_columns)));
    q.args(no, now_us, limit);
    return readItems(q, due_bytes);
}

Result<std::int64_t> BatchRepo::nextDue(Connection& db, std::int64_t no, std::int64_t now_us) {
    return db.scalar("SELECT coalesce(min(due_us), 0) FROM batch_items WHERE batch=? AND state IN (0, 3) AND "
                     "due_us>?",
                     no, now_us);
}

Result<bool> BatchRepo::lease(Tx& tx, const BatchSlot& slot, const RunId& run) {
    TALLY_TRY(tx.db().run("UPDATE batch_items SET state=1, attempts=?2, run=?3 WHERE id=?1 AND state IN "
                          "(0, 3) AND attempts=?2-1",
                          idOf(slot.batch, slot.n), slot.attempt, run.str()));
    return tx.db().changes() == 1;
}

Result<bool> BatchRepo::ended(Tx& tx, const BatchSlot& slot, const RunId& run, const ItemEnd& end,
                              std::int64_t now_us) {
    PicoSum cost = end.cost, total = end.cost;
    {
        TALLY_ASSIGN(auto q, tx.db().query("SELECT i.cost, b.cost FROM batch_items i JOIN batches b ON "
                                           "b.no=i.batch WHERE i.id=?1 AND i.state=1 AND i.run=?2"));
        TALLY_ASSIGN(const bool held, q.args(idOf(slot.batch, slot.n), run.str()).step());
        if (!held) return false;
        cost += sumColumn(q.view(0));
        total += sumColumn(q.view(1));
    }
    // The run has its inputs: a second copy would only grow, and outlive an erasure.
    const bool keep = end.state == ItemState::failed || end.state == ItemState::dead;
    TALLY_TRY(tx.db().run("UPDATE batch_items SET state=?2, due_us=?3, cost=?4, code=?5, error=?6, "
                          "inputs=CASE WHEN ?7 THEN inputs ELSE '' END WHERE id=?1",
                          idOf(slot.batch, slot.n), number(end.state), end.due_us, cost.picoString(),
                          end.code, end.error, keep));
    const auto is = [&](ItemState state) { return std::int64_t{end.state == state}; };
    TALLY_TRY(tx.db().run("UPDATE batches SET cost=?2, done=done+?3, dead=dead+?4, cancelled=cancelled+?5 "
                          "WHERE no=?1",
                          slot.batch, total.picoString(), is(ItemState::done), is(ItemState::dead),
                          is(ItemState::cancelled)));
    TALLY_TRY(endIfOver(tx, slot.batch, now_us));
    return true;
}

Status BatchRepo::correct(Tx& tx, std::int64_t no, std::int64_t n, PicoSum delta) {
    TALLY_ASSIGN(auto q, tx.db().query("SELECT i.cost, b.cost FROM batch_items i JOIN batches b ON "
                                       "b.no=i.batch WHERE i.id=? AND i.state!=1"));
    TALLY_ASSIGN(const bool found, q.args(idOf(no, n)).step());
    if (!found) return {}; // its run has not ended: it brings its whole cost along
    const PicoSum cost = sumColumn(q.view(0)) + delta, total = sumColumn(q.view(1)) + delta;
    TALLY_TRY(tx.db().run("UPDATE batch_items SET cost=?2 WHERE id=?1", idOf(no, n), cost.picoString()));
    return tx.db().run("UPDATE batches SET cost=?2 WHERE no=?1", no, total.picoString());
}

Result<std::vector<BatchItem>> BatchRepo::leased(Connection& db, std::int64_t no) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format("SELECT {} FROM batch_items WHERE batch=? AND state=1 ORDER BY id",
                                      item_columns)));
    q.args(no);
    return readItems(q);
}

Result<std::int64_t> BatchRepo::retry(Tx& tx, std::int64_t no, std::string_view code, std::int64_t n) {
    std::vector<Value> args{no};
    std::string where = "batch=?1 AND state=4 AND inputs!=''";
    if (!code.empty())
        args.emplace_back(std::string(code)), where += fmt::format(" AND code=?{}", args.size());
    if (n > 0) args.emplace_back(idOf(no, n)), where += fmt::format(" AND id=?{}", args.size());
    {
        TALLY_ASSIGN(auto q, tx.db().query("UPDATE batch_items SET state=0, attempts=0, due_us=0, code='', "
                                           "error='' WHERE " +
                                           where));
        TALLY_TRY(q.values(args).step());
    }
    const std::int64_t count = tx.db().changes();
    if (count == 0) return count;
    TALLY_TRY(tx.db().run("UPDATE batches SET dead=dead-?2, ended_us=0, state=CASE state WHEN 'done' THEN "
                          "'running' ELSE state END WHERE no=?1",
                          no, count));
    return count;
}

Result<std::int64_t> BatchRepo::cancelWaiting(Tx& tx, std::int64_t no, std::int64_t limit) {
    TALLY_TRY(tx.db().run("UPDATE batch_items SET state=5, inputs='' WHERE id IN (SELECT id FROM batch_items "
                          "WHERE batch=?1 AND state IN (0, 3) LIMIT ?2)",
                          no, limit));
    const std::int64_t count = tx.db().changes();
    TALLY_TRY(tx.db().run("UPDATE batches SET cancelled=cancelled+?2 WHERE no=?1", no, count));
    return count;
}

Result<std::vector<BatchItem>> BatchRepo::items(Connection& db, std::int64_t no, const ItemFilter& filter) {
    std::vector<Value> args{idOf(no, filter.after), idOf(no + 1, 0)};
    std::string where = "id>?1 AND id<?2";
    if (filter.state)
        args.emplace_back(number(*filter.state)), where += fmt::format(" AND state=?{}", args.size());
    if (!filter.code.empty())
        args.emplace_back(filter.code), where += fmt::format(" AND code=?{}", args.size());
    args.emplace_back(filter.limit);
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM batch_items WHERE {} ORDER BY id LIMIT ?{}",
                                              item_columns, where, args.size())));
    q.values(args);
    return readItems(q);
}

Result<std::vector<BatchCause>> BatchRepo::causes(Connection& db, std::int64_t no) {
    // With min() the other columns are those of the row that has it.
    TALLY_ASSIGN(auto q, db.query("SELECT code, count(*) AS n, min(id), error FROM batch_items WHERE batch=? "
                                  "AND state=4 GROUP BY code ORDER BY n DESC, code"));
    q.args(no);
    std::vector<BatchCause> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        out.push_back({q.text(0), q.i64(1), q.i64(2) % per_batch, q.text(3)});
    }
}

} // namespace tally::store
