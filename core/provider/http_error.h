// Error answers of model servers, made readable. Knows the shapes of OpenAI, Anthropic, Gemini, vLLM,
// llama.cpp, Ollama and FastAPI; anything else is shown as text, made safe.
#pragma once
#include "core/model/call.h"
#include "core/provider/transport.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::provider {

/// Milliseconds from Retry-After (seconds or HTTP-date, RFC 9110 sections 10.2.3 and 5.6.7) or
/// retry-after-ms; never negative.
std::optional<std::int64_t> retryAfterMs(const Headers& headers, std::int64_t wall_us);
/// Microseconds since 1970 of any of the three forms of an HTTP-date.
std::optional<std::int64_t> parseHttpDate(std::string_view text);
/// The failure of a call that got a status other than 2xx. `rejected` is set for 4xx but 408, 409 and 425.
CallFailure httpFailure(int status, const Headers& headers, std::string_view body, std::int64_t wall_us);
/// The failure of a stream that carried an error object after status 200.
CallFailure streamFailure(const nlohmann::json& error);
/// The failure of a request that got no (complete) answer; `error` as HttpSink::onEnd gives it.
CallFailure transportFailure(const Error& error, bool sent);

} // namespace tally::provider
