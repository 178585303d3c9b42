#include "tests/core/audit/support_random_log.h"

#include <algorithm>

namespace tally::test {
namespace {
using audit::Entry;
using namespace std::string_literals;

struct Line {
    std::string provider, model;
    std::vector<std::pair<std::string, std::int64_t>> rates;
    std::int64_t seq = 0;
};

const std::string names[] = {"plan",         "kontrolle-prüfen",
                             "要約",         "tool \"sql\"",
                             "back\\slash",  "tab\tname",
                             "cafe\u0301",   "café",
                             "control\x1f!", "a/b",
                             "😀 done",       ""};
const std::string other_kinds[] = {"tool", "retrieve", "filter", "check", "route", "code", "human"};

class Writer {
public:
    explicit Writer(std::uint64_t seed)
        : log_(seed)
        , rng_(seed ^ 0x5eedULL)
        , seed_(seed) {}

    TestLog write() {
        log_.append("policy", Entry{{"name", "routing"s}, {"sha256", hex(64)}, {"by", "ops"s}});
        addPrices();
        addBudgets();
        const int runs = 1 + below(4);
        const int first_rotation = below(runs + 1), second_rotation = below(2 * runs + 2);
        for (int i = 0; i < runs; ++i) {
            run(i);
            between(i);
            if (i == first_rotation || i == second_rotation) {
                log_.rotate();
                if (below(3) != 0) log_.append("beat", {});
            } else if (below(2) == 0) {
                log_.checkpoint();
                log_.append("beat", {});
            }
        }
        log_.append("close", below(2) == 0 ? Entry{} : Entry{{"reason", "export"s}});
        log_.checkpoint();
        return std::move(log_);
    }

private:
    int below(int n) { return static_cast<int>(rng_.below(static_cast<std::uint64_t>(n))); }
    std::int64_t amount(std::int64_t n) {
        return static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(n)));
    }
    std::string hex(int digits) {
        std::string out;
        for (int i = 0; i < digits; ++i)
            out += "0123456789abcdef"[below(16)];
        return out;
    }

    void addPrices() {
        lines_ = {
            {"acme", "small", {{"in", 150'000 + amount(9)}, {"out", 600'000}}},
            {"acme", "think", {{"cache_read", 0}, {"in", 1'100'000}, {"out", 4'400'000}, {"reasoning", 440}}},
            {"local", "reader", {{"compute_ms", 83'333 + amount(100)}, {"request", 0}}}};
        for (Line& line : lines_) {
            Entry e{{"provider", line.provider},
                    {"model", line.model},
                    {"tier", below(2) == 0 ? "standard"s : "batch"s},
                    {"src", "list 2026"s},
                    {"eff", "2026-09-01"s}};
            if (below(2) == 0) e.set("region", "europe-west4"s);
            for (const auto& [meter, rate] : line.rates)
                e.set(meter + "_pico", rate);
            line.seq = static_cast<std::int64_t>(log_.append("price", e));
        }
    }

    Entry budget(const std::string& op) {
        return Entry{{"op", op},
                     {"scope", "process:legal"s},
                     {"window", "day"s},
                     {"by", "finance"s},
                     {"reason", "plan 2026"s}};
    }
    void addBudgets() {
        log_.append("budget", budget("set").set("limit_pico", std::int64_t{25'000'000'000'000} + below(99)));
        log_.append("budget", Entry{{"op", "set"s},
                                    {"scope", "model:reader"s},
                                    {"window", "hour"s},
                                    {"by", "ops"s},
                                    {"reason", "quota"s},
                                    {"limit_qty", std::int64_t{200}},
                                    {"meter", "compute_ms"s}});
    }

    void between(int i) {
        switch (below(7)) {
        case 0:
            log_.append("budget", budget("change").set("limit_pico", std::int64_t{40'000'000'000'000} + i));
            break;
        case 1:
            log_.append("budget", budget(below(2) == 0 ? "warn" : "exhausted"));
            break;
        case 2:
            log_.append("challenge", Entry{{"nonce", hex(32)}, {"by", "auditor"s}});
            break;
        case 3:
            if (!slots_.empty()) {
                const auto at = slots_.begin() + below(static_cast<int>(slots_.size()));
                const auto [seq, slot] = *at;
                slots_.erase(at);
                log_.erase(seq, slot);
            }
            break;
        case 4:
            log_.append("beat", {});
            break;
        case 5:
            log_.append("policy", Entry{{"name", "routing"s}, {"sha256", hex(64)}, {"by", "ops"s}});
            break;
        default:
            break;
        }
        if (!late_.empty() && below(2) == 0) {
            log_.append("settle", late_.back());
            late_.pop_back();
        }
    }

    void run(int i) {
        const std::string run = "r-" + std::to_string(seed_) + "-" + std::to_string(i);
        Entry start{{"op", "start"s},
                    {"run", run},
                    {"workflow", below(2) == 0 ? "triage"s : "contract-check"s},
                    {"process", "legal"s},
                    {"wf_sha256", hex(64)}};
        if (below(3) == 0) start.set("label", "Nachtlauf " + std::to_string(i));
        log_.append("run", start);
        total_ = 0;
        std::int64_t steps = 0;
        const bool killed = below(4) == 0;
        for (int s = 1 + below(5); s > 0; --s, ++steps)
            step(run, killed && s == 1);
        if (killed)
            log_.append("kill", Entry{{"scope", "run"s},
                                      {"target", run},
                                      {"by", "ops"s},
                                      {"reason", "cost"s},
                                      {"inflight_n", std::int64_t{1}},
                                      {"stopped_n", std::int64_t{1}},
                                      {"stop_us", 900 + amount(90'000)},
                                      {"tail_pico", amount(1000)}});
        log_.append("run", Entry{{"op", "end"s},
                                 {"run", run},
                                 {"status", killed ? "killed"s : "ok"s},
                                 {"steps_n", steps},
                                 {"cost_pico", total_}});
    }

    void step(const std::string& run, bool killed) {
        const bool model = killed || below(4) != 0;
        Entry e{{"run", run},
                {"span", hex(16)},
                {"parent", ""s},
                {"name", names[below(static_cast<int>(std::size(names)))]},
                {"step_kind", model ? "model"s : other_kinds[below(7)]},
                {"attempt", std::int64_t{1} + (below(5) == 0 ? 1 : 0)},
                {"latency_us", 100'000 + amount(4'000'000)},
                {"boot", "b-" + std::to_string(seed_ % 97)},
                {"mono_us", log_.now() - 1'789'999'000'000'000}};
        if (below(2) == 0) e.set("ttft_us", amount(100'000));
        if (below(3) == 0) e.set("queue_us", amount(50'000));
        const Line& line = lines_[static_cast<std::size_t>(below(3))];
        if (model) e.set("provider", line.provider).set("model", line.model);
        const int fate = killed ? 1 : below(12);
        std::string status = fate == 0 ? "error" : fate == 1 ? "killed" : "ok";
        std::int64_t cost = 0;
        Entry usage;
        if (model && (fate == 2 || fate == 3)) {
            status = fate == 2 ? "refused" : "cached";
        } else if (model) {
            for (const auto& [meter, rate] : line.rates) {
                const std::int64_t n = meter == "request" ? 1 : amount(6000);
                usage.set(meter + "_qty", n);
                cost += n * rate;
            }
            e.set("price_seq", line.seq);
        }
        const bool unknown = model && fate >= 10;
        const std::int64_t real = cost;
        if (unknown) {
            status = "unknown";
            cost = 10'000'000'000 + amount(100'000);
            e.set("reserved_pico", cost);
        } else {
            for (const auto& [key, value] : usage)
                e.set(key, value);
            if (below(2) == 0) e.set("reserved_pico", cost + amount(1'000'000'000));
        }
        e.set("status", status).set("cost_pico", cost);
        std::map<std::string, std::string> payloads;
        if (below(4) != 0) payloads = {{"in", "prompt für " + run}, {"out", "answer ✓ " + hex(4)}};
        if (below(6) == 0) payloads["args"] = "{\"q\":1}";
        if (below(9) == 0) payloads["docs"] = std::string("\0\xff raw", 6);
        if (below(9) == 0) payloads["user"] = "u-7";
        const std::uint64_t seq = log_.append("step", e, payloads);
        for (const auto& [slot, payload] : payloads)
            slots_.emplace_back(seq, slot);
        total_ += cost;
        if (unknown) settle(seq, line, usage, real, cost);
        if (below(8) == 0)
            log_.append("approve", Entry{{"run", run},
                                         {"name", "release"s},
                                         {"by", "clerk-7"s},
                                         {"decision", below(2) == 0 ? "approve"s : "timeout"s}});
        if (below(8) == 0)
            log_.append("alert", Entry{{"detector", "retry-storm"s},
                                       {"run", run},
                                       {"about", static_cast<std::int64_t>(seq)},
                                       {"action", below(2) == 0 ? "warn"s : "stop"s},
                                       {"detail", "3 equal calls in 2 s"s}});
    }

    void settle(std::uint64_t seq, const Line& line, const Entry& usage, std::int64_t real,
                std::int64_t booked) {
        Entry e = usage;
        e.set("target", static_cast<std::int64_t>(seq)).set("cost_pico", real).set("by", "provider-usage"s);
        if (below(2) == 0) e.set("price_seq", line.seq);
        if (below(4) == 0) // it never happened
            e = Entry{{"target", static_cast<std::int64_t>(seq)},
                      {"cost_pico", std::int64_t{0}},
                      {"by", "provider-usage"s}};
        const int when = below(3);
        if (when == 0) {
            total_ += *e.integer("cost_pico") - booked;
            log_.append("settle", e);
        } else if (when == 1) {
            late_.push_back(e);
        }
    }

    TestLog log_;
    SeededRng rng_;
    std::uint64_t seed_;
    std::vector<Line> lines_;
    std::vector<std::pair<std::uint64_t, std::string>> slots_;
    std::vector<Entry> late_;
    std::int64_t total_ = 0;
};
} // namespace

TestLog everyKind(std::uint64_t seed) {
    return Writer(seed).write();
}

} // namespace tally::test
