// Schema 4: batches and their items; which item a run works on. Never edited after a release: changes come as
// a new migration.
//
// batch_items.id is batch * 2^32 + n, so that the items of a batch lie together in the order of their source;
// states are the numbers of ItemState. Sums are decimal TEXT of a 128-bit integer.
namespace tally::store::schema {

extern const char* const sql_0004;
const char* const sql_0004 = R"sql(
CREATE TABLE batches(
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, spec TEXT NOT NULL, workflow_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, loading TEXT NOT NULL, load_cursor TEXT NOT NULL,
  load_error TEXT NOT NULL, items INTEGER NOT NULL, duplicates INTEGER NOT NULL, done INTEGER NOT NULL,
  dead INTEGER NOT NULL, cancelled INTEGER NOT NULL, cost TEXT NOT NULL, created_us INTEGER NOT NULL,
  ended_us INTEGER NOT NULL) STRICT;
CREATE TABLE batch_items(
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, key TEXT, inputs TEXT NOT NULL, state INTEGER NOT NULL,
  attempts INTEGER NOT NULL, due_us INTEGER NOT NULL, run TEXT NOT NULL, cost TEXT NOT NULL,
  code TEXT NOT NULL, error TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX batch_items_key ON batch_items(batch, key) WHERE key IS NOT NULL;
CREATE INDEX batch_items_due ON batch_items(batch, due_us, id) WHERE state IN (0, 3);
CREATE INDEX batch_items_leased ON batch_items(batch) WHERE state = 1;
CREATE INDEX batch_items_dead ON batch_items(batch, code) WHERE state = 4;
ALTER TABLE runs ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN item INTEGER NOT NULL DEFAULT 0;
)sql";

} // namespace tally::store::schema
