// A small HTTP/1.1 server on 127.0.0.1 for tests and benchmarks: one thread, one poll loop. Answers are
// scripts, so that it can stall, cut, split frames and send nonsense; it counts bytes and sees when a client
// closes its socket.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tally::test {

class LoopbackServer {
public:
    struct Request {
        std::string method;
        std::string path;
        std::string head; ///< request line and headers as received
        std::string body;
        int connection = 0; ///< 1, 2, … in order of accept
        int ordinal = 0;    ///< 1, 2, … in order of arrival
    };
    struct Reply {
        struct Piece {
            std::string bytes;
            std::int64_t after_us = 0; ///< pause before it
        };
        enum class End {
            keep,  ///< keep-alive: wait for the next request
            close, ///< close the socket in order
            reset, ///< close with RST
            hang   ///< keep it open and say nothing
        };
        std::vector<Piece> pieces;
        std::string repeat; ///< sent again and again after the pieces, until the client closes
        std::int64_t repeat_every_us = 0;
        End end = End::keep;
    };
    using Handler = std::function<Reply(const Request&)>; ///< runs on the server's thread

    /// HTTP answer with Content-Length.
    static Reply plain(int status, const std::string& body, const std::string& headers = {},
                       const std::string& content_type = "application/json");
    /// Event stream, chunked, in pieces of at most `piece` bytes of the body (0: one piece).
    static Reply stream(const std::string& body, std::size_t piece = 0, std::int64_t gap_us = 0);
    /// Event stream that never ends: `first` once, then `again` for ever.
    static Reply endless(const std::string& first, const std::string& again, std::int64_t every_us);
    static std::string chunk(const std::string& bytes);
    static std::string streamHead();

    explicit LoopbackServer(Handler handler);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    struct Stats {
        int accepted = 0;
        int requests = 0;
        int open = 0; ///< connections that the client has not closed
        int closed_by_client = 0;
        std::int64_t bytes_in = 0;
        std::int64_t bytes_in_after_mark = 0;
        std::vector<std::int64_t> closed_at_us; ///< monotonic, one per connection that the client closed
    };
    [[nodiscard]] Stats stats() const;
    [[nodiscard]] std::vector<Request> requests() const;
    /// From now on received bytes are also counted as bytes_in_after_mark.
    void mark();
    /// Waits until `done(stats)`, at most `timeout_ms`; false when it did not come.
    bool waitFor(const std::function<bool(const Stats&)>& done, int timeout_ms = 60'000);
    static std::int64_t nowUs(); ///< the clock of closed_at_us

private:
    struct Connection;
    void run();
    void accept();
    bool receive(Connection& connection); ///< false: close it
    bool send(Connection& connection, std::int64_t now_us);
    void drop(int fd, bool by_client);

    Handler handler_;
    int listen_fd_ = -1;
    int wake_fd_ = -1;
    int port_ = 0;
    std::atomic<bool> stop_{false};
    std::map<int, Connection> connections_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Stats stats_;
    bool marked_ = false;
    std::vector<Request> requests_;
    std::thread thread_;
};

} // namespace tally::test
