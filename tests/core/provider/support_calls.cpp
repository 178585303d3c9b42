#include "tests/core/provider/support_calls.h"

#include <chrono>

namespace tally::test {

ModelCall simpleCall(const std::string& provider, const std::string& model, const std::string& text) {
    ModelCall call;
    call.provider = provider;
    call.model = model;
    call.messages = {{"user", text}};
    call.max_tokens = 100;
    return call;
}

std::string fixture(const std::string& name) {
    std::string path = TALLY_SOURCE_DIR "/tests/fixtures/provider/";
    path += name;
    return DiskFileSystem().read(path, 1 << 24).value_or("");
}

provider::CallEvents Heard::events() {
    provider::CallEvents events;
    events.on_text = [this](std::string_view piece, bool is_reasoning) {
        if (ends > 0) ++after_end;
        (is_reasoning ? reasoning : text) += piece;
        pieces.emplace_back(piece);
    };
    events.on_end = [this](provider::CallOutcome result) {
        if (ends > 0) ++after_end;
        ++ends;
        outcome = std::move(result);
    };
    return events;
}

const ModelAnswer& Heard::answer() const {
    static const ModelAnswer none;
    return outcome && std::holds_alternative<ModelAnswer>(*outcome) ? std::get<ModelAnswer>(*outcome) : none;
}

const CallFailure& Heard::failure() const {
    static const CallFailure none;
    return outcome && std::holds_alternative<CallFailure>(*outcome) ? std::get<CallFailure>(*outcome) : none;
}

void pollUntilEnd(provider::ModelPort& port, const Heard& heard, std::int64_t timeout_us, int rounds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (int i = 0; heard.ends == 0 && (i < rounds || std::chrono::steady_clock::now() < end); ++i)
        port.poll(timeout_us);
}

} // namespace tally::test
