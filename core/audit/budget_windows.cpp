#include "core/audit/budget_windows.h"

#include <algorithm>
#include <limits>

namespace tally::audit {
namespace {
constexpr std::size_t most_budgets = 256; ///< each costs a look per step

std::optional<Window> windowOf(std::string_view name) {
    for (const Window w : {Window::hour, Window::day, Window::week, Window::month, Window::total})
        if (name == toString(w)) return w;
    return std::nullopt;
}
} // namespace

BudgetWindows::Watched* BudgetWindows::find(std::string_view scope, std::string_view window) {
    const auto at = std::find_if(budgets_.begin(), budgets_.end(),
                                 [&](const Watched& b) { return b.scope == scope && b.window == window; });
    return at == budgets_.end() ? nullptr : &*at;
}

void BudgetWindows::set(std::string_view scope, std::string_view window, std::int64_t limit,
                        std::int64_t now_us, bool counts_simulated) {
    const auto kind = windowOf(window);
    const std::size_t colon = scope.find(':');
    if (!kind || colon == std::string_view::npos) return;
    const std::string_view type = scope.substr(0, colon);
    Watched* b = find(scope, window);
    if (b == nullptr) {
        if (budgets_.size() == most_budgets) return;
        Watched made;
        if (type == "process")
            made.of = Watched::Of::process;
        else if (type == "workflow")
            made.of = Watched::Of::workflow;
        else if (type != "org")
            return;
        made.scope = scope;
        made.window = window;
        made.name = scope.substr(colon + 1);
        made.kind = *kind;
        b = &budgets_.emplace_back(std::move(made));
    }
    b->limit = limit;
    b->set_us = now_us;
    b->start_us = b->end_us = 0;
    b->spent = 0;
    b->counts_simulated = counts_simulated;
}

void BudgetWindows::remove(std::string_view scope, std::string_view window) {
    if (Watched* b = find(scope, window)) b->limit.reset();
}

void BudgetWindows::noticed(std::string_view scope, std::string_view window) {
    if (Watched* b = find(scope, window)) b->noticed = true;
}

void BudgetWindows::add(std::uint64_t seq, const StepSpend& step) {
    for (Watched& b : budgets_) {
        if (!b.limit || b.noticed || b.over || (step.simulated && !b.counts_simulated)) continue;
        if (b.of == Watched::Of::process && b.name != step.process) continue;
        if (b.of == Watched::Of::workflow && b.name != step.workflow) continue;
        if (step.begin_us < b.set_us) continue;
        if (b.end_us == 0 || step.end_us < b.start_us || step.end_us >= b.end_us) {
            const WindowSpan span = windowAt(b.kind, step.end_us);
            b.start_us = span.start_us;
            b.end_us = span.end_us == 0 ? std::numeric_limits<std::int64_t>::max() : span.end_us;
            b.spent = 0;
        }
        if (step.begin_us < b.start_us) continue;
        b.spent += step.cost;
        if (b.spent > *b.limit) b.over = Overrun{seq, b.spent, *b.limit, b.scope, b.window};
    }
}

std::vector<BudgetWindows::Overrun> BudgetWindows::overruns() const {
    std::vector<Overrun> out;
    for (const Watched& b : budgets_)
        if (b.over && !b.noticed) out.push_back(*b.over);
    std::sort(out.begin(), out.end(), [](const Overrun& a, const Overrun& b) { return a.seq < b.seq; });
    return out;
}

} // namespace tally::audit
