// A log as a static C2SP tlog-tiles log for other tools (TRACE_LOG.md 13). Memory: the hashes of one level.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tally::audit {

/// Receives each file: its path below the target folder ("tile/0/x001/067.p/3") and its bytes.
using TileSink = std::function<Status(const std::string& path, std::string_view bytes)>;

/// From a whole export, the newest checkpoint and the sealed lines. Error container.*, tiles.range (a range
/// export), tiles.short (fewer lines than the checkpoint covers), and what the sink reports. Does not verify:
/// verify first.
Status writeTiles(std::string_view bundle, const TileSink& sink);
/// 1234067 -> "x001/x234/067"
std::string tilePath(std::uint64_t n);

} // namespace tally::audit
