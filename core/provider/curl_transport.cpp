#include "core/provider/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace tally::provider {
namespace {
void initOnce() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

bool isLoopback(std::string_view url) {
    const auto at = url.find("://");
    if (at == std::string_view::npos) return false;
    const auto host = url.substr(at + 3);
    return host.substr(0, 4) == "127." || host.substr(0, 9) == "localhost" || host.substr(0, 5) == "[::1]";
}

Error errorFor(CURLcode code, const char* detail) {
    const std::string why = detail != nullptr && *detail != '\0' ? detail : curl_easy_strerror(code);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
        return {"provider.connect", "no connection: " + why, "check base_url, proxy and network", {}};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
        return {"provider.tls",
                "the server's certificate was not accepted: " + why,
                "name the certificate of your company's proxy or server in ca_file",
                {}};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return {"provider.config", "the address cannot be used: " + why, "check base_url", {}};
    case CURLE_WEIRD_SERVER_REPLY:
        return {"provider.protocol", "the server does not speak HTTP correctly: " + why, {}, {}};
    default:
        break;
    }
    return {"provider.cut", "the connection broke: " + why, {}, {}};
}
} // namespace

struct CurlTransport::Transfer {
    CurlTransport* owner = nullptr;
    RequestId id = 0;
    HttpSink* sink = nullptr;
    HttpRequest request;
    CURL* easy = nullptr;
    curl_slist* header_list = nullptr;
    char error_text[CURL_ERROR_SIZE]{};

    // What curl reported and the sink does not know yet. The sink is told outside of curl's callbacks, where
    // it may start and cancel requests.
    bool connected = false;
    int socket = -1; ///< known from `connected` on, until it was hung up
    int line = -1;   ///< the same, for good
    bool connected_told = false;
    int status = 0;
    Headers headers;
    bool head_complete = false;
    bool head_told = false;
    std::string body;
    bool ended = false;
    Status result;
    bool dirty = false;

    ~Transfer() {
        if (easy != nullptr) curl_easy_cleanup(easy);
        // The list holds the key: overwrite before it is freed.
        for (curl_slist* item = header_list; item != nullptr; item = item->next)
            for (volatile char* c = item->data; *c != '\0'; ++c)
                *c = ' ';
        curl_slist_free_all(header_list);
    }
    void mark() {
        if (!dirty) owner->dirty_.push_back(id);
        dirty = true;
    }
};

struct CurlTransport::Callbacks {
    static curl_socket_t openSocket(void* user, curlsocktype, curl_sockaddr* address) {
        const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
        if (fd < 0) return CURL_SOCKET_BAD;
        static_cast<CurlTransport*>(user)->sockets_[fd] = 0;
        return fd;
    }
    static int closeSocket(void* user, curl_socket_t fd) {
        static_cast<CurlTransport*>(user)->sockets_.erase(fd);
        return ::close(fd);
    }
    static int beforeRequest(void* user, char*, char*, int, int local_port) {
        auto& transfer = *static_cast<Transfer*>(user);
        // A second time means that curl wants to repeat the request on a fresh connection: that would be a
        // hidden retry.
        if (transfer.connected) return CURL_PREREQFUNC_ABORT;
        transfer.connected = true;
        transfer.socket = transfer.line = transfer.owner->socketAt(local_port);
        transfer.mark();
        return CURL_PREREQFUNC_OK;
    }
    static std::size_t header(char* data, std::size_t size, std::size_t count, void* user) {
        auto& transfer = *static_cast<Transfer*>(user);
        std::string_view line(data, size * count);
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
            line.remove_suffix(1);
        if (line.substr(0, 5) == "HTTP/") {
            // Also starts anew after 1xx answers and the proxy's own answer to CONNECT.
            transfer.headers.clear();
            transfer.status = 0;
            const auto space = line.find(' ');
            if (space != std::string_view::npos) {
                const auto digits = line.substr(space + 1, 3);
                std::from_chars(digits.data(), digits.data() + digits.size(), transfer.status);
            }
        } else if (line.empty()) {
            if (transfer.status >= 200 && transfer.connected) {
                transfer.head_complete = true;
                transfer.mark();
            }
        } else if (const auto colon = line.find(':');
                   colon != std::string_view::npos && !transfer.head_complete) {
            auto value = line.substr(colon + 1);
            while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
                value.remove_prefix(1);
            transfer.headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
        }
        return size * count;
    }
    static std::size_t body(char* data, std::size_t size, std::size_t count, void* user) {
        auto& transfer = *static_cast<Transfer*>(user);
        transfer.body.append(data, size * count);
        transfer.mark();
        return size * count;
    }
    static void configure(Transfer& transfer) {
        const auto set = [easy = transfer.easy](CURLoption option, auto value) {
            curl_easy_setopt(easy, option, value);
        };
        const HttpRequest& request = transfer.request;
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_ERRORBUFFER, transfer.error_text);
        set(CURLOPT_PRIVATE, static_cast<void*>(&transfer));
        set(CURLOPT_HTTP_VERSION,
            static_cast<long>(request.http2_prior_knowledge ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                                                            : CURL_HTTP_VERSION_2TLS));
        // Waiting to share a connection only pays where HTTP/2 is likely.
        set(CURLOPT_PIPEWAIT,
            request.url.substr(0, 8) == "https://" || request.http2_prior_knowledge ? 1L : 0L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_QUICK_EXIT, 1L); // cancelling must not wait for a name look-up
        set(CURLOPT_FORBID_REUSE, request.keep_alive ? 0L : 1L);
        set(CURLOPT_FRESH_CONNECT, request.keep_alive ? 0L : 1L);
        set(CURLOPT_MAXAGE_CONN, 50L);     // seconds; servers close idle connections after about a minute
        set(CURLOPT_CONNECTTIMEOUT, 600L); // the hub's clock decides, long before this
        set(CURLOPT_USERAGENT, "tallystick/0.1");
        if (!request.ca_file.empty()) set(CURLOPT_CAINFO, request.ca_file.c_str());
        if (request.proxy == "none" || isLoopback(request.url))
            set(CURLOPT_PROXY, "");
        else if (!request.proxy.empty())
            set(CURLOPT_PROXY, request.proxy.c_str());
        if (request.method == "POST") {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            set(CURLOPT_POSTFIELDS, request.body.data()); // not copied: the transfer owns it
        } else if (request.method != "GET") {
            set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        const auto add = [&transfer](const std::string& line) {
            transfer.header_list = curl_slist_append(transfer.header_list, line.c_str());
        };
        for (const auto& [name, value] : request.headers)
            add(name + ": " + value);
        add("Expect:"); // curl would wait up to a second for permission to send a long body
        if (!request.key_header.empty())
            add(request.key_header + ": " + request.key_prefix + request.key.reveal());
        set(CURLOPT_HTTPHEADER, transfer.header_list);
        set(CURLOPT_OPENSOCKETFUNCTION, &Callbacks::openSocket);
        set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(transfer.owner));
        set(CURLOPT_CLOSESOCKETFUNCTION, &Callbacks::closeSocket);
        set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(transfer.owner));
        set(CURLOPT_PREREQFUNCTION, &Callbacks::beforeRequest);
        set(CURLOPT_PREREQDATA, static_cast<void*>(&transfer));
        set(CURLOPT_HEADERFUNCTION, &Callbacks::header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
        set(CURLOPT_WRITEFUNCTION, &Callbacks::body);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
    }
};

CurlTransport::CurlTransport() {
    initOnce();
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 256L);
}

CurlTransport::~CurlTransport() {
    while (!transfers_.empty())
        cancel(transfers_.begin()->first);
    curl_multi_cleanup(multi_);
}

RequestId CurlTransport::start(HttpRequest request, HttpSink& sink) {
    const RequestId id = next_++;
    auto& transfer = transfers_[id];
    transfer = std::make_unique<Transfer>();
    transfer->owner = this;
    transfer->id = id;
    transfer->sink = &sink;
    transfer->request = std::move(request);
    transfer->easy = curl_easy_init();
    Callbacks::configure(*transfer);
    if (curl_multi_add_handle(multi_, transfer->easy) != CURLM_OK) {
        transfer->ended = true;
        transfer->result = fail("provider.connect", "the request could not be started");
        transfer->mark();
    }
    return id;
}

void CurlTransport::cancel(RequestId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    // Removing an unfinished transfer closes its HTTP/1.1 socket at once. On HTTP/2 it writes RST_STREAM into
    // a buffer that only the connection's other streams flush: one of them is made to. When this is the last
    // one, the whole connection is closed instead.
    const int line = found->second->line;
    curl_easy_setopt(found->second->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_multi_remove_handle(multi_, found->second->easy);
    transfers_.erase(found);
    flush(line);
}

/// Pausing and going on sends a window update, and with it whatever the connection still holds back.
void CurlTransport::flush(int line) {
    if (line < 0) return;
    const auto sibling = std::find_if(transfers_.begin(), transfers_.end(), [&](const auto& each) {
        return each.second->line == line && !each.second->ended;
    });
    if (sibling == transfers_.end()) return;
    curl_easy_pause(sibling->second->easy, CURLPAUSE_RECV);
    curl_easy_pause(sibling->second->easy, CURLPAUSE_CONT);
}

int CurlTransport::socketAt(int local_port) {
    int found = -1;
    for (auto& [fd, port] : sockets_) {
        if (port == 0) {
            sockaddr_storage address{};
            socklen_t size = sizeof address;
            if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
            if (address.ss_family == AF_INET)
                port = ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
            else if (address.ss_family == AF_INET6)
                port = ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
        }
        if (port != local_port || port == 0) continue;
        if (found >= 0) return -1; // two addresses of this machine, one port: which of them is not known
        found = fd;
    }
    return found;
}

void CurlTransport::hangUp(std::span<const RequestId> ids) {
    // The streams of one HTTP/2 connection share its socket: it is shut only when none of them goes on.
    std::unordered_map<int, int> users;
    for (const auto& [id, transfer] : transfers_)
        if (transfer->socket >= 0) ++users[transfer->socket];
    for (const RequestId id : ids) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end() || found->second->socket < 0) continue;
        const int socket = std::exchange(found->second->socket, -1);
        if (--users[socket] == 0 && sockets_.count(socket) != 0) ::shutdown(socket, SHUT_RDWR);
    }
}

void CurlTransport::perform() {
    int running = 0;
    curl_multi_perform(multi_, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        CURL* easy = message->easy_handle;
        void* user = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
        auto& transfer = *static_cast<Transfer*>(user);
        long opened = 0;
        curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
        connections_opened_ += opened;
        curl_multi_remove_handle(multi_, easy);
        transfer.ended = true;
        if (code != CURLE_OK) {
            Error error = errorFor(code, transfer.error_text);
            if (!transfer.connected && error.code == "provider.cut")
                error.code = "provider.connect"; // e.g. a proxy said no
            transfer.result = fail(std::move(error));
        }
        transfer.mark();
    }
}

bool CurlTransport::deliver() {
    if (dirty_.empty()) return false;
    std::vector<RequestId> ids;
    ids.swap(dirty_);
    // A sink may cancel this or another request at any point, so every step looks it up again.
    const auto live = [this](RequestId id) {
        const auto found = transfers_.find(id);
        return found == transfers_.end() ? nullptr : found->second.get();
    };
    for (const RequestId id : ids) {
        if (auto* transfer = live(id)) {
            transfer->dirty = false;
            if (transfer->connected && !transfer->connected_told) {
                transfer->connected_told = true;
                transfer->sink->onConnected();
            }
        }
        if (auto* transfer = live(id);
            transfer != nullptr && transfer->head_complete && !transfer->head_told) {
            transfer->head_told = true;
            transfer->sink->onHead(transfer->status, transfer->headers);
        }
        if (auto* transfer = live(id);
            transfer != nullptr && transfer->head_told && !transfer->body.empty()) {
            const std::string body = std::move(transfer->body);
            transfer->body.clear();
            transfer->sink->onBody(body);
        }
        if (auto* transfer = live(id); transfer != nullptr && transfer->ended) {
            const std::unique_ptr<Transfer> kept = std::move(transfers_[id]);
            transfers_.erase(id);
            kept->sink->onEnd(kept->result);
        }
    }
    return true;
}

void CurlTransport::poll(std::int64_t timeout_us) {
    perform();
    if (deliver() || timeout_us <= 0) return;
    const auto ms = std::min<std::int64_t>((timeout_us + 999) / 1000, 3'600'000);
    int ready = 0;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(ms), &ready);
    perform();
    deliver();
}

void CurlTransport::wake() {
    curl_multi_wakeup(multi_);
}

} // namespace tally::provider
