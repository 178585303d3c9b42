// One SELECT over a database that is not ours: opened read-only, row by row, so that its size does not
// matter. Owner: whoever opened it; one thread at a time. A row is one JSON object: numbers and texts as they
// are, NULL as null; a BLOB cannot be an input and is an error of its row.
#pragma once
#include "core/base/result.h"
#include "core/store/connection.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::store {

class ForeignQuery {
public:
    /// Errors: batch.query (not one statement that only reads) and those of SQLite.
    static Result<std::unique_ptr<ForeignQuery>> open(const std::string& path, const std::string& sql);
    ~ForeignQuery();
    ForeignQuery(const ForeignQuery&) = delete;
    ForeignQuery& operator=(const ForeignQuery&) = delete;

    /// False at the end. `problem` is set instead of `row` when the row cannot be taken.
    Result<bool> next(nlohmann::json& row, std::string& problem);
    /// Passes over a row without reading it.
    Result<bool> skip();

private:
    explicit ForeignQuery(Connection db)
        : db_(std::move(db)) {}
    Connection db_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<std::string> names_;
};

} // namespace tally::store
