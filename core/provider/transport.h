// HTTP through an interface, so that wires and the hub are tested without sockets.
//
// Thread: the engine thread, except wake(). Callbacks come inside poll() only, and a callback may start and
// cancel requests.
#pragma once
#include "core/base/result.h"
#include "core/provider/key_store.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::provider {

using Headers = std::vector<std::pair<std::string, std::string>>;
/// Value of the first header of that name (any case); empty when absent.
std::string_view headerValue(const Headers& headers, std::string_view name);

struct HttpRequest {
    std::string method = "POST";
    std::string url;
    Headers headers;
    std::string key_header; ///< name of the header that carries `key`, e.g. "Authorization"; empty: none
    std::string key_prefix; ///< "Bearer " or empty
    Secret key;
    std::string body;
    std::string proxy;                  ///< as in ProviderConfig
    std::string ca_file;                ///< as in ProviderConfig
    bool keep_alive = true;             ///< false: a connection of its own, closed afterwards
    bool http2_prior_knowledge = false; ///< HTTP/2 without TLS, for servers known to speak it
};

/// What a request tells its owner. Order: connected? (head body*)? end. Nothing comes after end or after
/// cancel().
class HttpSink {
public:
    virtual ~HttpSink() = default;
    /// The connection stands and the request goes out now: from here on bytes may have been sent.
    virtual void onConnected() = 0;
    virtual void onHead(int status, const Headers& headers) = 0;
    virtual void onBody(std::string_view bytes) = 0;
    /// No error: the response is complete. Codes: provider.connect, provider.tls, provider.cut,
    /// provider.protocol.
    virtual void onEnd(Status result) = 0;
};

using RequestId = std::uint64_t; ///< 0 is never used

class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    /// `sink` must live until onEnd or cancel(). Never calls back at once; a request that cannot start ends
    /// in poll().
    virtual RequestId start(HttpRequest request, HttpSink& sink) = 0;
    /// Closes the stream now; no callback follows. Unknown ids are ignored.
    virtual void cancel(RequestId id) = 0;
    /// Shuts the connections that serve nothing but these requests; each still needs its cancel().
    virtual void hangUp(std::span<const RequestId> ids) { (void)ids; }
    /// Moves everything forward; waits for at most `timeout_us` of monotonic time, or until something happens
    /// or wake().
    virtual void poll(std::int64_t timeout_us) = 0;
    /// Ends a poll() that waits, or the next one. Any thread.
    virtual void wake() = 0;
};

} // namespace tally::provider
