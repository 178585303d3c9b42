// Batches and their items. Static functions; writes take the Tx of the writer thread, reads any Connection.
//
// Every change of an item's state also changes the counters of its batch in the same operation, and the last
// one ends the batch: the counters are what the states come to after every commit. Changes of state are
// compare-and-swap; who loses changes nothing.
#pragma once
#include "core/model/batch.h"
#include "core/store/writer.h"

#include <optional>
#include <string>
#include <vector>

namespace tally::store {

/// One record of a source, on its way into the table.
struct NewItem {
    std::int64_t n = 0;
    std::string key;    ///< empty: none
    std::string inputs; ///< JSON text
    std::string code;   ///< not empty: it cannot be run and becomes a dead letter …
    std::string error;  ///< … with this sentence
};

/// How an attempt ended.
struct ItemEnd {
    ItemState state = ItemState::done; ///< done, failed (until due_us), dead or cancelled
    std::int64_t due_us = 0;
    PicoSum cost; ///< of the run
    std::string code, error;
};

struct ItemFilter {
    std::optional<ItemState> state;
    std::string code;       ///< empty: any
    std::int64_t after = 0; ///< only n > after
    std::int64_t limit = 100;
};

class BatchRepo {
public:
    /// Error store.constraint when the number or id is there.
    static Status insert(Tx& tx, const Batch& batch);
    /// A batch that has ended stays as it is.
    static Status setState(Tx& tx, std::int64_t no, BatchState state, std::string_view reason,
                           std::int64_t now_us);
    static Status setSpec(Tx& tx, std::int64_t no, const BatchSpec& spec);
    static Result<std::int64_t> nextNo(Connection& db);
    /// Oldest first.
    static Result<std::vector<Batch>> list(Connection& db);
    static Result<std::optional<Batch>> byId(Connection& db, const BatchId& id);
    static Result<std::optional<Batch>> byNo(Connection& db, std::int64_t no);

    // -- loading
    struct Added {
        bool stale = false; ///< loading is not at `from`: nothing was changed
        std::int64_t items = 0, dead = 0, duplicates = 0;
    };
    /// Adds items that were read between the cursors; a key that is there is counted as a duplicate.
    static Result<Added> addItems(Tx& tx, std::int64_t no, const std::vector<NewItem>& items,
                                  std::string_view from, std::string_view to);
    /// Loading is over; a batch without open items ends with it.
    static Status loaded(Tx& tx, std::int64_t no, LoadState how, std::string_view error, std::int64_t now_us);

    // -- working
    /// A page of due() ends when its inputs hold this many bytes, so that large items do not fill memory.
    static constexpr std::size_t due_bytes = std::size_t{8} << 20;
    /// Queued items and failed ones that are due, in that order.
    static Result<std::vector<BatchItem>> due(Connection& db, std::int64_t no, std::int64_t now_us,
                                              std::int64_t limit);
    /// When the first one that is not due yet will be; 0: there is none.
    static Result<std::int64_t> nextDue(Connection& db, std::int64_t no, std::int64_t now_us);
    /// The run that starts takes the item; false: it is not to be had (any more).
    static Result<bool> lease(Tx& tx, const BatchSlot& slot, const RunId& run);
    /// The run ended; with its end in one transaction. False: it did not hold the item.
    static Result<bool> ended(Tx& tx, const BatchSlot& slot, const RunId& run, const ItemEnd& end,
                              std::int64_t now_us);
    /// The cost of a run of the batch is another one now.
    static Status correct(Tx& tx, std::int64_t no, std::int64_t n, PicoSum delta);
    static Result<std::vector<BatchItem>> leased(Connection& db, std::int64_t no);

    // -- orders
    /// Dead letters become queued again, as if never tried; those that never had inputs stay. Reopens an
    /// ended batch. `code` empty: any; n 0: all. Returns how many.
    static Result<std::int64_t> retry(Tx& tx, std::int64_t no, std::string_view code, std::int64_t n);
    /// Cancels at most `limit` items that wait; returns how many.
    static Result<std::int64_t> cancelWaiting(Tx& tx, std::int64_t no, std::int64_t limit);

    // -- looking
    static Result<std::vector<BatchItem>> items(Connection& db, std::int64_t no, const ItemFilter& filter);
    static Result<std::vector<BatchCause>> causes(Connection& db, std::int64_t no);
};

} // namespace tally::store
