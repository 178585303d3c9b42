// Schema 1. Never edited after a release: changes come as a new migration.
namespace tally::store::schema {

extern const char* const sql_0001_log;
extern const char* const sql_0001;
// trace_steps, trace_payloads, trace_checkpoints, trace_edge and the triggers: verbatim from the log specification, section 8.
// Amounts that are sums are decimal TEXT of a 128-bit integer; amounts of one step are INTEGER (at most 2^53-1).
const char* const sql_0001_log = R"sql(
CREATE TABLE trace_steps(
  seq   INTEGER PRIMARY KEY,
  entry BLOB NOT NULL CHECK(length(entry) BETWEEN 2 AND 65535),
  leaf  BLOB NOT NULL CHECK(length(leaf) = 32)) STRICT;
CREATE TABLE trace_payloads(
  seq INTEGER NOT NULL, slot TEXT NOT NULL,
  nonce BLOB NOT NULL CHECK(length(nonce) = 32), payload BLOB NOT NULL,
  PRIMARY KEY(seq, slot)) STRICT, WITHOUT ROWID;
CREATE TABLE trace_checkpoints(
  size INTEGER PRIMARY KEY CHECK(size > 0), note BLOB NOT NULL) STRICT;
CREATE TABLE trace_edge(
  id INTEGER PRIMARY KEY CHECK(id = 1), size INTEGER NOT NULL, nodes BLOB NOT NULL) STRICT;
CREATE TRIGGER trace_steps_no_update BEFORE UPDATE ON trace_steps
  BEGIN SELECT RAISE(ABORT, 'trace_steps is append-only'); END;
CREATE TRIGGER trace_steps_no_delete BEFORE DELETE ON trace_steps
  BEGIN SELECT RAISE(ABORT, 'trace_steps is append-only'); END;
CREATE TRIGGER trace_checkpoints_no_update BEFORE UPDATE ON trace_checkpoints
  BEGIN SELECT RAISE(ABORT, 'trace_checkpoints is append-only'); END;
CREATE TRIGGER trace_checkpoints_no_delete BEFORE DELETE ON trace_checkpoints
  BEGIN SELECT RAISE(ABORT, 'trace_checkpoints is append-only'); END;
)sql";

const char* const sql_0001 = R"sql(
CREATE TABLE trace_dims(
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE(kind, name)) STRICT;
CREATE TABLE trace_index(
  seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, workflow INTEGER NOT NULL, process INTEGER NOT NULL,
  name INTEGER NOT NULL, step_kind INTEGER NOT NULL, provider INTEGER NOT NULL, model INTEGER NOT NULL,
  status INTEGER NOT NULL, attempt INTEGER NOT NULL, ts_us INTEGER NOT NULL,
  cost_pico INTEGER NOT NULL, booked_pico INTEGER NOT NULL, reserved_pico INTEGER NOT NULL,
  latency_us INTEGER NOT NULL, ttft_us INTEGER NOT NULL, queue_us INTEGER NOT NULL,
  price_seq INTEGER NOT NULL, settled_seq INTEGER NOT NULL, sim INTEGER NOT NULL,
  span TEXT NOT NULL, parent TEXT NOT NULL, path TEXT NOT NULL, usage TEXT NOT NULL) STRICT;
CREATE INDEX trace_index_run ON trace_index(run, seq);
CREATE TABLE trace_marks(
  seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, ts_us INTEGER NOT NULL) STRICT;
CREATE INDEX trace_marks_kind ON trace_marks(kind, name, seq);
CREATE TABLE trace_rollup(
  hour INTEGER NOT NULL, workflow INTEGER NOT NULL, process INTEGER NOT NULL, name INTEGER NOT NULL,
  provider INTEGER NOT NULL, model INTEGER NOT NULL, meter TEXT NOT NULL,
  steps INTEGER NOT NULL, failed INTEGER NOT NULL, latency_us INTEGER NOT NULL,
  qty TEXT NOT NULL, cost TEXT NOT NULL,
  PRIMARY KEY(hour, workflow, process, name, provider, model, meter)) STRICT, WITHOUT ROWID;
CREATE TABLE rate_lines(seq INTEGER PRIMARY KEY, digest TEXT NOT NULL, line TEXT NOT NULL) STRICT;
CREATE TABLE step_notes(seq INTEGER PRIMARY KEY, detail TEXT NOT NULL) STRICT;

CREATE TABLE workflows(
  sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, json TEXT NOT NULL, added_us INTEGER NOT NULL) STRICT;
CREATE INDEX workflows_name ON workflows(name, added_us);
CREATE TABLE runs(
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, workflow_sha256 TEXT NOT NULL,
  process TEXT NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
  started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, steps INTEGER NOT NULL, items_done INTEGER NOT NULL,
  items_total INTEGER NOT NULL, failed_steps INTEGER NOT NULL, usage TEXT NOT NULL, cost TEXT NOT NULL,
  reserved TEXT NOT NULL, lim TEXT NOT NULL, simulated INTEGER NOT NULL, resumes TEXT NOT NULL,
  root TEXT NOT NULL, parent TEXT NOT NULL, inputs TEXT NOT NULL, limits TEXT NOT NULL,
  epoch INTEGER NOT NULL, machine_version INTEGER NOT NULL, output TEXT) STRICT;
CREATE INDEX runs_status ON runs(status, no);
CREATE INDEX runs_root ON runs(root);
CREATE INDEX runs_workflow ON runs(workflow, no);
CREATE TABLE run_state(
  run INTEGER PRIMARY KEY, version INTEGER NOT NULL, upto INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
CREATE TABLE run_events(
  run INTEGER NOT NULL, number INTEGER NOT NULL, event BLOB NOT NULL,
  PRIMARY KEY(run, number)) STRICT, WITHOUT ROWID;
CREATE TABLE attempts(
  id TEXT PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, attempt INTEGER NOT NULL, state INTEGER NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, reserved_pico INTEGER NOT NULL, subject TEXT NOT NULL,
  amounts TEXT NOT NULL, booked TEXT NOT NULL, intent TEXT NOT NULL, request_sha TEXT NOT NULL,
  price_seq INTEGER NOT NULL, boot TEXT NOT NULL, created_us INTEGER NOT NULL, cost_pico INTEGER NOT NULL,
  log_seq INTEGER NOT NULL, settled_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_open ON attempts(state) WHERE state IN (0, 3);
CREATE INDEX attempts_run ON attempts(run);
CREATE TABLE blobs(sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE journal(
  no INTEGER PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, attempt INTEGER NOT NULL, kind TEXT NOT NULL,
  request_sha TEXT NOT NULL, response BLOB, response_sha BLOB, out_seq INTEGER NOT NULL, at_us INTEGER NOT NULL,
  span TEXT NOT NULL, extra TEXT NOT NULL, erased INTEGER NOT NULL,
  UNIQUE(run, path, attempt, kind)) STRICT;
CREATE INDEX journal_blob ON journal(response_sha) WHERE response_sha IS NOT NULL;

CREATE TABLE budgets(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, win TEXT NOT NULL, meter TEXT NOT NULL, lim TEXT NOT NULL,
  policy TEXT NOT NULL, warn_percent TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, label TEXT NOT NULL,
  changed_us INTEGER NOT NULL, removed_us INTEGER NOT NULL) STRICT;
CREATE TABLE budget_spend(
  budget TEXT NOT NULL, window_key TEXT NOT NULL, spent TEXT NOT NULL, peak TEXT NOT NULL,
  exhausted INTEGER NOT NULL, warned TEXT NOT NULL, PRIMARY KEY(budget, window_key)) STRICT, WITHOUT ROWID;
CREATE TABLE kills(
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, target TEXT NOT NULL, by TEXT NOT NULL,
  reason TEXT NOT NULL, ordered_us INTEGER NOT NULL, admission_closed_us INTEGER NOT NULL, stop_us INTEGER NOT NULL,
  inflight INTEGER NOT NULL, stopped INTEGER NOT NULL, retries_cancelled INTEGER NOT NULL,
  children_ended INTEGER NOT NULL, runs_stopped INTEGER NOT NULL, unknown_outcome INTEGER NOT NULL,
  tail TEXT NOT NULL, log_seq INTEGER NOT NULL, complete INTEGER NOT NULL, confirmation TEXT NOT NULL,
  resumed_us INTEGER NOT NULL) STRICT;
CREATE TABLE alerts(
  no INTEGER PRIMARY KEY, detector TEXT NOT NULL, run TEXT NOT NULL, path TEXT NOT NULL, workflow TEXT NOT NULL,
  action TEXT NOT NULL, sentence TEXT NOT NULL, evidence TEXT NOT NULL, at_us INTEGER NOT NULL,
  log_seq INTEGER NOT NULL) STRICT;
CREATE INDEX alerts_run ON alerts(run);
CREATE TABLE approvals(
  run TEXT NOT NULL, path TEXT NOT NULL, question TEXT NOT NULL, asked_us INTEGER NOT NULL,
  decision TEXT NOT NULL, by TEXT NOT NULL, decided_us INTEGER NOT NULL, PRIMARY KEY(run, path)) STRICT, WITHOUT ROWID;
CREATE TABLE providers(name TEXT PRIMARY KEY, kind TEXT NOT NULL, config TEXT NOT NULL) STRICT;
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE boots(
  id TEXT PRIMARY KEY, started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, pid INTEGER NOT NULL,
  app TEXT NOT NULL) STRICT;
)sql";

} // namespace tally::store::schema
