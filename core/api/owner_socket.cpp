#include "core/api/owner_socket.h"

#include "core/api/codec.h"
#include "core/api/fields.h"
#include "core/base/hash.h"
#include "core/base/json_text.h"
#include "core/base/no_throw.h"
#include "core/base/task_pool.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <list>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tally::api {
namespace {
using nlohmann::json;
constexpr std::size_t most_connections = 200;
constexpr std::size_t maxLine =
    16 << 20; // a workflow's inputs may be large, a hostile peer must not fill the memory

struct Descriptor {
    int fd = -1;
    Descriptor() = default;
    explicit Descriptor(int value)
        : fd(value) {}
    Descriptor(Descriptor&& o) noexcept
        : fd(std::exchange(o.fd, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

Result<sockaddr_un> address(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    if (path.size() >= sizeof out.sun_path)
        return fail("owner.path", "the socket path is too long", {}, path);
    std::memcpy(out.sun_path, path.data(), path.size());
    return out;
}

bool sameUser(int fd, ucred& peer) {
    socklen_t length = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == ::geteuid();
}

/// `stop` (-1: none) ends the wait for a peer that does not read.
bool sendAll(int fd, int stop, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            pollfd wait[2] = {{fd, POLLOUT, 0}, {stop, POLLIN, 0}};
            if (::poll(wait, stop >= 0 ? 2 : 1, 30'000) == 0 || wait[1].revents != 0) return false;
            continue;
        }
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

/// A process that listens and does not answer: busy, stopped or stuck.
tl::unexpected<Error> silent(long pid, const std::string& path) {
    const std::string who = pid > 0 ? " (process " + std::to_string(pid) + ")" : "";
    return fail("owner.timeout", "the owner of the workspace" + who + " does not answer",
                "the request may still take effect; when it hangs, end it" +
                    (pid > 0 ? " with: kill -9 " + std::to_string(pid) : std::string()) +
                    ", then repeat the command",
                path);
}

std::string line(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// Waits until `fd` is readable; false when `stop` is, or on time-out.
bool readable(int fd, int stop, int timeout_ms) {
    pollfd wait[2] = {{fd, POLLIN, 0}, {stop, POLLIN, 0}};
    for (;;) {
        const int n = ::poll(wait, stop >= 0 ? 2 : 1, timeout_ms);
        if (n < 0 && errno == EINTR) continue;
        return n > 0 && (stop < 0 || wait[1].revents == 0);
    }
}
} // namespace

std::string ownerSocketPath(const std::string& workspace) {
    const std::string inside = workspace + "/owner.sock";
    if (inside.size() < sizeof(sockaddr_un::sun_path)) return inside;
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    const std::string folder = runtime != nullptr && *runtime != 0 ? runtime : "/tmp";
    return folder + "/tallystick-" + std::to_string(::geteuid()) + "-" + sha256Hex(workspace).substr(0, 16) +
           ".sock";
}

struct OwnerServer::Impl {
    std::string path;
    Handler handler;
    Descriptor listener;
    Descriptor stop{::eventfd(0, EFD_CLOEXEC)};
    struct Connection {
        std::shared_ptr<std::atomic<bool>> over = std::make_shared<std::atomic<bool>>(false);
        std::jthread thread;
    };
    std::list<Connection> connections; ///< acceptor's, then the destructor's
    std::jthread acceptor;

    void serve(const Descriptor& connection) {
        std::string buffer;
        char bytes[65536];
        while (readable(connection.fd, stop.fd, -1)) {
            const ssize_t n = ::recv(connection.fd, bytes, sizeof bytes, 0);
            if (n <= 0) return;
            buffer.append(bytes, static_cast<std::size_t>(n));
            if (buffer.size() > maxLine) return;
            for (std::size_t end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
                const json request = parseJson(std::string_view(buffer).substr(0, end)).value_or(json());
                buffer.erase(0, end + 1);
                if (!sendAll(connection.fd, stop.fd, line(answer(request)))) return;
            }
        }
    }
    json answer(const json& request) {
        if (textOf(request, "op").empty())
            return {
                {"ok", false},
                {"error", errorToJson({"owner.syntax", "the request is not an object with \"op\"", {}, {}})}};
        // The reply may come from another thread after a long time; it is waited for here, one request per
        // connection.
        struct Waiting {
            std::mutex mutex;
            std::condition_variable ready;
            std::optional<Result<json>> result;
        };
        auto waiting = std::make_shared<Waiting>();
        const auto give = [waiting](Result<json> result) {
            {
                const std::lock_guard lock(waiting->mutex);
                if (waiting->result) return;
                waiting->result = std::move(result);
            }
            waiting->ready.notify_one();
        };
        const auto* args = fieldOf(request, "args");
        const auto handled = noThrow("owner-socket", [&]() -> Status {
            handler(textOf(request, "op"), args != nullptr ? *args : json::object(), give);
            return {};
        });
        if (!handled) give(fail(handled.error()));
        std::unique_lock lock(waiting->mutex);
        waiting->ready.wait(lock, [&] { return waiting->result.has_value(); });
        const Result<json>& result = *waiting->result;
        if (result) return {{"ok", true}, {"value", *result}};
        return {{"ok", false}, {"error", errorToJson(result.error())}};
    }
    void accept() {
        nameThread("owner-socket");
        while (readable(listener.fd, stop.fd, -1)) {
            ucred peer{};
            auto connection =
                std::make_shared<Descriptor>(::accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC));
            // Joins those that have ended: a script that asks every second must not gather threads.
            connections.remove_if([](const Connection& each) { return each.over->load(); });
            if (connection->fd < 0) {
                // Out of descriptors: the peer waits in the queue, we do not spin.
                if (errno == EMFILE || errno == ENFILE) (void)readable(stop.fd, -1, 200);
                continue;
            }
            if (!sameUser(connection->fd, peer) || connections.size() >= most_connections) continue;
            Connection& kept = connections.emplace_back();
            const auto started = noThrow("owner-socket", [&]() -> Status {
                kept.thread = std::jthread([this, connection, over = kept.over] {
                    noThrow("owner-socket", [&] { serve(*connection); });
                    *over = true;
                });
                return {};
            });
            if (!started) connections.pop_back(); // no thread to be had: the peer sees a closed connection
        }
    }
};

Result<std::unique_ptr<OwnerServer>> OwnerServer::listen(const std::string& path, Handler handler) {
    TALLY_ASSIGN(const sockaddr_un where, address(path));
    std::unique_ptr<OwnerServer> server(new OwnerServer);
    server->impl_ = std::make_unique<Impl>();
    Impl& my = *server->impl_;
    my.path = path;
    my.handler = std::move(handler);
    my.listener.fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto failed = [&](const char* what) {
        return fail("owner.socket", std::string(what) + ": " + std::strerror(errno), {}, path);
    };
    if (my.listener.fd < 0 || my.stop.fd < 0) return failed("cannot make the owner's socket");
    // We hold the workspace lock, so a socket file that is already here belongs to a process that has ended.
    ::unlink(path.c_str());
    const mode_t before = ::umask(0177);
    const int bound = ::bind(my.listener.fd, reinterpret_cast<const sockaddr*>(&where), sizeof where);
    ::umask(before);
    if (bound != 0 || ::chmod(path.c_str(), 0600) != 0 || ::listen(my.listener.fd, 16) != 0)
        return failed("cannot open the owner's socket");
    my.acceptor = std::jthread([&my] { my.accept(); });
    return server;
}

OwnerServer::~OwnerServer() {
    if (!impl_) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(impl_->stop.fd, &one, sizeof one);
    if (impl_->acceptor.joinable()) impl_->acceptor.join();
    impl_->connections.clear(); // joins
    ::unlink(impl_->path.c_str());
}

bool ownerListens(const std::string& path) {
    const auto where = address(path);
    const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!where || connection.fd < 0) return false;
    // A full queue is a process that listens and is slow.
    return ::connect(connection.fd, reinterpret_cast<const sockaddr*>(&*where), sizeof *where) == 0 ||
           errno == EAGAIN;
}

Result<json> askOwner(const std::string& path, const std::string& op, const json& args,
                      std::int64_t timeout_ms) {
    TALLY_ASSIGN(const sockaddr_un where, address(path));
    const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{timeout_ms / 1000, timeout_ms % 1000 * 1000};
    if (connection.fd >= 0) ::setsockopt(connection.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connection.fd < 0 ||
        ::connect(connection.fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        if (errno == EAGAIN) return silent(0, path);
        return fail("owner.absent", "no running Tallystick owns this workspace",
                    "repeat the command: it opens the workspace itself", path);
    }
    // Whoever made this socket could read what we send: it must be our own user.
    ucred peer{};
    if (!sameUser(connection.fd, peer))
        return fail("owner.foreign", "the owner's socket belongs to another user", {}, path);
    if (!sendAll(connection.fd, -1, line({{"op", op}, {"args", args}})))
        return fail("owner.absent", "the owner closed the connection", {}, path);
    std::string reply;
    char bytes[65536];
    while (reply.find('\n') == std::string::npos) {
        if (!readable(connection.fd, -1, static_cast<int>(timeout_ms))) return silent(peer.pid, path);
        const ssize_t n = ::recv(connection.fd, bytes, sizeof bytes, 0);
        if (n <= 0)
            return fail(
                "owner.ended",
                "the owner ended before it answered, so it is not known whether the order took effect",
                "look at the receipts or budgets, then ask again", path);
        reply.append(bytes, static_cast<std::size_t>(n));
    }
    const json parsed = parseJson(reply).value_or(json());
    if (!parsed.is_object()) return fail("owner.syntax", "the owner's answer cannot be read", {}, path);
    if (!flagOf(parsed, "ok")) return fail(errorFromJson(objectOf(parsed, "error")));
    const auto* value = fieldOf(parsed, "value");
    return value != nullptr ? *value : json();
}

} // namespace tally::api
