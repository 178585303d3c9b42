// HttpTransport over one curl multi handle: HTTP/2 by ALPN, keep-alive, TLS verified against the system's
// certificates (or ca_file), proxies. Redirects are never followed, so a key cannot travel to another host.
//
// Thread: the engine thread, except wake(). One request on the wire per start(): curl's own second try on a
// stale connection is refused and reported as provider.cut.
#pragma once
#include "core/provider/transport.h"

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tally::provider {

class CurlTransport final : public HttpTransport {
public:
    CurlTransport();
    ~CurlTransport() override;
    CurlTransport(const CurlTransport&) = delete;
    CurlTransport& operator=(const CurlTransport&) = delete;

    RequestId start(HttpRequest request, HttpSink& sink) override;
    void cancel(RequestId id) override;
    void hangUp(std::span<const RequestId> ids) override;
    void poll(std::int64_t timeout_us) override;
    void wake() override;
    /// Connections that were opened so far: for tests of keep-alive.
    [[nodiscard]] std::int64_t connectionsOpened() const { return connections_opened_; }

private:
    struct Transfer;
    struct Callbacks;
    void perform();
    bool deliver();

    /// The socket whose local end has this port; -1: not known. libcurl tells which socket a transfer uses
    /// only after its end (CURLINFO_ACTIVESOCKET), but the port before the request goes out.
    [[nodiscard]] int socketAt(int local_port);
    void flush(int line);

    std::unordered_map<int, int> sockets_; ///< open ones: descriptor -> local port, 0 until it is connected
    void* multi_ = nullptr;                ///< CURLM; curl's header stays out of ours
    std::map<RequestId, std::unique_ptr<Transfer>> transfers_;
    std::vector<RequestId> dirty_; ///< have something to tell
    RequestId next_ = 1;
    std::int64_t connections_opened_ = 0;
};

} // namespace tally::provider
