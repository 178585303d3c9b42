// Numbered schema migrations (core/store/migrations/NNNN_*.cpp), each in one transaction; PRAGMA user_version
// holds the number of the last one. A database with a newer schema, or of another program, is refused and not
// touched.
#pragma once
#include "core/store/connection.h"

#include <span>

namespace tally::store {

struct Migration {
    int version;
    const char* sql;
};

/// All of them, ascending from 1.
std::span<const Migration> migrations();
inline constexpr std::int64_t application_id = 0x54414C59; ///< "TALY"

/// The tables and triggers of the log specification, section 8; for a log that begins anew in the same file.
const char* traceTablesSql();

/// For those who only read: is this the schema that this program knows? Errors: store.newer_schema,
/// store.older_schema (only a writer may migrate), store.foreign_file.
Status checkSchema(Connection& db);
/// Errors: store.newer_schema, store.foreign_file, or what SQLite says.
Status migrate(Connection& db);

} // namespace tally::store
