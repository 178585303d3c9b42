#include "core/store/migration.h"

#include <fmt/format.h>

namespace tally::store {

namespace schema {
extern const char* const sql_0001_log;
extern const char* const sql_0001;
extern const char* const sql_0002;
extern const char* const sql_0003;
extern const char* const sql_0004;
} // namespace schema

std::span<const Migration> migrations() {
    static const std::string first = std::string(schema::sql_0001_log) + schema::sql_0001;
    static const Migration all[] = {
        {1, first.c_str()}, {2, schema::sql_0002}, {3, schema::sql_0003}, {4, schema::sql_0004}};
    return all;
}

const char* traceTablesSql() {
    return schema::sql_0001_log;
}

namespace {
Status notNewer(const Connection& db, std::int64_t version) {
    const auto known = migrations().back().version;
    if (version <= known) return {};
    return fail(
        "store.newer_schema",
        fmt::format("This workspace was written by a newer version (schema {}, this program knows {})",
                    version, known),
        "Update the program; nothing was changed.", db.path());
}
} // namespace

Status checkSchema(Connection& db) {
    TALLY_ASSIGN(const auto version, db.scalar("PRAGMA user_version"));
    TALLY_ASSIGN(const auto application, db.scalar("PRAGMA application_id"));
    if (application != application_id)
        return fail("store.foreign_file", "This database does not carry the mark of a workspace",
                    "Choose another folder; nothing was changed.", db.path());
    TALLY_TRY(notNewer(db, version));
    if (version < migrations().back().version)
        return fail(
            "store.older_schema",
            fmt::format("This workspace was written by an older version (schema {}, this program reads {})",
                        version, migrations().back().version),
            "Close every program that has it open; the next one that owns it brings it up to date.",
            db.path());
    return {};
}

Status migrate(Connection& db) {
    TALLY_ASSIGN(const auto version, db.scalar("PRAGMA user_version"));
    TALLY_ASSIGN(const auto application, db.scalar("PRAGMA application_id"));
    TALLY_TRY(notNewer(db, version));
    if (version == 0) {
        TALLY_ASSIGN(const auto tables, db.scalar("SELECT count(*) FROM sqlite_schema"));
        if (tables != 0)
            return fail("store.foreign_file", "This database belongs to another program",
                        "Choose another folder; nothing was changed.", db.path());
    } else if (application != application_id) {
        return fail("store.foreign_file", "This database does not carry the mark of a workspace",
                    "Choose another folder; nothing was changed.", db.path());
    }
    for (const auto& migration : migrations()) {
        if (migration.version <= version) continue;
        TALLY_ASSIGN(auto transaction, Transaction::begin(db));
        TALLY_TRY(db.exec(migration.sql));
        TALLY_TRY(db.exec(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id,
                                      migration.version)));
        TALLY_TRY(transaction.commit());
    }
    return {};
}

} // namespace tally::store
