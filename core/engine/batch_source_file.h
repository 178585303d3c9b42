// Text files as sources: JSON Lines (one object per line) and CSV (RFC 4180, with a header row).
#pragma once
#include "core/engine/batch_source.h"

namespace tally::engine {

Result<std::unique_ptr<SourceReader>> openJsonLines(const std::string& path, const std::string& cursor);
Result<std::unique_ptr<SourceReader>> openCsv(const std::string& path, const std::string& cursor);

} // namespace tally::engine
