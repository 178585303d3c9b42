#include "tests/support/loopback_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tally::test {

struct LoopbackServer::Connection {
    int fd = -1;
    int number = 0;
    std::string in;
    std::string out;
    bool answering = false;
    Reply reply;
    std::size_t next_piece = 0;
    std::int64_t due_us = 0;
};

std::int64_t LoopbackServer::nowUs() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::string LoopbackServer::chunk(const std::string& bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string LoopbackServer::streamHead() {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
}

LoopbackServer::Reply LoopbackServer::plain(int status, const std::string& body, const std::string& headers,
                                            const std::string& content_type) {
    Reply reply;
    reply.pieces.push_back(
        {fmt::format("HTTP/1.1 {} Status\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     content_type, body.size(), headers, body),
         0});
    return reply;
}

LoopbackServer::Reply LoopbackServer::stream(const std::string& body, std::size_t piece,
                                             std::int64_t gap_us) {
    Reply reply;
    reply.pieces.push_back({streamHead(), 0});
    if (piece == 0) piece = std::max<std::size_t>(body.size(), 1);
    for (std::size_t at = 0; at < body.size(); at += piece)
        reply.pieces.push_back({chunk(body.substr(at, piece)), gap_us});
    reply.pieces.push_back({"0\r\n\r\n", gap_us});
    return reply;
}

LoopbackServer::Reply LoopbackServer::endless(const std::string& first, const std::string& again,
                                              std::int64_t every_us) {
    Reply reply;
    reply.pieces.push_back({streamHead(), 0});
    reply.pieces.push_back({chunk(first), 0});
    reply.repeat = chunk(again);
    reply.repeat_every_us = every_us;
    reply.end = Reply::End::hang;
    return reply;
}

LoopbackServer::LoopbackServer(Handler handler)
    : handler_(std::move(handler)) {
    listen_fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listen_fd_, 512);
    ::getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    wake_fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { run(); });
}

LoopbackServer::~LoopbackServer() {
    stop_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
    thread_.join();
    for (const auto& [fd, connection] : connections_)
        ::close(fd);
    ::close(listen_fd_);
    ::close(wake_fd_);
}

LoopbackServer::Stats LoopbackServer::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

std::vector<LoopbackServer::Request> LoopbackServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void LoopbackServer::mark() {
    const std::lock_guard lock(mutex_);
    marked_ = true;
}

bool LoopbackServer::waitFor(const std::function<bool(const Stats&)>& done, int timeout_ms) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return done(stats_); });
}

void LoopbackServer::run() {
    std::vector<pollfd> fds;
    std::vector<int> gone;
    while (!stop_) {
        fds.clear();
        fds.push_back({wake_fd_, POLLIN, 0});
        fds.push_back({listen_fd_, POLLIN, 0});
        std::int64_t now = nowUs();
        std::int64_t wait_us = 1'000'000;
        for (const auto& [fd, connection] : connections_) {
            const bool blocked = !connection.out.empty();
            fds.push_back({fd, static_cast<short>(POLLIN | (blocked ? POLLOUT : 0)), 0});
            if (connection.answering && !blocked)
                wait_us = std::min(wait_us, std::max<std::int64_t>(connection.due_us - now, 0));
        }
        timespec timeout{static_cast<time_t>(wait_us / 1'000'000),
                         static_cast<long>(wait_us % 1'000'000) * 1000};
        ::ppoll(fds.data(), fds.size(), &timeout, nullptr);
        if ((fds[1].revents & POLLIN) != 0) accept();
        now = nowUs();
        gone.clear();
        for (std::size_t i = 2; i < fds.size(); ++i) {
            const auto found = connections_.find(fds[i].fd);
            if (found == connections_.end()) continue;
            if ((fds[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive(found->second)) {
                drop(found->first, true);
                continue;
            }
            if (found->second.answering && !send(found->second, now)) gone.push_back(found->first);
        }
        for (const int fd : gone)
            drop(fd, false);
    }
}

void LoopbackServer::accept() {
    while (true) {
        const int fd = ::accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::lock_guard lock(mutex_);
        Connection connection;
        connection.fd = fd;
        connection.number = ++stats_.accepted;
        ++stats_.open;
        connections_.emplace(fd, std::move(connection));
        changed_.notify_all();
    }
}

bool LoopbackServer::receive(Connection& connection) {
    char buffer[65536];
    while (true) {
        const auto got = ::recv(connection.fd, buffer, sizeof buffer, 0);
        if (got == 0) return false;
        if (got < 0) {
            if (errno == EAGAIN || errno == EINTR) break;
            return false;
        }
        connection.in.append(buffer, static_cast<std::size_t>(got));
        const std::lock_guard lock(mutex_);
        stats_.bytes_in += got;
        if (marked_) stats_.bytes_in_after_mark += got;
    }
    if (connection.answering) return true;
    const auto end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    std::string lower = connection.in.substr(0, end);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::size_t length = 0;
    if (const auto at = lower.find("\r\ncontent-length:"); at != std::string::npos)
        length = std::stoul(lower.substr(at + 17));
    if (connection.in.size() < end + 4 + length) return true;
    Request request;
    request.head = connection.in.substr(0, end);
    request.body = connection.in.substr(end + 4, length);
    connection.in.erase(0, end + 4 + length);
    const auto space = request.head.find(' ');
    request.method = request.head.substr(0, space);
    request.path = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
    request.connection = connection.number;
    {
        const std::lock_guard lock(mutex_);
        request.ordinal = ++stats_.requests;
        requests_.push_back(request);
    }
    connection.reply = handler_(request);
    connection.answering = true;
    connection.next_piece = 0;
    connection.due_us =
        nowUs() + (connection.reply.pieces.empty() ? 0 : connection.reply.pieces.front().after_us);
    changed_.notify_all();
    return true;
}

bool LoopbackServer::send(Connection& connection, std::int64_t now_us) {
    const auto& pieces = connection.reply.pieces;
    while (true) {
        if (!connection.out.empty()) {
            const auto sent =
                ::send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
            if (sent < 0) return errno == EAGAIN || errno == EINTR; // a closed socket shows up in receive()
            connection.out.erase(0, static_cast<std::size_t>(sent));
            if (!connection.out.empty()) return true;
        }
        if (now_us < connection.due_us) return true;
        if (connection.next_piece < pieces.size()) {
            connection.out = pieces[connection.next_piece++].bytes;
            connection.due_us =
                now_us + (connection.next_piece < pieces.size() ? pieces[connection.next_piece].after_us
                                                                : connection.reply.repeat_every_us);
            continue;
        }
        if (!connection.reply.repeat.empty()) {
            connection.out = connection.reply.repeat;
            connection.due_us = now_us + std::max<std::int64_t>(connection.reply.repeat_every_us, 1);
            continue;
        }
        switch (connection.reply.end) {
        case Reply::End::keep:
            connection.answering = false;
            return true;
        case Reply::End::hang:
            connection.due_us = now_us + 3'600'000'000;
            return true;
        case Reply::End::reset: {
            const linger hard{1, 0};
            ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
            return false;
        }
        case Reply::End::close:
            break;
        }
        return false;
    }
}

void LoopbackServer::drop(int fd, bool by_client) {
    ::close(fd);
    connections_.erase(fd);
    const std::lock_guard lock(mutex_);
    --stats_.open;
    if (by_client) {
        ++stats_.closed_by_client;
        stats_.closed_at_us.push_back(nowUs());
    }
    changed_.notify_all();
}

} // namespace tally::test
