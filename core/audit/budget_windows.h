// Spend per window of budgets on a whole log, process or workflow, for observations (TRACE_LOG.md 16.1): a
// limit that was passed without a word. Only what certainly belongs into a window is summed: steps that began
// and ended in it, after the limit was set. Windows as the product has them: UTC, weeks from Monday.
//
// One thread. Memory: a state per budget. Texts are compared as they stand in the lines.
#pragma once
#include "core/base/money.h"
#include "core/model/budget.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

class BudgetWindows {
public:
    struct StepSpend {
        std::string_view process, workflow; ///< of its run
        std::int64_t begin_us = 0, end_us = 0;
        std::int64_t cost = 0;
        bool simulated = false;
    };
    struct Overrun {
        std::uint64_t seq = 0; ///< of the step that passed the limit
        Int128 spent = 0;
        std::int64_t limit = 0;
        std::string scope, window;
    };

    /// `counts_simulated`: the entry says so.
    void set(std::string_view scope, std::string_view window, std::int64_t limit, std::int64_t now_us,
             bool counts_simulated);
    void remove(std::string_view scope, std::string_view window);
    /// A warning or exhaustion was logged: whatever was passed is explained.
    void noticed(std::string_view scope, std::string_view window);
    [[nodiscard]] bool empty() const { return budgets_.empty(); }
    void add(std::uint64_t seq, const StepSpend& step);
    /// Limits that were passed and never spoken of, by seq.
    [[nodiscard]] std::vector<Overrun> overruns() const;

private:
    struct Watched {
        enum class Of { log, process, workflow } of = Of::log;
        std::string scope, window, name;
        Window kind = Window::total;
        std::optional<std::int64_t> limit;
        std::int64_t set_us = 0, start_us = 0, end_us = 0;
        Int128 spent = 0;
        bool counts_simulated = false, noticed = false;
        std::optional<Overrun> over;
    };
    Watched* find(std::string_view scope, std::string_view window);
    std::vector<Watched> budgets_;
};

} // namespace tally::audit
