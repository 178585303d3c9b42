// Observations about steps beside each other: spans, stop orders that were not lifted, limits of windows
// (TRACE_LOG.md 16.1).
#include "core/audit/content_check.h"

#include <fmt/format.h>

namespace tally::audit {

void ContentCheck::Run::begin(std::size_t unreadable, std::string_view workflow_name,
                              std::string_view process_name) {
    steps = stopped = claimed_stopped = 0;
    cost = 0;
    kill = 0;
    unreadable_before = unreadable;
    workflow = workflow_name;
    process = process_name;
    spans.clear();
}

void ContentCheck::observeStep(std::uint64_t seq, const LineRef& l, Run& run) {
    const auto status = l.raw(Known::status);
    run.spans.add(seq, l.raw(Known::span).value_or(""), l.raw(Known::parent).value_or(""),
                  l.raw(Known::boot).value_or(""), status == "ok");
    if (l.anyBad() || (status != "ok" && status != "error") || (fences_.empty() && windows_.empty())) return;
    const std::int64_t duration =
        l.view().integer("latency_us").value_or(0) + l.view().integer("queue_us").value_or(0);
    if (!fences_.empty()) {
        const auto kill = fences_.broken({l.raw(Known::run).value_or(""), run.workflow, run.process,
                                          l.raw(Known::boot).value_or(""),
                                          l.integer(Known::mono_us).value_or(0) - duration});
        if (kill)
            observation("W_AFTER_KILL", {.seq = seq,
                                         .field = "run",
                                         .stored = l.shown(Known::run),
                                         .expected = fmt::format("nothing after entry {}", *kill)});
    }
    if (windows_.empty()) return;
    const std::int64_t end = l.integer(Known::ts_us).value_or(0);
    const CfpField* const simulated = l.view().find("sim");
    windows_.add(seq,
                 {run.process, run.workflow, end - duration, end, l.integer(Known::cost_pico).value_or(0),
                  simulated != nullptr && l.view().content(*simulated) == "true"});
}

void ContentCheck::observeSpans(const Run& run, bool whole) {
    if (!seesEverything()) return;
    for (const auto& doubt : run.spans.doubts(whole))
        observation(doubt.twice ? "W_SPAN_TWICE" : "W_PARENT_UNKNOWN",
                    {.seq = doubt.seq,
                     .field = doubt.twice ? "span" : "parent",
                     .stored = fmt::format("{:016x}", doubt.span)});
}

} // namespace tally::audit
