// Server-sent events (WHATWG HTML Living Standard, section 9.2.6 "Interpreting an event stream"), fed in
// pieces of any size: the same bytes give the same events however they are split.
//
// Bounded: an event may hold at most `max_event` bytes; beyond that push() fails with provider.protocol and
// the parser stays failed. Ill-formed UTF-8 is replaced by U+FFFD when an event is complete, so a split code
// point is never damaged. One deviation: a field "error" sets data and the event type "error", because older
// llama.cpp servers report errors so.
#pragma once
#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tally::provider {

struct SseEvent {
    std::string type; ///< "message" unless the stream says otherwise
    std::string data;
    bool operator==(const SseEvent&) const = default;
};

class SseParser {
public:
    explicit SseParser(std::size_t max_event = std::size_t{8} << 20)
        : max_event_(max_event) {}
    /// Calls `on_event` for every event that `bytes` complete.
    Status push(std::string_view bytes, const std::function<void(const SseEvent&)>& on_event);
    /// At the end of the stream: true if an event was begun and not ended (the standard discards it).
    [[nodiscard]] bool midEvent() const { return !line_.empty() || has_data_; }

private:
    Status endLine(const std::function<void(const SseEvent&)>& on_event);

    const std::size_t max_event_;
    std::string line_;
    std::string type_;
    std::string data_;
    bool has_data_ = false;
    bool after_cr_ = false;
    bool first_line_ = true;
    bool failed_ = false;
};

} // namespace tally::provider
