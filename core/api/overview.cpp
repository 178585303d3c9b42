#include "core/api/reads.h"

#include "core/store/step_repo.h"

namespace tally::api {
namespace {
using store::Connection;
constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_us = 3600 * second_us;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr int buckets = 60;
constexpr std::int64_t pageSize = 5000;

std::int64_t percentile(std::vector<std::int64_t>& values, int percent) {
    if (values.empty()) return 0;
    const std::size_t rank = (values.size() - 1) * static_cast<std::size_t>(percent) / 100;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
    return values[rank];
}

/// Calls `visit` for every step entry written at or after `from_us`, page by page: the reader never holds more than one page.
Status eachStep(Connection& db, std::int64_t from_us, const std::function<void(const StepRecord&)>& visit) {
    TALLY_ASSIGN(const std::int64_t first, store::StepRepo::seqAt(db, from_us));
    store::StepFilter filter;
    filter.after_seq = first - 1;
    filter.limit = pageSize;
    for (;;) {
        TALLY_ASSIGN(const auto page, store::StepRepo::page(db, filter));
        for (const auto& step : page)
            visit(step);
        if (static_cast<std::int64_t>(page.size()) < pageSize) return {};
        filter.after_seq = page.back().log_seq;
    }
}

/// Sums and latencies of the last hour by bucket.
class LastHour {
public:
    LastHour(std::int64_t now_us, std::int64_t bucket_us) : bucket_us_(bucket_us), start_us_((now_us / bucket_us - buckets + 1) * bucket_us) {}
    void add(const StepRecord& step) {
        const std::int64_t index = (step.started_us + step.latency_us - start_us_) / bucket_us_;
        if (step.model.empty() || index < 0 || index >= buckets) return;
        const auto i = static_cast<std::size_t>(index);
        tokens_[step.model][i] += PicoSum::of(step.usage.tokens());
        cost_[step.model][i] += step.cost;
        latencies_[i].push_back(step.latency_us);
    }
    [[nodiscard]] std::int64_t start() const { return start_us_; }
    [[nodiscard]] std::vector<Series> tokens() const { return series(tokens_); }
    [[nodiscard]] std::vector<Series> cost() const { return series(cost_); }
    [[nodiscard]] std::vector<Series> latency() {
        Series p50{"p50", {}};
        Series p95{"p95", {}};
        for (std::size_t i = 0; i < buckets; ++i) {
            if (latencies_[i].empty()) continue; // no calls is not zero milliseconds
            p50.points.push_back({at(i), PicoSum::of(percentile(latencies_[i], 50))});
            p95.points.push_back({at(i), PicoSum::of(percentile(latencies_[i], 95))});
        }
        return {std::move(p50), std::move(p95)};
    }

private:
    using Row = std::array<PicoSum, buckets>;
    [[nodiscard]] std::int64_t at(std::size_t i) const { return start_us_ + static_cast<std::int64_t>(i) * bucket_us_; }
    [[nodiscard]] std::vector<Series> series(const std::map<std::string, Row>& rows) const {
        std::vector<Series> out;
        for (const auto& [name, row] : rows) {
            Series s{name, {}};
            for (std::size_t i = 0; i < buckets; ++i)
                s.points.push_back({at(i), row[i]});
            out.push_back(std::move(s));
        }
        return out;
    }
    std::int64_t bucket_us_, start_us_;
    std::map<std::string, Row> tokens_, cost_;
    std::array<std::vector<std::int64_t>, buckets> latencies_;
};

Status addDays(Connection& db, std::int64_t today, Overview& out) {
    store::CostFilter filter;
    filter.by = {"day"};
    filter.from_us = today - 13 * day_us;
    TALLY_ASSIGN(const auto lines, store::CostRepo::table(db, filter));
    std::map<std::int64_t, PicoSum> days;
    for (int i = 0; i < 14; ++i)
        days[today - i * day_us];
    for (const auto& line : lines) {
        const std::int64_t day = std::strtoll(line.key.at(0).c_str(), nullptr, 10);
        days[day] += line.cost;
        if (day == today) out.steps_today = line.steps, out.failed_today = line.failed;
    }
    PicoSum week;
    for (const auto& [day, cost] : days) {
        out.spend_by_day.push_back({day, cost});
        if (day >= today - 7 * day_us && day < today) week += cost;
    }
    out.spend_today = days[today];
    out.spend_mean_7d = PicoSum::of(week.value() / 7);
    return {};
}
} // namespace

void Reads::overview(Reply<Overview> reply) {
    ask<Overview>(
        [now = clock_.wallUs()](Connection& db) -> Result<Overview> {
            Overview out;
            out.now_us = now;
            out.bucket_us = 60 * second_us;
            const std::int64_t today = windowAt(Window::day, now).start_us;
            TALLY_TRY(addDays(db, today, out));
            LastHour hour(now, out.bucket_us);
            std::vector<std::int64_t> latencies;
            PicoSum recent;
            TALLY_TRY(eachStep(db, std::min(today, hour.start()), [&](const StepRecord& step) {
                hour.add(step);
                const std::int64_t ended = step.started_us + step.latency_us;
                if (ended >= now - 300 * second_us) recent += step.cost;
                if (ended < today) return;
                if (!step.model.empty()) latencies.push_back(step.latency_us);
                if (step.attempt > 1) ++out.retried_today;
            }));
            out.burn_per_hour = PicoSum::of(recent.value() * 12);
            out.latency_p50_us = percentile(latencies, 50);
            out.latency_p95_us = percentile(latencies, 95);
            out.tokens_by_model = hour.tokens();
            out.spend_by_model = hour.cost();
            out.latency = hour.latency();
            return out;
        },
        std::move(reply));
}

} // namespace tally::api
