// Retrieval over texts with SQLite FTS5 in memory: porter-stemmed words, ranked by BM25. For retrieve steps
// over more passages than a scan should read. One owner, one thread at a time. Errors: retrieve.sqlite with
// SQLite's message.
#pragma once
#include "core/base/result.h"
#include "core/context/passage.h"

#include <memory>

namespace tally::context {

class FtsIndex {
public:
    static Result<FtsIndex> create();
    FtsIndex(FtsIndex&&) noexcept;
    FtsIndex& operator=(FtsIndex&&) noexcept;
    ~FtsIndex();

    Status add(const Passages& passages);
    [[nodiscard]] std::size_t size() const;
    /// The best `top_k` for any of the query's words, best first; score is -bm25() (higher is better). The
    /// query is plain text, never FTS5 syntax. `max_tokens` > 0 stops before the budget (estimateTokens) is
    /// exceeded.
    Result<Passages> search(std::string_view query, std::int64_t top_k, std::int64_t max_tokens = 0) const;

private:
    struct State;
    explicit FtsIndex(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace tally::context
