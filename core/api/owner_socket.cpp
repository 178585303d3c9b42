#include "core/api/owner_socket.h"

#include "core/api/codec.h"
#include "core/base/hash.h"
#include "core/base/task_pool.h"

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
constexpr std::size_t maxLine = 16 << 20; // a workflow's inputs may be large, a hostile peer must not fill the memory

struct Descriptor {
    int fd = -1;
    Descriptor() = default;
    explicit Descriptor(int value) : fd(value) {}
    Descriptor(Descriptor&& o) noexcept : fd(std::exchange(o.fd, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

Result<sockaddr_un> address(const std::string& path) {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    if (path.size() >= sizeof out.sun_path) return fail("owner.path", "the socket path is too long", {}, path);
    std::memcpy(out.sun_path, path.data(), path.size());
    return out;
}

bool sameUser(int fd) {
    ucred peer{};
    socklen_t length = sizeof peer;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == ::geteuid();
}

bool sendAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

std::string line(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"; }

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
    return folder + "/tallystick-" + std::to_string(::geteuid()) + "-" + sha256Hex(workspace).substr(0, 16) + ".sock";
}

struct OwnerServer::Impl {
    std::string path;
    Handler handler;
    Descriptor listener;
    Descriptor stop{::eventfd(0, EFD_CLOEXEC)};
    std::mutex mutex;
    std::list<std::jthread> connections;
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
                const json request = json::parse(buffer.substr(0, end), nullptr, false);
                buffer.erase(0, end + 1);
                if (!sendAll(connection.fd, line(answer(request)))) return;
            }
        }
    }
    json answer(const json& request) {
        if (!request.is_object() || !request.contains("op") || !request["op"].is_string())
            return {{"ok", false}, {"error", errorToJson({"owner.syntax", "the request is not an object with \"op\"", {}, {}})}};
        // The reply may come from another thread after a long time; it is waited for here, one request per connection.
        struct Waiting {
            std::mutex mutex;
            std::condition_variable ready;
            std::optional<Result<json>> result;
        };
        auto waiting = std::make_shared<Waiting>();
        handler(request["op"].get<std::string>(), request.value("args", json::object()), [waiting](Result<json> result) {
            {
                const std::lock_guard lock(waiting->mutex);
                waiting->result = std::move(result);
            }
            waiting->ready.notify_one();
        });
        std::unique_lock lock(waiting->mutex);
        waiting->ready.wait(lock, [&] { return waiting->result.has_value(); });
        const Result<json>& result = *waiting->result;
        if (result) return {{"ok", true}, {"value", *result}};
        return {{"ok", false}, {"error", errorToJson(result.error())}};
    }
    void accept() {
        nameThread("owner-socket");
        while (readable(listener.fd, stop.fd, -1)) {
            auto connection = std::make_shared<Descriptor>(::accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC));
            if (connection->fd < 0 || !sameUser(connection->fd)) continue;
            const std::lock_guard lock(mutex);
            connections.emplace_back([this, connection] { serve(*connection); });
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
    const auto failed = [&](const char* what) { return fail("owner.socket", std::string(what) + ": " + std::strerror(errno), {}, path); };
    if (my.listener.fd < 0 || my.stop.fd < 0) return failed("cannot make the owner's socket");
    // We hold the workspace lock, so a socket file that is already here belongs to a process that has ended.
    ::unlink(path.c_str());
    const mode_t before = ::umask(0177);
    const int bound = ::bind(my.listener.fd, reinterpret_cast<const sockaddr*>(&where), sizeof where);
    ::umask(before);
    if (bound != 0 || ::chmod(path.c_str(), 0600) != 0 || ::listen(my.listener.fd, 16) != 0) return failed("cannot open the owner's socket");
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

Result<json> askOwner(const std::string& path, const std::string& op, const json& args, std::int64_t timeout_ms) {
    TALLY_ASSIGN(const sockaddr_un where, address(path));
    const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connection.fd < 0 || ::connect(connection.fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        return fail("owner.absent", "no running Tallystick owns this workspace", "start the app or a run first", path);
    // Whoever made this socket could read what we send: it must be our own user.
    if (!sameUser(connection.fd)) return fail("owner.foreign", "the owner's socket belongs to another user", {}, path);
    if (!sendAll(connection.fd, line({{"op", op}, {"args", args}}))) return fail("owner.absent", "the owner closed the connection", {}, path);
    std::string reply;
    char bytes[65536];
    while (reply.find('\n') == std::string::npos) {
        if (!readable(connection.fd, -1, static_cast<int>(timeout_ms)))
            return fail("owner.timeout", "the owner of the workspace does not answer", "look at its window; the request may still take effect", path);
        const ssize_t n = ::recv(connection.fd, bytes, sizeof bytes, 0);
        if (n <= 0) return fail("owner.ended", "the owner ended before it answered, so it is not known whether the order took effect", "look at the receipts or budgets, then ask again", path);
        reply.append(bytes, static_cast<std::size_t>(n));
    }
    const json parsed = json::parse(reply, nullptr, false);
    if (!parsed.is_object()) return fail("owner.syntax", "the owner's answer cannot be read", {}, path);
    if (!parsed.value("ok", false)) return fail(errorFromJson(parsed.value("error", json::object())));
    return parsed.value("value", json());
}

} // namespace tally::api
