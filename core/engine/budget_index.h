// Budgets by scope, and their books: one book per budget and window (and per run, workflow … when the scope's
// name is empty: each for itself). Admission touches only the books that match. Engine thread only.
#pragma once
#include "core/engine/budget_amounts.h"

#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace tally::engine {

/// spent and reserved of one budget in one window.
struct Book {
    std::shared_ptr<const Budget> budget; ///< replaced when the limit changes
    WindowSpan span;                      ///< key as stored and shown; end 0: never
    RunId run;                            ///< set when the book belongs to one run
    PicoSum spent;
    PicoSum simulated; ///< of spent
    PicoSum reserved;
    bool excess = false; ///< booked above a reservation: the limit may be exceeded by that, and only by that
    bool exhausted = false;
    std::string last_refusal;
    std::set<int> warned;
    bool removed = false; ///< its budget is gone; open attempts still point here
    bool changed = false; ///< listed in BudgetIndex::takeChanged
    [[nodiscard]] PicoSum used() const { return spent + reserved; }
    [[nodiscard]] BudgetState state() const;
};
using BookPtr = std::shared_ptr<Book>;

class BudgetIndex {
public:
    /// Adds, or changes limit, policy, warnings and texts; a changed scope, window or meter starts new books.
    void set(const Budget& budget);
    bool remove(const BudgetId& id);
    [[nodiscard]] std::shared_ptr<const Budget> budget(const BudgetId& id) const;
    /// Books of every budget that the subject belongs to, in a fixed order; made when missing.
    [[nodiscard]] std::vector<BookPtr> match(const Subject& subject, std::int64_t now_us);
    /// The books of one budget for a subject, made when missing; none if the subject does not belong to it.
    /// More than one only for "each workflow (process) for itself" and a step inside a called workflow.
    [[nodiscard]] std::vector<BookPtr> booksFor(const BudgetId& id, const Subject& subject,
                                                std::int64_t now_us);
    /// The book of a stored row, made when missing; null if the budget is unknown.
    [[nodiscard]] BookPtr bookAt(const BudgetId& id, const std::string& window_key, std::int64_t now_us);
    /// Books of one budget that are current at `now_us`; made when missing unless the scope is "each for
    /// itself".
    [[nodiscard]] std::vector<BookPtr> current(const BudgetId& id, std::int64_t now_us);
    [[nodiscard]] std::vector<BookPtr> all() const;
    [[nodiscard]] std::vector<BudgetId> ids() const; ///< in the order they were set
    /// Drops books of windows that are over and that nobody points to.
    void dropPast(std::int64_t now_us);
    void dropRun(const RunId& run);

    void touch(const BookPtr& book);
    [[nodiscard]] std::vector<BudgetState> takeChanged();

private:
    struct Entry {
        std::shared_ptr<const Budget> budget;
        std::unordered_map<std::string, BookPtr> books; ///< by window key
    };
    using Bucket = std::vector<Entry*>;
    [[nodiscard]] const WindowSpan& spanAt(Window window, std::int64_t now_us);
    BookPtr bookIn(Entry& entry, const RunId& run, std::string_view name, std::int64_t now_us);
    void unlist(Entry* entry);

    std::unordered_map<BudgetId, std::unique_ptr<Entry>> entries_;
    std::vector<BudgetId> order_;
    std::array<std::unordered_map<std::string, Bucket>, 6>
        by_scope_; ///< by scope type, then by name ("": each)
    std::array<WindowSpan, 6> spans_{};
    std::vector<BookPtr> changed_;
};

/// Whether what a subject uses counts in a budget.
bool covers(const Budget& budget, const Subject& subject);
/// Whether both count the same: a change from one to the other keeps what was counted.
bool sameBooks(const Budget& a, const Budget& b);
/// The books that an attempt of `subject` is charged to, empty when none; `window` is the calendar window of
/// its admission. Gauges know no calendar windows.
std::vector<WindowSpan> bookSpans(const Budget& budget, const Subject& subject, const WindowSpan& window);

} // namespace tally::engine
