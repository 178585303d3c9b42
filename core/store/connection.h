// RAII over SQLite. A Connection belongs to one thread at a time; only interrupt() may come from another.
//
// Errors are values: code store.sqlite, store.busy, store.full, store.io, store.corrupt, store.constraint,
// store.readonly or store.interrupted; the message carries SQLite's own text, `where` the path of the
// database.
#pragma once
#include "core/base/result.h"

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace tally::store {

/// A value to be bound as BLOB instead of TEXT.
struct Blob {
    std::string_view bytes;
};

/// A parameter of a statement that is put together: numbers are bound too, so that the text, which names the
/// kept statement, depends on the kind of question only.
using Value = std::variant<std::int64_t, std::string>;

class Connection;

/// Use of a prepared statement; gives it back (reset, bindings cleared) when it ends. Never outlives its
/// Connection. A failure while binding is kept and reported by the next step.
class Query {
public:
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    /// Binds all parameters in order; the values are copied.
    template <class... A>
    Query& args(const A&... values) {
        int index = 0;
        (put(++index, values, true), ...);
        return *this;
    }
    /// Binds without copying and runs to the end: for statements that give no rows.
    template <class... A>
    Status run(const A&... values) {
        int index = 0;
        (put(++index, values, false), ...);
        return finish();
    }
    /// Binds a list; for statements that are put together.
    Query& values(const std::vector<Value>& values) {
        int index = 0;
        for (const auto& value : values)
            std::visit([&](const auto& v) { put(++index, v, true); }, value);
        return *this;
    }
    /// True while there is a row.
    Result<bool> step();

    [[nodiscard]] std::int64_t i64(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    /// TEXT or BLOB; valid until the next step.
    [[nodiscard]] std::string_view view(int column) const;
    [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }

private:
    friend class Connection;
    Query(Connection* connection, sqlite3_stmt* statement, bool* busy)
        : connection_(connection)
        , statement_(statement)
        , busy_(busy) {}
    template <std::integral T>
    void put(int index, T value, bool) {
        putInt(index, static_cast<std::int64_t>(value));
    }
    void put(int index, std::nullptr_t, bool);
    void put(int index, std::string_view value, bool copy);
    void put(int index, Blob value, bool copy);
    void putInt(int index, std::int64_t value);
    Status finish();

    Connection* connection_;
    sqlite3_stmt* statement_;
    bool* busy_; ///< null: not from the cache, finalised at the end
    int bind_error_ = 0;
};

enum class OpenMode { read_write, read_only };

class Connection {
public:
    /// Opens or creates; sets WAL, synchronous=FULL, foreign_keys and secure_delete for a read-write
    /// connection.
    static Result<Connection> open(const std::string& path, OpenMode mode, const std::string& vfs = {});
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// Runs a script of any number of statements without parameters.
    Status exec(std::string_view sql);
    /// A prepared statement. The 200 used last are kept, by their text.
    Result<Query> query(std::string_view sql);
    /// One integer from a statement that gives one row.
    template <class... A>
    Result<std::int64_t> scalar(std::string_view sql, const A&... values) {
        auto q = query(sql);
        if (!q) return fail(std::move(q).error());
        auto row = q->args(values...).step();
        if (!row) return fail(std::move(row).error());
        return *row ? q->i64(0) : std::int64_t{0};
    }
    /// query(sql) and run(values...) in one.
    template <class... A>
    Status run(std::string_view sql, const A&... values) {
        auto q = query(sql);
        if (!q) return fail(std::move(q).error());
        return q->run(values...);
    }

    [[nodiscard]] std::int64_t changes() const;      ///< rows changed by the last statement
    [[nodiscard]] std::int64_t totalChanges() const; ///< rows changed since the connection was opened
    [[nodiscard]] std::size_t keptStatements() const;
    [[nodiscard]] bool inTransaction() const;
    [[nodiscard]] const std::string& path() const;
    /// Any thread: what runs now fails with store.interrupted.
    void interrupt();
    [[nodiscard]] sqlite3* handle() const;
    /// SQLite's last failure as an Error.
    [[nodiscard]] Error failure(int code, std::string_view doing) const;

private:
    friend class Query;
    struct Impl;
    explicit Connection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// BEGIN IMMEDIATE … COMMIT; rolls back when it ends without commit().
class Transaction {
public:
    static Result<Transaction> begin(Connection& connection);
    Transaction(Transaction&& other) noexcept
        : connection_(std::exchange(other.connection_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Status commit();

private:
    explicit Transaction(Connection& connection)
        : connection_(&connection) {}
    Connection* connection_;
};

} // namespace tally::store
