#include "core/api/retention.h"

#include "core/audit/erasure.h"
#include "core/base/hash.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/no_throw.h"
#include "core/base/task_pool.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace tally::api {
namespace {
constexpr const char* rule_key = "erase.retention";
constexpr const char* applied_key = "erase.retention.applied_us";
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::int64_t most_days = 36'500;
} // namespace

Result<Retention> readRetention(store::Connection& db) {
    TALLY_ASSIGN(const auto text, store::SettingRepo::get(db, rule_key));
    if (!text || text->empty()) return Retention();
    const auto json = parseJson(*text);
    if (!json)
        return fail("retention.rule", "the stored rule for erasing cannot be read", "tally retention remove");
    TALLY_ASSIGN(auto rule, retentionFromJson(*json));
    TALLY_ASSIGN(const auto applied, store::SettingRepo::get(db, applied_key));
    rule.applied_us = applied ? std::strtoll(applied->c_str(), nullptr, 10) : 0;
    return rule;
}

Result<Retention> setRetentionOf(store::Store& store, audit::TraceLogWriter& log, Retention rule,
                                 std::int64_t now_us) {
    if (rule.days < 0 || rule.days > most_days)
        return fail("retention.days", "a rule keeps payloads for 1 to 36500 days; 0 removes it");
    if (rule.days > 0 && (rule.reason.empty() || rule.by.empty()))
        return fail("erase.reason", "a rule needs a reason and who set it: both are in the log for good");
    rule.set_us = now_us;
    rule.applied_us = 0;
    const std::string text = rule.days == 0 ? std::string() : nlohmann::json(rule).dump();
    const auto set = store.writer().write([&](store::Tx& tx) -> Status {
        TALLY_TRY(store::SettingRepo::set(tx, rule_key, text));
        TALLY_TRY(store::SettingRepo::set(tx, applied_key, "0"));
        TALLY_TRY(log.append(tx, audit::PolicyEntry{"retention", sha256Hex(text), rule.by}));
        return {};
    });
    if (!set) return fail(set.error());
    return rule;
}

ErasePolicy policyOf(const Retention& rule, std::int64_t now_us) {
    ErasePolicy policy;
    policy.ended_before_us = std::max<std::int64_t>(1, now_us - rule.days * day_us);
    policy.process = rule.process;
    policy.workflow = rule.workflow;
    return policy;
}

Result<ErasureDone> applyRetention(store::Store& store, audit::TraceLogWriter& log, std::int64_t now_us,
                                   const CancelToken& cancel) {
    TALLY_ASSIGN(const auto rule, store.readers().read<Retention>(readRetention));
    if (rule.days <= 0) return ErasureDone();
    EraseOrder order;
    order.policy = policyOf(rule, now_us);
    order.reason = fmt::format("retention {} days: {}", rule.days, rule.reason);
    order.by = rule.by;
    TALLY_ASSIGN(auto done, audit::erasePayloads(store, log, order, cancel));
    TALLY_TRY(store.writer().write(
        [&](store::Tx& tx) { return store::SettingRepo::set(tx, applied_key, std::to_string(now_us)); }));
    return done;
}

RetentionKeeper::RetentionKeeper(store::Store& store, audit::TraceLogWriter& log, const Clock& clock)
    : store_(store)
    , log_(log)
    , clock_(clock)
    , thread_([this] { loop(); }) {}

RetentionKeeper::~RetentionKeeper() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    cancel_.cancel();
    changed_.notify_one();
    thread_.join();
}

void RetentionKeeper::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

void RetentionKeeper::loop() {
    nameThread("retention");
    std::unique_lock lock(mutex_);
    while (!ending_) {
        woken_ = false;
        lock.unlock();
        noThrow("retention", [this]() -> Status { return applyWhenDue(), Status(); });
        lock.lock();
        // The wall clock decides; an hour is how late it may be after a suspended night.
        changed_.wait_for(lock, std::chrono::hours(1), [this] { return ending_ || woken_; });
    }
}

void RetentionKeeper::applyWhenDue() {
    const auto rule = store_.readers().read<Retention>(readRetention, cancel_);
    const std::int64_t now = clock_.wallUs();
    if (!rule || rule->days <= 0 || (rule->applied_us > 0 && now < rule->applied_us + day_us)) return;
    const auto done = applyRetention(store_, log_, now, cancel_);
    if (!done && done.error().code != "erase.cancelled") log::warn("retention", done.error().text());
    if (done && done->erased.payloads > 0)
        log::info("retention", fmt::format("{} payloads of {} runs were erased", done->erased.payloads,
                                           done->erased.runs));
}

} // namespace tally::api
