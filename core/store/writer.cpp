#include "core/store/writer.h"

#include "core/base/log.h"
#include "core/base/no_throw.h"
#include "core/base/task_pool.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>

namespace tally::store {

Writer::Writer(Connection db, const Clock& clock, WriterOptions options)
    : db_(std::move(db))
    , clock_(clock)
    , options_(options) {}

Writer::~Writer() {
    stop();
}

void Writer::start() {
    if (thread_.joinable() || stopping_) return;
    thread_ = std::jthread([this] {
        nameThread("db-writer");
        loop();
    });
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    space_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool Writer::submit(WriteOp op, Done done, Strict strict) {
    std::vector<WriteRequest> one;
    one.push_back({std::move(op), std::move(done), strict});
    return submit(one);
}

bool Writer::submit(std::vector<WriteRequest>& requests) {
    {
        std::unique_lock lock(mutex_);
        space_.wait(lock, [this] { return stopping_ || queue_.size() < options_.queue_capacity; });
        if (stopping_) return false;
        submitted_ += requests.size();
        std::move(requests.begin(), requests.end(), std::back_inserter(queue_));
    }
    requests.clear();
    wake_.notify_one();
    return true;
}

Status Writer::write(WriteOp op) {
    auto promise = std::make_shared<std::promise<Status>>();
    auto future = promise->get_future();
    if (!submit(std::move(op),
                [promise](const Status& status, const CommitInfo&) { promise->set_value(status); }))
        return fail("store.closed", "The workspace is closing; nothing more is written");
    return future.get();
}

void Writer::poke() {
    {
        const std::lock_guard lock(mutex_);
        poked_ = true;
        ++submitted_;
    }
    wake_.notify_one();
}

void Writer::drain() {
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) return;
    const auto target = ++submitted_;
    poked_ = true;
    wake_.notify_one();
    idle_.wait(lock, [&] { return handled_ >= target || (stopping_ && queue_.empty()); });
}

std::size_t Writer::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::int64_t Writer::nextTick() const {
    std::int64_t next = GroupHook::never;
    if (poisoned_) return next;
    for (const auto* hook : hooks_)
        next = std::min(next, hook->nextTickUs());
    return next;
}

void Writer::loop() {
    std::vector<WriteRequest> items;
    for (;;) {
        std::uint64_t upto = 0;
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] { return stopping_ || poked_ || !queue_.empty(); };
            if (!ready()) {
                const auto next = nextTick();
                if (next == GroupHook::never)
                    wake_.wait(lock, ready);
                else
                    wake_.wait_for(
                        lock, std::chrono::microseconds(std::max<std::int64_t>(0, next - clock_.monoUs())),
                        ready);
            }
            if (stopping_ && queue_.empty()) break;
            poked_ = false;
            const auto take = std::min(queue_.size(), options_.max_group);
            items.assign(std::make_move_iterator(queue_.begin()),
                         std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(take)));
            queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(take));
            if (queue_.empty()) upto = submitted_;
        }
        space_.notify_all();
        if (!items.empty()) runGroup(items);
        items.clear();
        tickHooks();
        if (upto != 0) {
            const std::lock_guard lock(mutex_);
            handled_ = upto;
        }
        idle_.notify_all();
    }
    idle_.notify_all();
}

void Writer::tickHooks() {
    for (auto* hook : hooks_) {
        if (poisoned_ || hook->nextTickUs() > clock_.monoUs()) continue;
        std::vector<WriteRequest> items;
        items.push_back(WriteRequest{[hook](Tx& tx) { return hook->tick(tx); },
                                     [](const Status& status, const CommitInfo&) {
                                         if (!status) log::error("db-writer", status.error().text());
                                     }});
        runGroup(items);
    }
}

void Writer::runGroup(std::vector<WriteRequest>& items) {
    for (std::size_t from = 0; from < items.size();)
        from = runPart(items, from, items.size());
    if (poisoned_) return;
    for (auto* hook : hooks_)
        if (const auto status = noThrow("db-writer", [&] { return hook->afterGroup(db_); }); !status)
            log::error("db-writer", status.error().text());
}

std::size_t Writer::runPart(std::vector<WriteRequest>& items, std::size_t from, std::size_t to) {
    if (poisoned_) return refuse(items, from, to), to;
    CommitInfo info;
    std::vector<Status> results(to - from);
    Tx tx(db_);
    Status whole = db_.run("BEGIN IMMEDIATE");
    std::size_t at = from;
    for (; whole && at < to; ++at) {
        const auto rows = db_.totalChanges();
        const auto touched = tx.touched();
        auto& result = results[at - from];
        result = noThrow("db-writer", [&] { return items[at].op(tx); });
        if (!db_.inTransaction()) { // SQLite rolls back by itself on a full disk and some I/O errors
            whole = result
                        ? Status(fail("store.rolled_back", "An operation ended the transaction of its group"))
                        : result;
            break;
        }
        if (result) continue;
        const bool last = items[at].strict == Strict::all || (items[at].strict == Strict::store_errors &&
                                                              result.error().code.starts_with("store."));
        if (!last && rows == db_.totalChanges() && touched == tx.touched()) continue;
        // It failed half-way, or the rest stands on it. Those before it are right: commit them alone, report
        // it, and let the rest be the next part.
        rollBack();
        if (at > from) {
            const auto handled = runPart(items, from, at);
            if (handled < at) return handled;
        }
        if (last) poison(result.error());
        info.group = groups_;
        const std::vector<Status> own{result};
        report(items, at, at + 1, own, info, {});
        return at + 1;
    }
    info.ops = at - from;
    if (whole) whole = commit(tx, info);
    if (!whole) {
        rollBack();
        poison(whole.error());
        report(items, from, to, results, info, whole);
        return to;
    }
    for (auto* hook : hooks_)
        hook->committed(info);
    report(items, from, to, results, info, whole);
    return to;
}

Status Writer::commit(Tx& tx, CommitInfo& info) {
    for (auto* hook : hooks_)
        TALLY_TRY(noThrow("db-writer", [&] { return hook->beforeCommit(tx); }));
    info.group = ++groups_;
    const auto begin = std::chrono::steady_clock::now();
    TALLY_TRY(db_.run("COMMIT"));
    info.commit_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin)
            .count();
    return {};
}

void Writer::rollBack() {
    if (db_.inTransaction()) {
        if (const auto status = db_.run("ROLLBACK"); !status) log::error("db-writer", status.error().text());
    }
    // Memory that could not be rebuilt would be written by the next group.
    for (auto* hook : hooks_)
        if (const auto status = noThrow("db-writer", [&] { return hook->rolledBack(db_); }); !status)
            poison(status.error());
}

void Writer::poison(const Error& cause) {
    log::error("db-writer", cause.text());
    if (!poisoned_)
        poisoned_ = Error{"store.poisoned",
                          "Nothing more is written after a failure of the database: " + cause.message,
                          cause.hint.empty() ? "Open the workspace again." : cause.hint, cause.where};
}

void Writer::refuse(std::vector<WriteRequest>& items, std::size_t from, std::size_t to) {
    CommitInfo info;
    info.group = groups_;
    report(items, from, to, std::vector<Status>(to - from), info, fail(*poisoned_));
}

void Writer::report(std::vector<WriteRequest>& items, std::size_t from, std::size_t to,
                    const std::vector<Status>& results, const CommitInfo& info, const Status& whole) {
    for (std::size_t i = from; i < to; ++i)
        if (items[i].done)
            noThrow("db-writer", [&] { items[i].done(whole ? results[i - from] : whole, info); });
    if (listener_) noThrow("db-writer", [&] { listener_(info, whole); });
}

} // namespace tally::store
