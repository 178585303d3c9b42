#include "core/context/fts_index.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <set>

namespace tally::context {
namespace {

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

tl::unexpected<Error> failed(sqlite3* db) {
    return fail("retrieve.sqlite",
                fmt::format("the text index failed: {}", db ? sqlite3_errmsg(db) : "out of memory"));
}
Status execute(sqlite3* db, const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed(db);
    return {};
}
Result<Statement> prepare(sqlite3* db, const char* sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(db, sql, -1, &raw, nullptr) != SQLITE_OK) return failed(db);
    return Statement(raw);
}

} // namespace

struct FtsIndex::State {
    std::unique_ptr<sqlite3, Close> db;
    Passages passages;
};

FtsIndex::FtsIndex(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
FtsIndex::FtsIndex(FtsIndex&&) noexcept = default;
FtsIndex& FtsIndex::operator=(FtsIndex&&) noexcept = default;
FtsIndex::~FtsIndex() = default;

std::size_t FtsIndex::size() const {
    return state_->passages.size();
}

Result<FtsIndex> FtsIndex::create() {
    auto state = std::make_unique<State>();
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(
        ":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    state->db.reset(raw);
    if (opened != SQLITE_OK) return failed(raw);
    // Contentless: the passages live in memory already, the index keeps only what it needs to rank them.
    TALLY_TRY(
        execute(raw, "CREATE VIRTUAL TABLE t USING fts5(body, content='', tokenize='porter unicode61')"));
    return FtsIndex(std::move(state));
}

Status FtsIndex::add(const Passages& passages) {
    auto* db = state_->db.get();
    TALLY_TRY(execute(db, "BEGIN"));
    TALLY_ASSIGN(const auto insert, prepare(db, "INSERT INTO t(rowid, body) VALUES (?1, ?2)"));
    const auto before = state_->passages.size();
    for (const auto& p : passages) {
        sqlite3_bind_int64(insert.get(), 1, static_cast<sqlite3_int64>(state_->passages.size()) + 1);
        sqlite3_bind_text64(insert.get(), 2, p.text.data(), p.text.size(), SQLITE_STATIC, SQLITE_UTF8);
        if (sqlite3_step(insert.get()) != SQLITE_DONE) {
            auto error = failed(db);
            sqlite3_reset(insert.get());
            state_->passages.resize(before);
            sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
            return error;
        }
        sqlite3_reset(insert.get());
        state_->passages.push_back(p);
    }
    return execute(db, "COMMIT");
}

Result<Passages> FtsIndex::search(std::string_view query, std::int64_t top_k, std::int64_t max_tokens) const {
    const auto asked = words(query);
    std::string match;
    for (const auto& w : std::set<std::string>(asked.begin(), asked.end()))
        match +=
            fmt::format("{}\"{}\"", match.empty() ? "" : " OR ", w); // words hold letters and digits only
    Passages out;
    if (match.empty() || top_k <= 0) return out;
    auto* db = state_->db.get();
    TALLY_ASSIGN(
        const auto select,
        prepare(db, "SELECT rowid, bm25(t) FROM t WHERE t MATCH ?1 ORDER BY bm25(t), rowid LIMIT ?2"));
    sqlite3_bind_text64(select.get(), 1, match.data(), match.size(), SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(select.get(), 2, top_k);
    std::int64_t used = 0;
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(select.get())) == SQLITE_ROW) {
        auto p = state_->passages[static_cast<std::size_t>(sqlite3_column_int64(select.get(), 0) - 1)];
        const auto tokens = estimateTokens(p.text);
        if (max_tokens > 0 && used + tokens > max_tokens) return out;
        used += tokens;
        p.score = -sqlite3_column_double(select.get(), 1);
        p.why += fmt::format("{}retrieved {:.2f}", p.why.empty() ? "" : "; ", p.score);
        out.push_back(std::move(p));
    }
    if (step != SQLITE_DONE) return failed(db);
    return out;
}

} // namespace tally::context
