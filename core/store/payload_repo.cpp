#include "core/store/payload_repo.h"

namespace tally::store {

Result<std::vector<ErasableRun>> PayloadRepo::runs(Connection& db, const ErasePolicy& p, RunNo after,
                                                   int limit) {
    TALLY_ASSIGN(
        auto q,
        db.query("SELECT no, id, status, ended_us, length(CAST(inputs AS BLOB)) + "
                 "coalesce(length(CAST(output AS BLOB)), 0) FROM runs r "
                 "WHERE no > ?1 AND (inputs <> '' OR output IS NOT NULL) "
                 "AND (?2 = 0 OR (CASE WHEN ended_us > 0 THEN ended_us ELSE started_us END) < ?2) "
                 "AND (?3 = '' OR process = ?3) AND (?4 = '' OR workflow = ?4) "
                 "AND (?5 = '' OR id = ?5 OR root = ?5) "
                 "AND (?6 = '' OR label = ?6 OR (json_valid(limits) AND json_extract(limits, '$.by') = ?6) "
                 "OR EXISTS(SELECT 1 FROM json_tree(iif(json_valid(inputs), inputs, '{}')) t "
                 "WHERE CAST(t.atom AS TEXT) = ?6)) ORDER BY no LIMIT ?7"));
    q.args(after, p.ended_before_us, p.process, p.workflow, p.run, p.subject, limit);
    std::vector<ErasableRun> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        out.push_back({q.i64(0), RunId(q.text(1)), parseRunStatus(q.text(2)).value_or(RunStatus::running),
                       q.i64(3), q.i64(4)});
    }
}

// trace_dims.kind 1 is "run".
Result<std::vector<PayloadRef>> PayloadRepo::ofRun(Connection& db, const RunId& run, int limit) {
    TALLY_ASSIGN(auto q, db.query("SELECT p.seq, p.slot, length(p.payload) FROM trace_index i CROSS JOIN "
                                  "trace_payloads p ON p.seq = i.seq WHERE i.run = "
                                  "(SELECT id FROM trace_dims WHERE kind = 1 AND name = ?1) "
                                  "ORDER BY p.seq, p.slot LIMIT ?2"));
    q.args(run.str(), limit);
    std::vector<PayloadRef> out;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return out;
        out.push_back({q.i64(0), q.text(1), q.i64(2)});
    }
}

Result<PayloadRepo::Sum> PayloadRepo::sumOf(Connection& db, const RunId& run) {
    TALLY_ASSIGN(auto q, db.query("SELECT count(DISTINCT p.seq), count(*), coalesce(sum(length(p.payload)), "
                                  "0) FROM trace_index i CROSS JOIN trace_payloads p ON p.seq = i.seq WHERE "
                                  "i.run = (SELECT id FROM trace_dims WHERE kind = 1 AND name = ?1)"));
    TALLY_ASSIGN(const bool found, q.args(run.str()).step());
    if (!found) return Sum();
    return Sum{q.i64(0), q.i64(1), q.i64(2)};
}

Status PayloadRepo::forgetRun(Tx& tx, const ErasableRun& run) {
    auto& db = tx.db();
    // An answer that another run was given too stays there.
    TALLY_TRY(db.run("DELETE FROM blobs WHERE sha256 IN (SELECT response_sha FROM journal WHERE run = ?1 AND "
                     "response_sha IS NOT NULL) AND NOT EXISTS(SELECT 1 FROM journal o WHERE o.response_sha "
                     "= blobs.sha256 AND o.run <> ?1)",
                     run.no));
    TALLY_TRY(db.run("UPDATE journal SET request_sha = '', response = NULL, response_sha = NULL, extra = '', "
                     "erased = 1 WHERE run = ?1",
                     run.no));
    TALLY_TRY(db.run("UPDATE approvals SET question = '' WHERE run = ?1", run.id.str()));
    TALLY_TRY(db.run("UPDATE alerts SET sentence = 'erased', evidence = '{}' WHERE run = ?1", run.id.str()));
    // Of an item of a batch that has ended; one that waits for another attempt needs its inputs.
    TALLY_TRY(
        db.run("UPDATE batch_items SET inputs = '', error = '', key = iif(key IS NULL, NULL, 'erased ' || "
               "id) WHERE run = ?1 AND state IN (2, 4, 5) AND id = (SELECT batch * 4294967296 + item FROM "
               "runs WHERE no = ?2)",
               run.id.str(), run.no));
    return db.run("UPDATE runs SET inputs = '', output = NULL, detail = iif(detail = '', '', 'erased'), "
                  "limits = iif(json_valid(limits), json_remove(limits, '$.by'), limits) WHERE no = ?1",
                  run.no);
}

Status PayloadRepo::forgetRequests(Tx& tx) {
    return tx.db().run("UPDATE attempts SET request_sha = '' WHERE request_sha <> '' AND run IN (SELECT no "
                       "FROM runs WHERE inputs = '')");
}

Result<std::int64_t> PayloadRepo::forgetSetAside(Tx& tx) {
    auto& db = tx.db();
    std::vector<std::string> logs; // what the names of their tables end with
    {
        TALLY_ASSIGN(auto q, db.query("SELECT substr(name, 16) FROM sqlite_schema WHERE type = 'table' AND "
                                      "name GLOB 'trace_payloads_[0-9a-f]*'"));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            logs.push_back(q.text(0));
        }
    }
    std::int64_t gone = 0;
    for (const auto& log : logs) {
        if (log.find_first_not_of("0123456789abcdef_") != std::string::npos) continue;
        TALLY_TRY(db.run("DELETE FROM trace_payloads_" + log +
                         " WHERE seq IN (SELECT t.seq FROM trace_steps_" + log +
                         " t JOIN runs r ON r.id = json_extract(CAST(t.entry AS TEXT), '$.run') WHERE "
                         "r.inputs = '')"));
        gone += db.changes();
    }
    return gone;
}

} // namespace tally::store
