#include "core/api/reads.h"
#include "core/store/step_repo.h"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>

namespace tally::api {
namespace {
using store::Connection;
constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t hour_us = 3600 * second_us;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr int buckets = 60;

std::int64_t percentile(std::vector<std::int64_t>& values, int percent) {
    if (values.empty()) return 0;
    const std::size_t rank = (values.size() - 1) * static_cast<std::size_t>(percent) / 100;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
    return values[rank];
}

struct Recent {
    std::int64_t ended_us = 0;
    std::string model;
    std::int64_t tokens = 0;
    std::int64_t latency_us = 0;
    Pico cost;
};

/// Sums and latencies of the last hour by bucket.
class LastHour {
public:
    LastHour(std::int64_t now_us, std::int64_t bucket_us)
        : bucket_us_(bucket_us)
        , start_us_((now_us / bucket_us - buckets + 1) * bucket_us) {}
    void add(const Recent& step) {
        const std::int64_t index = (step.ended_us - start_us_) / bucket_us_;
        if (step.model.empty() || step.ended_us < start_us_ || index >= buckets) return;
        const auto i = static_cast<std::size_t>(index);
        tokens_[step.model][i] += PicoSum::of(step.tokens);
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
    [[nodiscard]] std::int64_t at(std::size_t i) const {
        return start_us_ + static_cast<std::int64_t>(i) * bucket_us_;
    }
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

/// What the steps of today and of the last hour say. The page asks every second, so that only steps are read
/// which came since; a late settlement, a new day or a log that began anew starts over.
struct Reads::Today {
    std::mutex mutex;
    std::int64_t day = -1, settlement = -1, next_seq = 0;
    std::deque<Recent> hour;
    std::vector<std::int64_t> latencies;
    std::int64_t retried = 0;
    PicoSum simulated;

    Status follow(Connection& db, std::int64_t today, std::int64_t hour_start) {
        TALLY_ASSIGN(const auto settled, store::StepRepo::lastSettlement(db));
        TALLY_ASSIGN(const auto end, store::StepRepo::seqAt(db, INT64_MAX));
        if (day != today || settlement != settled || end < next_seq) {
            TALLY_ASSIGN(next_seq, store::StepRepo::seqAt(db, std::min(today, hour_start)));
            day = today;
            settlement = settled;
            hour.clear();
            latencies.clear();
            retried = 0;
            simulated = {};
        }
        TALLY_TRY(store::StepRepo::each(db, next_seq, [&](const store::LightStep& step) {
            next_seq = step.seq + 1;
            if (step.ended_us >= hour_start)
                hour.push_back(
                    {step.ended_us, std::string(step.model), step.tokens, step.latency_us, step.cost});
            if (step.ended_us < today) return;
            if (!step.model.empty()) latencies.push_back(step.latency_us);
            if (step.attempt > 1) ++retried;
            if (step.simulated) simulated += step.cost;
        }));
        while (!hour.empty() && hour.front().ended_us < hour_start)
            hour.pop_front();
        return {};
    }
};

Reads::Reads(store::ReaderPool& readers, const Clock& clock)
    : readers_(readers)
    , clock_(clock)
    , today_(std::make_shared<Today>()) {}
Reads::~Reads() = default;

void Reads::overview(Reply<Overview> reply) {
    ask<Overview>(
        [now = clock_.wallUs(), memory = today_](Connection& db) -> Result<Overview> {
            Overview out;
            out.now_us = now;
            out.bucket_us = 60 * second_us;
            const std::int64_t today = windowAt(Window::day, now).start_us;
            TALLY_TRY(addDays(db, today, out));
            LastHour hour(now, out.bucket_us);
            PicoSum recent;
            const std::lock_guard lock(memory->mutex);
            TALLY_TRY(memory->follow(db, today, hour.start()));
            for (const Recent& step : memory->hour) {
                hour.add(step);
                if (step.ended_us >= now - 300 * second_us) recent += step.cost;
            }
            auto latencies = memory->latencies;
            out.retried_today = memory->retried;
            out.spend_today_simulated = memory->simulated;
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
