// Roots of one hash list at many sizes, in blocks on several threads (TRACE_LOG.md 10.3, 10.12). Pure
// function.
#pragma once
#include "core/audit/merkle.h"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

namespace tally::audit {

/// `hashes`: 32-byte leaf hashes of the entries from edge.size() on. Root for every wanted size that the list
/// reaches (and the edge's own size).
std::map<std::uint64_t, Hash> rootsAt(const CompactRange& edge, std::string_view hashes,
                                      const std::set<std::uint64_t>& sizes, unsigned threads);

} // namespace tally::audit
