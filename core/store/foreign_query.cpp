#include "core/store/foreign_query.h"

#include "core/base/encoding.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace tally::store {

Result<std::unique_ptr<ForeignQuery>> ForeignQuery::open(const std::string& path, const std::string& sql) {
    TALLY_ASSIGN(auto db, Connection::open(path, OpenMode::read_only));
    std::unique_ptr<ForeignQuery> out(new ForeignQuery(std::move(db)));
    const char* rest = nullptr;
    const int rc = sqlite3_prepare_v2(out->db_.handle(), sql.data(), static_cast<int>(sql.size()),
                                      &out->statement_, &rest);
    if (rc != SQLITE_OK) return fail(out->db_.failure(rc, sql));
    const std::string_view left(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
    if (out->statement_ == nullptr || sqlite3_stmt_readonly(out->statement_) == 0 ||
        sqlite3_column_count(out->statement_) == 0 || left.find_first_not_of(" \t\r\n;") != std::string::npos)
        return fail("batch.query", "a source is one SELECT that only reads", {}, sql.substr(0, 200));
    for (int i = 0; i < sqlite3_column_count(out->statement_); ++i)
        out->names_.emplace_back(sqlite3_column_name(out->statement_, i));
    return out;
}

ForeignQuery::~ForeignQuery() {
    sqlite3_finalize(statement_);
}

Result<bool> ForeignQuery::skip() {
    const int rc = sqlite3_step(statement_);
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return fail(db_.failure(rc, sqlite3_sql(statement_)));
}

Result<bool> ForeignQuery::next(nlohmann::json& row, std::string& problem) {
    row = nlohmann::json::object();
    problem.clear();
    TALLY_ASSIGN(const bool more, skip());
    if (!more) return false;
    for (int i = 0; i < static_cast<int>(names_.size()); ++i) {
        nlohmann::json& value = row[names_[static_cast<std::size_t>(i)]];
        switch (sqlite3_column_type(statement_, i)) {
        case SQLITE_INTEGER:
            value = sqlite3_column_int64(statement_, i);
            break;
        case SQLITE_FLOAT:
            value = sqlite3_column_double(statement_, i);
            break;
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, i));
            std::string copy(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, i)));
            if (!isUtf8(copy))
                problem = fmt::format("column {} is not UTF-8", names_[static_cast<std::size_t>(i)]);
            value = std::move(copy);
            break;
        }
        case SQLITE_BLOB:
            problem = fmt::format("column {} is a BLOB, which cannot be an input",
                                  names_[static_cast<std::size_t>(i)]);
            break;
        default:
            break;
        }
    }
    return true;
}

} // namespace tally::store
