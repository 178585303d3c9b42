#include "core/store/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <list>
#include <unordered_map>

namespace tally::store {

namespace {
constexpr std::size_t most_kept = 200;
constexpr std::size_t near_slots = 64;
/// In Query::bind_error_, instead of a code of SQLite: reset and cleared, nothing was bound since.
constexpr int all_clean = -1;
int afterBinding(int before, int rc) {
    if (rc != SQLITE_OK) return rc;
    return before == all_clean ? SQLITE_OK : before;
}
} // namespace

struct Connection::Impl {
    struct Kept {
        std::string sql;
        sqlite3_stmt* statement = nullptr;
        bool busy = false; ///< a Query points here
    };
    sqlite3* db = nullptr;
    std::string path;
    std::list<Kept> kept; ///< used last first
    std::unordered_map<std::string_view, std::list<Kept>::iterator> by_text;
    /// By the address of the text that was asked for: most texts are literals, and comparing is cheaper than
    /// hashing. Only a hint: the texts are compared, an entry that is forgotten is emptied.
    std::array<std::list<Kept>::iterator, near_slots> near;

    static std::size_t slotOf(std::string_view sql) {
        return (reinterpret_cast<std::uintptr_t>(sql.data()) >> 4) % near_slots;
    }

    /// Forgets those that were not used for the longest time; busy ones stay.
    void trim() {
        for (auto at = kept.end(); kept.size() > most_kept && at != kept.begin();) {
            if ((--at)->busy) continue;
            sqlite3_finalize(at->statement);
            by_text.erase(at->sql);
            std::replace(near.begin(), near.end(), at, kept.end());
            at = kept.erase(at);
        }
    }

    /// kept.end(): none.
    std::list<Kept>::iterator find(std::string_view sql) {
        auto& at = near[slotOf(sql)];
        if (at != kept.end() && at->sql == sql) return at;
        const auto found = by_text.find(sql);
        if (found == by_text.end()) return kept.end();
        at = found->second;
        return at;
    }

    Impl() { near.fill(kept.end()); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        for (const auto& each : kept)
            sqlite3_finalize(each.statement);
        sqlite3_close_v2(db);
    }
};

namespace {
const char* codeName(int code) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "store.busy";
    case SQLITE_FULL:
        return "store.full";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return "store.io";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "store.corrupt";
    case SQLITE_CONSTRAINT:
        return "store.constraint";
    case SQLITE_READONLY:
        return "store.readonly";
    case SQLITE_INTERRUPT:
        return "store.interrupted";
    default:
        return "store.sqlite";
    }
}
const char* codeHint(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "Free some disk space, then open the workspace again.";
    case SQLITE_BUSY:
        return "Another program has the database open for writing; close it.";
    case SQLITE_READONLY:
        return "Check the permissions of the workspace folder.";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "Restore the workspace from a backup; an exported bundle can still be verified.";
    default:
        return "";
    }
}
} // namespace

// ---- Query

Query::Query(Query&& other) noexcept
    : connection_(other.connection_)
    , statement_(std::exchange(other.statement_, nullptr))
    , busy_(other.busy_)
    , bind_error_(other.bind_error_) {}

Query::~Query() {
    if (statement_ == nullptr) return;
    if (busy_ == nullptr) {
        sqlite3_finalize(statement_);
        return;
    }
    if (bind_error_ != all_clean) {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    *busy_ = false;
}

void Query::put(int index, std::nullptr_t, bool) {
    bind_error_ = afterBinding(bind_error_, sqlite3_bind_null(statement_, index));
}
void Query::put(int index, std::string_view value, bool copy) {
    // A null pointer would bind NULL: an empty text is a text.
    const char* data = value.data() == nullptr ? "" : value.data();
    const int rc = sqlite3_bind_text64(statement_, index, data, value.size(),
                                       copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
    bind_error_ = afterBinding(bind_error_, rc);
}
void Query::put(int index, Blob value, bool copy) {
    const char* data = value.bytes.data() == nullptr ? "" : value.bytes.data();
    const int rc = sqlite3_bind_blob64(statement_, index, data, value.bytes.size(),
                                       copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    bind_error_ = afterBinding(bind_error_, rc);
}
void Query::putInt(int index, std::int64_t value) {
    bind_error_ = afterBinding(bind_error_, sqlite3_bind_int64(statement_, index, value));
}

Result<bool> Query::step() {
    if (bind_error_ == all_clean) bind_error_ = SQLITE_OK; // a statement without parameters, once more
    if (bind_error_ != SQLITE_OK) return fail(connection_->failure(bind_error_, sqlite3_sql(statement_)));
    const int rc = sqlite3_step(statement_);
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return fail(connection_->failure(rc, sqlite3_sql(statement_)));
}

Status Query::finish() {
    for (;;) {
        auto row = step();
        if (!row || !*row) {
            // Reset now: an open statement would keep the transaction from committing.
            sqlite3_reset(statement_);
            sqlite3_clear_bindings(statement_);
            bind_error_ = all_clean;
            if (!row) return fail(std::move(row).error());
            return {};
        }
    }
}

std::int64_t Query::i64(int column) const {
    return sqlite3_column_int64(statement_, column);
}
bool Query::isNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::string_view Query::view(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// ---- Connection

Connection::Connection(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Error Connection::failure(int code, std::string_view doing) const {
    const char* detail = impl_->db != nullptr ? sqlite3_errmsg(impl_->db) : sqlite3_errstr(code);
    constexpr std::size_t shown = 120;
    std::string text = fmt::format("SQLite: {} (code {})", detail, code);
    if (!doing.empty())
        text += fmt::format(" in: {}{}", doing.substr(0, shown), doing.size() > shown ? "…" : "");
    return Error{codeName(code), std::move(text), codeHint(code), impl_->path};
}

Result<Connection> Connection::open(const std::string& path, OpenMode mode, const std::string& vfs) {
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    const int flags =
        SQLITE_OPEN_NOMUTEX |
        (mode == OpenMode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int rc = sqlite3_open_v2(path.c_str(), &impl->db, flags, vfs.empty() ? nullptr : vfs.c_str());
    Connection connection(std::move(impl));
    if (rc != SQLITE_OK) return fail(connection.failure(rc, {}));
    sqlite3_extended_result_codes(connection.impl_->db, 1);
    sqlite3_busy_timeout(connection.impl_->db, 5'000);
    // Untrusted schema text cannot call out, double-quoted names are never silently strings.
    sqlite3_db_config(connection.impl_->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(connection.impl_->db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(connection.impl_->db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    TALLY_TRY(connection.exec("PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY"));
    if (mode == OpenMode::read_write) {
        TALLY_ASSIGN(auto journal, connection.query("PRAGMA journal_mode=WAL"));
        TALLY_ASSIGN(const bool row, journal.step());
        if (!row || journal.view(0) != "wal")
            return fail("store.no_wal", "SQLite could not switch the database to its write-ahead log",
                        "Put the workspace on a local file system.", path);
        TALLY_TRY(connection.exec(
            "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=16000"));
    }
    return connection;
}

Status Connection::exec(std::string_view sql) {
    while (!sql.empty()) {
        sqlite3_stmt* statement = nullptr;
        const char* rest = nullptr;
        const int rc =
            sqlite3_prepare_v2(impl_->db, sql.data(), static_cast<int>(sql.size()), &statement, &rest);
        if (rc != SQLITE_OK) return fail(failure(rc, sql));
        const std::string_view one = sql;
        sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
        if (statement == nullptr) continue; // white space or a comment
        int step = SQLITE_ROW;
        while (step == SQLITE_ROW)
            step = sqlite3_step(statement);
        if (step != SQLITE_DONE) {
            auto error = failure(step, one);
            sqlite3_finalize(statement);
            return fail(std::move(error));
        }
        sqlite3_finalize(statement);
    }
    return {};
}

Result<Query> Connection::query(std::string_view sql) {
    auto& kept = impl_->kept;
    const auto found = impl_->find(sql);
    if (found == kept.end()) {
        sqlite3_stmt* statement = nullptr;
        const int rc = sqlite3_prepare_v3(impl_->db, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (rc != SQLITE_OK) return fail(failure(rc, sql));
        kept.push_front({std::string(sql), statement, true});
        impl_->by_text.emplace(kept.front().sql, kept.begin());
        impl_->trim();
        return Query(this, statement, &kept.front().busy);
    }
    kept.splice(kept.begin(), kept, found);
    if (!kept.front().busy) {
        kept.front().busy = true;
        return Query(this, kept.front().statement, &kept.front().busy);
    }
    // The same text is in use further up: a second statement of its own.
    sqlite3_stmt* statement = nullptr;
    const int rc =
        sqlite3_prepare_v2(impl_->db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (rc != SQLITE_OK) return fail(failure(rc, sql));
    return Query(this, statement, nullptr);
}

std::size_t Connection::keptStatements() const {
    return impl_->kept.size();
}
std::int64_t Connection::changes() const {
    return sqlite3_changes64(impl_->db);
}
std::int64_t Connection::totalChanges() const {
    return sqlite3_total_changes64(impl_->db);
}
bool Connection::inTransaction() const {
    return sqlite3_get_autocommit(impl_->db) == 0;
}
const std::string& Connection::path() const {
    return impl_->path;
}
void Connection::interrupt() {
    sqlite3_interrupt(impl_->db);
}
sqlite3* Connection::handle() const {
    return impl_->db;
}

// ---- Transaction

Result<Transaction> Transaction::begin(Connection& connection) {
    TALLY_TRY(connection.run("BEGIN IMMEDIATE"));
    return Transaction(connection);
}
Transaction::~Transaction() {
    if (connection_ != nullptr && connection_->inTransaction()) {
        [[maybe_unused]] const auto ignored = connection_->run("ROLLBACK");
    }
}
Status Transaction::commit() {
    TALLY_TRY(connection_->run("COMMIT"));
    connection_ = nullptr;
    return {};
}

} // namespace tally::store
