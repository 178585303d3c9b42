#include "core/store/reader_pool.h"

#include "core/base/no_throw.h"
#include "core/base/task_pool.h"
#include "core/store/migration.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace tally::store {

namespace {
struct Watch {
    const CancelToken* cancel;
    const std::atomic<bool>* stopping;
};
int watch(void* context) {
    const auto* w = static_cast<const Watch*>(context);
    return w->cancel->cancelled() || w->stopping->load(std::memory_order_relaxed) ? 1 : 0;
}
Status runRead(Connection& db, const ReaderPool::Read& read) {
    TALLY_TRY(db.run("BEGIN"));
    auto status = noThrow("db-reader", [&] { return read(db); });
    [[maybe_unused]] const auto ended = db.run("ROLLBACK");
    return status;
}
} // namespace

Result<std::unique_ptr<ReaderPool>> ReaderPool::open(const std::string& path, int readers) {
    std::unique_ptr<ReaderPool> pool(new ReaderPool);
    pool->connections_.reserve(static_cast<std::size_t>(readers));
    for (int i = 0; i < readers; ++i) {
        TALLY_ASSIGN(auto connection, Connection::open(path, OpenMode::read_only));
        TALLY_TRY(checkSchema(connection));
        pool->connections_.push_back(std::move(connection));
    }
    for (auto& connection : pool->connections_)
        pool->threads_.emplace_back([p = pool.get(), &connection] {
            nameThread("db-reader");
            p->loop(connection);
        });
    return pool;
}

ReaderPool::~ReaderPool() {
    stop();
}

void ReaderPool::stop() {
    std::deque<Request> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(queue_);
    }
    wake_.notify_all();
    threads_.clear(); // joins
    for (auto& request : left)
        answer(request, fail("store.cancelled", "The workspace was closed before this read began"));
}

void ReaderPool::answer(const Request& request, const Status& status) {
    noThrow("db-reader", [&] { request.done(status); });
}

void ReaderPool::submit(Read read, Done done, CancelToken cancel) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            queue_.push_back(Request{std::move(read), std::move(done), std::move(cancel)});
            wake_.notify_one();
            return;
        }
    }
    noThrow("db-reader",
            [&] { done(fail("store.cancelled", "The workspace is closing; nothing more is read")); });
}

void ReaderPool::loop(Connection& db) {
    for (;;) {
        Request request;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            request = std::move(queue_.front());
            queue_.pop_front();
        }
        if (request.cancel.cancelled()) {
            answer(request, fail("store.cancelled", "The read was cancelled"));
            continue;
        }
        Watch context{&request.cancel, &stopping_};
        sqlite3_progress_handler(db.handle(), 1'000, watch, &context);
        const auto status = runRead(db, request.read);
        sqlite3_progress_handler(db.handle(), 0, nullptr, nullptr);
        answer(request, status);
    }
}

} // namespace tally::store
