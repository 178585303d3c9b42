#include "core/api/http_fetch.h"

#include "core/base/clock.h"
#include "core/provider/curl_transport.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
constexpr std::int64_t slice_us = 50'000; // how soon a cancel is seen

class Collect final : public provider::HttpSink {
public:
    explicit Collect(std::int64_t max_bytes)
        : max_bytes_(max_bytes) {}
    void onConnected() override {}
    void onHead(int status, const provider::Headers&) override { reply.status = status; }
    void onBody(std::string_view bytes) override {
        if (static_cast<std::int64_t>(reply.body.size() + bytes.size()) > max_bytes_)
            too_large = true;
        else
            reply.body.append(bytes);
    }
    void onEnd(Status result) override { end = std::move(result); }

    engine::HttpReply reply;
    std::optional<Status> end;
    bool too_large = false;

private:
    std::int64_t max_bytes_;
};
} // namespace

Result<engine::HttpReply> fetchOnce(provider::HttpRequest request, std::int64_t timeout_ms,
                                    std::int64_t max_bytes, const CancelToken& cancel) {
    const SystemClock clock;
    const std::int64_t deadline = clock.monoUs() + timeout_ms * 1000;
    const std::string url = request.url;
    provider::CurlTransport transport;
    Collect sink(max_bytes);
    const provider::RequestId id = transport.start(std::move(request), sink);
    while (!sink.end) {
        if (sink.too_large || cancel.cancelled() || clock.monoUs() >= deadline) {
            transport.cancel(id);
            if (sink.too_large)
                return fail("tool.too_large", fmt::format("the answer is larger than {} bytes", max_bytes),
                            "raise max_bytes", url);
            if (cancel.cancelled()) return fail("tool.cancelled", "the request was stopped", {}, url);
            return fail("tool.timeout", fmt::format("no complete answer within {} ms", timeout_ms),
                        "raise timeout_ms or look at the server", url);
        }
        transport.poll(std::min(slice_us, deadline - clock.monoUs()));
    }
    if (!*sink.end) return fail(sink.end->error());
    return std::move(sink.reply);
}

Result<engine::HttpReply> fetchForTool(const engine::HttpRequest& request, const NetworkSettings& network,
                                       const CancelToken& cancel) {
    provider::HttpRequest out;
    out.method = request.method;
    out.url = request.url;
    out.headers.assign(request.headers.begin(), request.headers.end());
    out.body = request.body;
    out.proxy = network.proxy;
    out.ca_file = network.ca_file;
    return fetchOnce(std::move(out), request.timeout_ms, request.max_bytes, cancel);
}

} // namespace tally::api
