#include "tests/support/fake_transport.h"

#include <algorithm>
#include <limits>

namespace tally::test {
using provider::Headers;
using provider::HttpRequest;
using provider::HttpSink;
using provider::RequestId;

FakeTransport::Script FakeTransport::answer(std::string body, std::string content_type, std::size_t piece,
                                            std::int64_t gap_us) {
    Script script;
    script.push_back({Act::What::connect, gap_us, 0, {}, {}, {}});
    script.push_back({Act::What::head, gap_us, 200, {{"content-type", std::move(content_type)}}, {}, {}});
    for (std::size_t at = 0; at < body.size(); at += piece)
        script.push_back({Act::What::body, gap_us, 0, {}, body.substr(at, piece), {}});
    script.push_back({Act::What::end, gap_us, 0, {}, {}, {}});
    return script;
}

FakeTransport::Script FakeTransport::error(int status, std::string body, Headers headers) {
    return {{Act::What::connect, 1000, 0, {}, {}, {}},
            {Act::What::head, 1000, status, std::move(headers), {}, {}},
            {Act::What::body, 0, 0, {}, std::move(body), {}},
            {Act::What::end, 0, 0, {}, {}, {}}};
}

RequestId FakeTransport::start(HttpRequest request, HttpSink& sink) {
    requests.push_back(std::move(request));
    const RequestId id = requests.size();
    Live live;
    live.sink = &sink;
    if (next_script_ < scripts_.size()) live.script = scripts_[next_script_++];
    live.due_us = live.script.empty() ? std::numeric_limits<std::int64_t>::max()
                                      : clock_.monoUs() + live.script.front().after_us;
    live_.emplace(id, std::move(live));
    return id;
}

void FakeTransport::cancel(RequestId id) {
    cancelled += live_.erase(id);
}

bool FakeTransport::playDue() {
    for (auto& [id, live] : live_) {
        if (live.due_us > clock_.monoUs()) continue;
        const Act act = live.script[live.at++];
        HttpSink& sink = *live.sink;
        live.due_us = live.at < live.script.size() ? clock_.monoUs() + live.script[live.at].after_us
                                                   : std::numeric_limits<std::int64_t>::max();
        if (act.what == Act::What::end || act.what == Act::What::cut) live_.erase(id);
        // From here on the sink may change live_: nothing of it is used any more.
        switch (act.what) {
        case Act::What::connect:
            sink.onConnected();
            break;
        case Act::What::head:
            sink.onHead(act.status, act.headers);
            break;
        case Act::What::body:
            sink.onBody(act.bytes);
            break;
        case Act::What::end:
            sink.onEnd({});
            break;
        case Act::What::cut:
            sink.onEnd(fail(act.error));
            break;
        }
        return true;
    }
    return false;
}

void FakeTransport::poll(std::int64_t timeout_us) {
    bool played = false;
    while (playDue())
        played = true;
    if (woken_.exchange(false) || played || timeout_us <= 0) return;
    std::int64_t wait = timeout_us;
    for (const auto& [id, live] : live_)
        if (live.due_us != std::numeric_limits<std::int64_t>::max())
            wait = std::min(wait, live.due_us - clock_.monoUs());
    clock_.advanceUs(std::max<std::int64_t>(wait, 0));
    while (playDue()) {
    }
}

} // namespace tally::test
