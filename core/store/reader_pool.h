// db-reader threads: read-only WAL connections that answer requests in order; each sees the last committed
// state at the moment it starts. Long reads hold the WAL: page them. A cancelled token makes a running read
// fail with store.interrupted and a waiting one with store.cancelled. An exception in a read is its error
// internal.exception.
#pragma once
#include "core/base/cancel.h"
#include "core/store/connection.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tally::store {

class ReaderPool {
public:
    /// Each read runs inside one read transaction, so that several statements see one state.
    using Read = std::function<Status(Connection&)>;
    using Done = std::function<void(const Status&)>;

    /// Errors: those of checkSchema() and of SQLite.
    static Result<std::unique_ptr<ReaderPool>> open(const std::string& path, int readers = 2);
    ~ReaderPool();
    /// Interrupts what runs, joins the threads and reports store.cancelled for what waited; later requests
    /// are answered so at once, on the thread that asks. Idempotent; not from a reader thread.
    void stop();
    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    /// `done` runs on the reader thread.
    void submit(Read read, Done done, CancelToken cancel = {});
    /// submit() and wait. T is what `read` returns inside Result<T>.
    template <class T>
    Result<T> read(std::function<Result<T>(Connection&)> read, CancelToken cancel = {}) {
        auto promise = std::make_shared<std::promise<Result<T>>>();
        auto future = promise->get_future();
        auto value = std::make_shared<Result<T>>(fail("store.cancelled", "The read was cancelled"));
        submit(
            [read = std::move(read), value](Connection& db) -> Status {
                *value = read(db);
                if (!*value) return fail(value->error());
                return {};
            },
            [promise, value](const Status& status) {
                promise->set_value(status ? std::move(*value) : Result<T>(fail(status.error())));
            },
            std::move(cancel));
        return future.get();
    }

private:
    struct Request {
        Read read;
        Done done;
        CancelToken cancel;
    };
    ReaderPool() = default;
    void loop(Connection& db);
    static void answer(const Request& request, const Status& status);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Request> queue_;
    std::atomic<bool> stopping_{false};
    std::vector<Connection> connections_;
    std::vector<std::jthread> threads_;
};

} // namespace tally::store
