// Where the items of a batch come from: one record after the other, in memory that does not grow with the
// source (a folder's list of paths excepted). What cannot be read as a record is a record with a problem and
// never ends the rest. Pure reading; any thread, one at a time.
#pragma once
#include "core/model/batch.h"

#include <memory>
#include <string>

namespace tally::engine {

struct SourceRecord {
    std::int64_t n = 0;    ///< from 1, in the order of the source
    std::int64_t line = 0; ///< where it begins; 0: the source has no lines
    nlohmann::json fields; ///< object
    bool typed = true;     ///< false: every value is a text, whatever it means (CSV)
    std::string problem;   ///< not empty: why it is none
};

class SourceReader {
public:
    virtual ~SourceReader() = default;
    /// False at the end. An error ends the reading: the source itself cannot be read on.
    virtual Result<bool> next(SourceRecord& out) = 0;
    /// Behind the last record; openSource() goes on there, in another process too.
    [[nodiscard]] virtual std::string cursor() const = 0;
};

/// `cursor` empty: from the beginning. `workspace` is the folder whose batches a source of kind batch names.
/// Errors: file.missing, batch.source_changed (another file than the one that was begun), batch.csv_header,
/// batch.query, batch.unknown, those of SQLite.
Result<std::unique_ptr<SourceReader>> openSource(const BatchSource& source, const std::string& cursor,
                                                 const std::string& workspace);

} // namespace tally::engine
