// An HttpTransport without sockets: requests are kept, answers come from a script, and waiting moves the
// FakeClock, so that time-outs and simulated models run without sleeping.
#pragma once
#include "core/base/clock.h"
#include "core/provider/transport.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::test {

class FakeTransport final : public provider::HttpTransport {
public:
    /// One thing that the server does, `after_us` after the thing before it.
    struct Act {
        enum class What { connect, head, body, end, cut } what = What::connect;
        std::int64_t after_us = 0;
        int status = 200;
        provider::Headers headers;
        std::string bytes;
        Error error;
    };
    using Script = std::vector<Act>;
    /// connect, head 200, the body in pieces of `piece` bytes, end; `gap_us` between all of them.
    static Script answer(std::string body, std::string content_type = "text/event-stream",
                         std::size_t piece = 64, std::int64_t gap_us = 1000);
    static Script error(int status, std::string body, provider::Headers headers = {});

    explicit FakeTransport(FakeClock& clock)
        : clock_(clock) {}
    /// Scripts are used in the order of the requests; without one a request hangs for ever (not even
    /// connected).
    void expect(Script script) { scripts_.push_back(std::move(script)); }

    provider::RequestId start(provider::HttpRequest request, provider::HttpSink& sink) override;
    void cancel(provider::RequestId id) override;
    void poll(std::int64_t timeout_us) override;
    void wake() override { woken_ = true; }

    std::vector<provider::HttpRequest> requests; ///< everything that was started
    std::size_t cancelled = 0;

private:
    struct Live {
        provider::HttpSink* sink = nullptr;
        Script script;
        std::size_t at = 0;
        std::int64_t due_us = 0;
    };
    bool playDue();
    FakeClock& clock_;
    std::vector<Script> scripts_;
    std::size_t next_script_ = 0;
    std::map<provider::RequestId, Live> live_;
    std::atomic<bool> woken_{false};
};

} // namespace tally::test
