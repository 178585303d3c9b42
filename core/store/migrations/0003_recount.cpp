// Schema 3: what simulated calls cost stands apart in budgets; which runs a stop ended and when a failed step is
// tried again are data. Budgets that are there go on counting simulated calls; how much of their sums that was is
// counted at the next start. Never edited after a release: changes come as a new migration.
namespace tally::store::schema {

extern const char* const sql_0003;
const char* const sql_0003 = R"sql(
ALTER TABLE budgets ADD COLUMN simulated INTEGER NOT NULL DEFAULT 1;
ALTER TABLE budget_spend ADD COLUMN simulated TEXT NOT NULL DEFAULT '0';
CREATE TABLE kill_runs(
  kill TEXT NOT NULL, run TEXT NOT NULL, PRIMARY KEY(kill, run)) STRICT, WITHOUT ROWID;
CREATE INDEX kill_runs_run ON kill_runs(run);
INSERT INTO kill_runs SELECT k.id, r.id FROM kills k JOIN runs r ON r.status = 'stopped'
  AND r.detail LIKE 'Stopped by a kill%' AND (k.scope = 'all' OR (k.scope = 'run' AND k.target = r.id)
  OR (k.scope = 'workflow' AND k.target = r.workflow) OR (k.scope = 'process' AND k.target = r.process))
  WHERE k.resumed_us = 0;
CREATE TABLE retries(
  run INTEGER NOT NULL, path TEXT NOT NULL, due_us INTEGER NOT NULL,
  PRIMARY KEY(run, path)) STRICT, WITHOUT ROWID;
)sql";

} // namespace tally::store::schema
