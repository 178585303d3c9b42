#include "core/audit/stored_log.h"

#include "core/base/encoding.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

namespace tally::audit {

Result<std::string> entryText(store::Connection& db, std::int64_t seq) {
    TALLY_ASSIGN(auto q, db.query("SELECT entry FROM trace_steps WHERE seq=?"));
    TALLY_ASSIGN(const bool found, q.args(seq).step());
    if (!found)
        return fail("log.corrupt", fmt::format("Entry {} is missing from the trace log", seq), {}, db.path());
    return q.text(0);
}

Result<NewestCheckpoint> newestCheckpoint(store::Connection& db) {
    TALLY_ASSIGN(auto q, db.query("SELECT size, note FROM trace_checkpoints ORDER BY size DESC LIMIT 1"));
    TALLY_ASSIGN(const bool found, q.step());
    return found ? NewestCheckpoint{q.i64(0), q.text(1)} : NewestCheckpoint{};
}
Result<std::int64_t> countEntries(store::Connection& db) {
    return db.scalar("SELECT coalesce(max(seq), -1) + 1 FROM trace_steps");
}

tl::unexpected<Error> corrupt(const store::Connection& db, std::int64_t seq, std::string_view what) {
    return fail("log.corrupt",
                fmt::format("The stored trace log contradicts itself at entry {}: {}", seq, what),
                "Nothing was changed. `tally new-log` sets the log aside and begins a new one; `tally export "
                "--log ID "
                "--damaged` then writes the old one out as it is, for `tally verify`.",
                db.path());
}

Result<CompactRange> rebuildEdge(store::Connection& db, std::int64_t size) {
    CompactRange edge;
    TALLY_ASSIGN(auto q, db.query("SELECT seq, leaf FROM trace_steps WHERE seq < ? ORDER BY seq"));
    q.args(size);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) break;
        if (q.i64(0) != static_cast<std::int64_t>(edge.size()) || q.view(1).size() != Hash().size())
            return corrupt(db, q.i64(0), "an entry before it is missing");
        Hash leaf;
        std::copy(q.view(1).begin(), q.view(1).end(), reinterpret_cast<char*>(leaf.data()));
        edge.append(leaf);
    }
    if (static_cast<std::int64_t>(edge.size()) != size)
        return corrupt(db, static_cast<std::int64_t>(edge.size()), "entries are missing");
    return edge;
}

Result<CompactRange> sealedEdge(store::Connection& db, const Checkpoint& checkpoint) {
    const auto size = static_cast<std::int64_t>(checkpoint.size);
    TALLY_ASSIGN(const auto remembered, store::SettingRepo::get(db, "trace.sealed_edge"));
    const std::string text = remembered.value_or(std::string());
    const auto prefix = fmt::format("{} ", size);
    if (text.rfind(prefix, 0) == 0) {
        if (const auto bytes = fromHex(std::string_view(text).substr(prefix.size()))) {
            auto edge = CompactRange::fromBytes(checkpoint.size, asText(*bytes));
            if (edge && edge->root() == checkpoint.root) return edge;
        }
    }
    return rebuildEdge(db, size);
}

} // namespace tally::audit
