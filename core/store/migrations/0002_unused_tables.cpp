// Schema 2: the state of a run follows from its journal; the tables that were meant for snapshots were never
// written. Two indexes that nothing asks cost a page per attempt and run. Never edited after a release:
// changes come as a new migration.
namespace tally::store::schema {

extern const char* const sql_0002;
const char* const sql_0002 = R"sql(
DROP TABLE run_events;
DROP TABLE run_state;
DROP INDEX attempts_run;
DROP INDEX runs_root;
)sql";

} // namespace tally::store::schema
