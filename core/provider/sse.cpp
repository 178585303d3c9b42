#include "core/provider/sse.h"

#include "core/base/encoding.h"

namespace tally::provider {
namespace {
tl::unexpected<Error> tooLong() {
    return fail("provider.protocol", "the server sent an event that is longer than allowed",
                "check that base_url points at a model server");
}
std::string wellFormed(std::string_view text) {
    return isUtf8(text) ? std::string(text) : scrubUtf8(text);
}
} // namespace

Status SseParser::push(std::string_view bytes, const std::function<void(const SseEvent&)>& on_event) {
    if (failed_) return tooLong();
    if (after_cr_ && !bytes.empty()) {
        // CR LF counts as one line end even when a piece ends between the two.
        if (bytes.front() == '\n') bytes.remove_prefix(1);
        after_cr_ = false;
    }
    while (!bytes.empty()) {
        const auto end = bytes.find_first_of("\r\n");
        const auto piece = bytes.substr(0, end);
        if (line_.size() + data_.size() + piece.size() > max_event_) {
            failed_ = true;
            return tooLong();
        }
        line_.append(piece);
        if (end == std::string_view::npos) return {};
        const bool carriage = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (carriage) {
            if (bytes.empty())
                after_cr_ = true;
            else if (bytes.front() == '\n')
                bytes.remove_prefix(1);
        }
        TALLY_TRY(endLine(on_event));
    }
    return {};
}

Status SseParser::endLine(const std::function<void(const SseEvent&)>& on_event) {
    std::string_view line = line_;
    if (first_line_) {
        first_line_ = false;
        if (line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
    }
    if (line.empty()) {
        if (has_data_) {
            const SseEvent event{type_.empty() ? "message" : wellFormed(type_), wellFormed(data_)};
            on_event(event);
        }
        type_.clear();
        data_.clear();
        has_data_ = false;
        line_.clear();
        return {};
    }
    const auto colon = line.find(':');
    const auto field = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (field == "event") {
        type_ = value;
    } else if (field == "data" || field == "error") {
        if (field == "error") type_ = "error";
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    }
    line_.clear();
    return {};
}

} // namespace tally::provider
