// Erasing in the trace log: the entry, the payload with its nonce, and the pages that held them.
#include "core/audit/trace_log_writer.h"
#include "core/base/encoding.h"
#include "core/base/log.h"

#include <fmt/format.h>

namespace tally::audit {
namespace {
constexpr std::int64_t retry_us = 2'000'000;
constexpr std::int64_t most_in_memory = 128 << 20; ///< of a file that is written anew

/// Text from outside, made well-formed; what it says stays.
std::string clean(const std::string& text) {
    return isUtf8(text) ? text : scrubUtf8(text);
}
} // namespace

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const EraseEntry& e) {
    TALLY_ASSIGN(
        const auto there,
        tx.db().scalar("SELECT count(*) FROM trace_payloads WHERE seq=? AND slot=?", e.target, e.slot));
    if (there == 0)
        return fail("entry.reference",
                    fmt::format("Entry {} has no payload \"{}\", or it was erased before", e.target, e.slot));
    LineBuilder entry("erase");
    entry.set("target", e.target);
    entry.set("slot", e.slot);
    entry.set("reason", clean(e.reason));
    entry.set("by", clean(e.by));
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, store::MarkKind::erase, e.slot));
    auto& db = tx.db();
    TALLY_TRY(db.run("DELETE FROM trace_payloads WHERE seq=? AND slot=?", e.target, e.slot));
    TALLY_TRY(db.run("DELETE FROM step_notes WHERE seq=?", e.target));
    purge_ = true;
    return seq;
}

void TraceLogWriter::wipe(Tx&, bool compact) {
    purge_ = true;
    compact_ = compact_ || compact;
}

/// Between transactions. SQLite zeroes what it deletes, but a page that was split keeps copies of what moved
/// to its neighbour; only a new file is free of them.
Status TraceLogWriter::compactFile(store::Connection& db) {
    TALLY_ASSIGN(const auto pages, db.scalar("PRAGMA page_count"));
    TALLY_ASSIGN(const auto page_size, db.scalar("PRAGMA page_size"));
    const bool large = pages * page_size > most_in_memory;
    if (large) TALLY_TRY(db.exec("PRAGMA temp_store=FILE"));
    auto done = db.exec("VACUUM");
    if (large) TALLY_TRY(db.exec("PRAGMA temp_store=MEMORY"));
    return done;
}

Status TraceLogWriter::purge(store::Connection& db) {
    std::string left;
    if (compact_) {
        compact_ = false;
        if (const auto compacted = compactFile(db); !compacted)
            left =
                "Unused parts of the database may still hold copies, because it could not be written anew: " +
                compacted.error().text();
    }
    // Busy: a reader still sees the old state; tried again at the next tick. Nothing is written while it is
    // waited for, so not for long.
    TALLY_TRY(db.exec("PRAGMA busy_timeout=300"));
    const auto busy = db.scalar("PRAGMA wal_checkpoint(TRUNCATE)");
    TALLY_TRY(db.exec("PRAGMA busy_timeout=5000"));
    purge_ = !busy || *busy != 0;
    purge_again_us_ = clock_.monoUs() + retry_us;
    if (purge_ && left.empty())
        left =
            "Another process still reads an older state of the database; its old pages are wiped as soon as "
            "that ends and this workspace is open.";
    if (!left.empty() && left != unwiped_) log::warn("trace-log", left);
    unwiped_ = std::move(left);
    return {};
}

} // namespace tally::audit
