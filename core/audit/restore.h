// What was changed in one record, and what it was before (TRACE_LOG.md 10.5). A guess counts only when the
// whole record with it has the authentic leaf hash. The search is bounded by the bytes it hashes, per record
// and in all, so that the result does not depend on the speed of the machine. One thread at a time.
#pragma once
#include "core/audit/tolerant_json.h"
#include "core/base/cancel.h"
#include "core/base/hash.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::audit {

/// What the intact records of the log say, as a source of candidates.
struct RestoreContext {
    std::string log_id;
    std::map<std::string, std::set<std::string>, std::less<>> texts; ///< field -> values elsewhere
    std::map<std::string, std::set<std::int64_t>, std::less<>>
        numbers;                             ///< the same for rates, quantities, price_seq, attempt
    std::set<std::string, std::less<>> keys; ///< every field name seen
    std::unordered_map<std::int64_t, std::map<std::string, std::int64_t, std::less<>>>
        rates; ///< price entry -> meter -> rate
    std::function<std::optional<std::int64_t>(std::int64_t seq)>
        price_seq_of; ///< of a step, for settle entries

    void learn(std::int64_t seq, const EntryView& entry);
};

struct Change {
    std::string code; ///< ALTERED, FORMATTING_ONLY, DUPLICATE_KEY, UNPARSEABLE, NOT_OBJECT
    std::optional<std::string> field;
    std::optional<std::string> stored;
    std::optional<std::string> original;
    bool proven = false;
};

struct Restoration {
    std::vector<Change> changes;
    std::optional<std::string> original_line; ///< proven by the leaf hash
};

class Restorer {
public:
    /// The context may grow between calls; it must outlive the restorer.
    explicit Restorer(const RestoreContext& context, CancelToken cancel = {})
        : context_(context)
        , cancel_(std::move(cancel)) {}
    /// `line` stands where the record `seq` with leaf hash `target` belongs; `prev`: hex leaf hash of seq-1
    /// if known.
    /// After a cancel the answer is worth nothing.
    Restoration analyse(std::string_view line, std::int64_t seq, const Hash& target,
                        const std::optional<std::string>& prev);

private:
    class Search;
    const RestoreContext& context_;
    CancelToken cancel_;
    std::uint64_t total_bytes_ = 0;
};

} // namespace tally::audit
