#include "tests/core/audit/support_log.h"

#include "core/audit/merkle.h"

#include <algorithm>
#include <cstdlib>

namespace tally::test {
using audit::Entry;
using namespace std::string_literals;

TestLog::TestLog(std::uint64_t seed)
    : rng_(seed) {
    log_id_ = hex(16);
    origin_ = "log.example/test/" + log_id_;
    genesis_key_ = newKey(0);
    append("genesis", Entry{{"schema", "trace-log/v1"s},
                            {"origin", origin_},
                            {"vkey", genesis_key_},
                            {"currency", "USD"s},
                            {"cost_exp", std::int64_t{-12}},
                            {"ckpt_n", std::int64_t{16}},
                            {"ckpt_s", std::int64_t{60}},
                            {"beat_s", std::int64_t{3600}},
                            {"app", "test/1"s}});
}

std::string TestLog::newKey(std::uint64_t from) {
    audit::Seed seed{};
    auto key = audit::SigningKey::generate(rng_, seed);
    if (!key) std::abort();
    keys_.emplace_back(from, std::move(*key));
    return audit::VerifierKey::of(origin_, keys_.back().second.publicKey()).text();
}

const audit::SigningKey& TestLog::keyFor(std::uint64_t size) const {
    auto at = keys_.size() - 1;
    while (at > 0 && keys_[at].first >= size)
        --at;
    return keys_[at].second;
}

std::string TestLog::hex(std::size_t bytes) {
    Bytes raw(bytes);
    rng_.fill(raw);
    return toHex(raw);
}

std::uint64_t TestLog::append(const std::string& kind, Entry e,
                              const std::map<std::string, std::string>& payloads) {
    const std::uint64_t seq = lines_.size();
    ts_us_ += 1000 + static_cast<std::int64_t>(rng_.below(50000));
    e.set("kind", kind)
        .set("v", std::int64_t{1})
        .set("log", log_id_)
        .set("seq", static_cast<std::int64_t>(seq));
    e.set("ts_us", ts_us_)
        .set("salt", hex(16))
        .set("prev", leaves_.empty() ? std::string(64, '0') : toHex(leaves_.back()));
    for (const auto& [slot, payload] : payloads) {
        audit::Opening o{seq, slot, log_id_, {}, payload};
        rng_.fill(o.nonce);
        e.set(slot, o.commitment());
        openings_.push_back(std::move(o));
    }
    e.set("fd", audit::fieldDigests(e));
    const auto line = audit::encodeEntry(e);
    if (!line) std::abort();
    lines_.push_back(*line);
    leaves_.push_back(audit::leafHash(*line));
    tree_.append(leaves_.back());
    return seq;
}

void TestLog::erase(std::uint64_t seq, const std::string& slot) {
    std::erase_if(openings_, [&](const audit::Opening& o) { return o.seq == seq && o.slot == slot; });
    append("erase", Entry{{"target", static_cast<std::int64_t>(seq)},
                          {"slot", slot},
                          {"reason", "request"s},
                          {"by", "privacy"s}});
}

void TestLog::checkpoint() {
    const audit::Checkpoint c{origin_, lines_.size(), tree_.root(), {}};
    auto note = audit::signNote(c.text(), origin_, keyFor(c.size));
    if (!note) std::abort();
    notes_.push_back(std::move(*note));
}

void TestLog::rotate() {
    const std::string next = newKey(lines_.size() + 1);
    append("key", Entry{{"op", "rotate"s}, {"vkey", next}});
    checkpoint();
}

TestLog TestLog::random(std::uint64_t seed, int runs, int runs_per_checkpoint) {
    TestLog log(seed);
    SeededRng& r = log.rng_;
    const auto number = [&](std::uint64_t n) { return static_cast<std::int64_t>(r.below(n)); };
    std::vector<std::pair<std::int64_t, std::int64_t>> rates; // in, out
    std::vector<std::int64_t> prices;
    for (int p = 0; p < 3; ++p) {
        rates.emplace_back(100000 + number(900000), 1000000 + number(9000000));
        prices.push_back(
            static_cast<std::int64_t>(log.append("price", Entry{{"provider", "acme"s},
                                                                {"model", "m-" + std::to_string(p)},
                                                                {"tier", "standard"s},
                                                                {"src", "list/1"s},
                                                                {"eff", "2026-01-01"s},
                                                                {"in_pico", rates.back().first},
                                                                {"out_pico", rates.back().second}})));
    }
    log.append("budget", Entry{{"op", "set"s},
                               {"scope", "org:all"s},
                               {"window", "day"s},
                               {"by", "ops"s},
                               {"reason", "default"s},
                               {"limit_pico", std::int64_t{5'000'000'000'000}}});
    for (int i = 0; i < runs; ++i) {
        const std::string run = "run-" + std::to_string(seed) + "-" + std::to_string(i);
        log.append("run", Entry{{"op", "start"s},
                                {"run", run},
                                {"workflow", "triage"s},
                                {"process", "legal"s},
                                {"wf_sha256", log.hex(32)}});
        std::int64_t total = 0;
        const std::int64_t steps = 1 + number(5);
        for (std::int64_t s = 0; s < steps; ++s) {
            const auto p = r.below(3);
            const bool unknown = r.below(6) == 0;
            const std::int64_t in = number(5000);
            const std::int64_t out = number(2000);
            const std::int64_t reserved = 10'000'000'000 + number(1000);
            const std::int64_t cost = unknown ? reserved : in * rates[p].first + out * rates[p].second;
            log.mono_us_ += 1;
            Entry e{{"run", run},
                    {"span", log.hex(8)},
                    {"parent", ""s},
                    {"name", "step \"" + std::to_string(s) + "\" prüfen"},
                    {"step_kind", "model"s},
                    {"provider", "acme"s},
                    {"model", "m-" + std::to_string(p)},
                    {"status", unknown ? "unknown"s : "ok"s},
                    {"attempt", std::int64_t{1}},
                    {"price_seq", prices[p]},
                    {"cost_pico", cost},
                    {"latency_us", number(900000)},
                    {"boot", "b" + std::to_string(log.lines_.size())},
                    {"mono_us", log.mono_us_}};
            if (unknown)
                e.set("reserved_pico", reserved);
            else
                e.set("in_qty", in).set("out_qty", out);
            const auto seq = log.append(
                "step", e, {{"in", "prompt " + std::to_string(s)}, {"out", "answer " + log.hex(4)}});
            if (unknown && r.below(2) == 0) {
                const std::int64_t settled = in * rates[p].first;
                log.append("settle", Entry{{"target", static_cast<std::int64_t>(seq)},
                                           {"in_qty", in},
                                           {"cost_pico", settled},
                                           {"by", "provider"s}});
                total += settled;
            } else {
                total += cost;
            }
        }
        log.append(
            "run",
            Entry{{"op", "end"s}, {"run", run}, {"status", "ok"s}, {"steps_n", steps}, {"cost_pico", total}});
        if (i == runs / 2)
            log.rotate();
        else if (i % runs_per_checkpoint == 1)
            log.checkpoint();
    }
    log.append("close", Entry{});
    log.checkpoint();
    return log;
}

std::string TestLog::bundle(const audit::BundleOptions& options) {
    std::string out;
    const auto done = audit::writeBundle(*this, options, [&](std::string_view bytes) -> Status {
        out += bytes;
        return {};
    });
    if (!done) std::abort();
    return out;
}

Result<std::vector<Hash>> TestLog::leaves(std::uint64_t from, std::uint64_t to) {
    return std::vector<Hash>(leaves_.begin() + static_cast<std::ptrdiff_t>(from),
                             leaves_.begin() + static_cast<std::ptrdiff_t>(to));
}

Status TestLog::lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) {
    for (std::uint64_t i = from; i < to; ++i)
        TALLY_TRY(sink(i, lines_[i]));
    return {};
}

Result<std::uint64_t> TestLog::lineBytes(std::uint64_t from, std::uint64_t to) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = from; i < to; ++i)
        sum += lines_[i].size();
    return sum;
}

Status TestLog::openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) {
    for (const audit::Opening& o : openings_) {
        if (o.seq >= from && o.seq < to) TALLY_TRY(sink(o));
    }
    return {};
}

} // namespace tally::test
