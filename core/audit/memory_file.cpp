#include "core/audit/memory_file.h"

namespace tally::audit {
namespace {
Result<VerifierMemory> understood(const std::optional<std::string>& text, const std::string& path) {
    if (!text) return VerifierMemory{};
    auto memory = VerifierMemory::parse(*text);
    if (!memory) return fail(memory.error().at(path));
    return memory;
}

/// What the comparison is about; when and from which file it was seen may differ.
bool sameState(const LogState& a, const LogState& b) {
    return a.fingerprint == b.fingerprint && a.size == b.size && a.root == b.root;
}
} // namespace

Result<VerifierMemory> MemoryFile::load() const {
    TALLY_ASSIGN(const auto text, file_.read());
    return understood(text, path());
}

Result<bool> MemoryFile::remember(const std::string& log, const LogState& state,
                                  const std::optional<LogState>& compared) {
    bool kept = false;
    const auto written =
        file_.update([&](std::optional<std::string> now) -> Result<std::optional<std::string>> {
            TALLY_ASSIGN(auto memory, understood(now, path()));
            const auto at = memory.logs.find(log);
            const bool as_compared =
                at == memory.logs.end() ? !compared : compared && sameState(at->second, *compared);
            if (!as_compared && !(at != memory.logs.end() && sameState(at->second, state)))
                return std::optional<std::string>();
            memory.logs[log] = state;
            kept = true;
            return std::optional(memory.text());
        });
    if (!written) return fail(written.error());
    return kept;
}

Result<SeenLog> MemoryFile::forget(const std::string& log) {
    SeenLog gone;
    const auto written =
        file_.update([&](std::optional<std::string> now) -> Result<std::optional<std::string>> {
            TALLY_ASSIGN(auto memory, understood(now, path()));
            const auto from = memory.logs.lower_bound(log);
            if (log.empty() || from == memory.logs.end() || !from->first.starts_with(log))
                return fail("memory.unknown", "no log of this id was seen",
                            "tally verify memory list shows the ids.", log);
            if (from->first != log && std::next(from) != memory.logs.end() &&
                std::next(from)->first.starts_with(log))
                return fail("memory.ambiguous", "the ids of several logs begin like this", "Give more of it.",
                            log);
            gone = {from->first, from->second};
            memory.logs.erase(from);
            return std::optional(memory.text());
        });
    if (!written) return fail(written.error());
    return gone;
}

} // namespace tally::audit
