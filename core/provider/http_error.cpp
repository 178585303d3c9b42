#include "core/provider/http_error.h"

#include "core/base/encoding.h"
#include "core/base/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>

namespace tally::provider {
namespace {
using nlohmann::json;

std::optional<std::int64_t> integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

std::string_view textField(const json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return {};
    return found->get_ref<const std::string&>();
}

struct ErrorBody {
    std::string message;
    std::string type; ///< OpenAI's type or code, Anthropic's type, Gemini's status
    std::string code;
    std::optional<std::int64_t> retry_ms;
};

/// "34s" or "1.5s", as google.rpc.RetryInfo writes a duration.
std::optional<std::int64_t> durationMs(std::string_view text) {
    if (text.empty() || text.back() != 's') return std::nullopt;
    text.remove_suffix(1);
    const auto dot = text.find('.');
    const auto seconds = integer(text.substr(0, dot));
    if (!seconds || *seconds < 0 || *seconds > 1'000'000) return std::nullopt;
    std::int64_t ms = *seconds * 1000;
    if (dot != std::string_view::npos) {
        std::string digits(text.substr(dot + 1, 3));
        digits.resize(3, '0');
        ms += integer(digits).value_or(0);
    }
    return ms;
}

void readObject(const json& error, ErrorBody& out) {
    if (error.is_string()) {
        out.message = error.get<std::string>();
        return;
    }
    out.message = textField(error, "message");
    out.type = textField(error, "type");
    if (out.type.empty()) out.type = textField(error, "status");
    out.code = textField(error, "code");
    if (!error.is_object()) return;
    if (const auto details = error.find("details"); details != error.end() && details->is_array())
        for (const auto& detail : *details)
            if (const auto delay = textField(detail, "retryDelay"); !delay.empty())
                out.retry_ms = durationMs(delay);
}

ErrorBody readBody(std::string_view body) {
    ErrorBody out;
    const json parsed = parseJson(body).value_or(json());
    const json& root = parsed.is_array() && !parsed.empty() ? parsed.front() : parsed;
    if (root.is_object()) {
        if (const auto error = root.find("error"); error != root.end())
            readObject(*error, out);
        else if (!textField(root, "message").empty())
            readObject(root, out);
        else if (const auto detail = root.find("detail"); detail != root.end())
            out.message = detail->is_string() ? detail->get<std::string>()
                                              : detail->dump(-1, ' ', false, json::error_handler_t::replace);
    }
    if (out.message.empty()) out.message = std::string(body.substr(0, 300));
    out.message = escapeForDisplay(out.message, 600);
    return out;
}

std::string hintFor(int status, const ErrorBody& body) {
    if (body.code == "insufficient_quota" || status == 402)
        return "the account has no credit left: see the provider's billing page";
    switch (status) {
    case 400:
        return "the request does not fit this model: see the message; model name, max_tokens and schema are "
               "the usual causes";
    case 401:
        return "check the key, then: tally provider set NAME --key-env VARIABLE";
    case 403:
        return "the key may not use this model or project";
    case 404:
        return "check the model's name and base_url";
    case 413:
        return "the request is too large: trim the context";
    case 422:
        return "the server does not know one of the fields: see the message";
    case 429:
        return "too many requests or tokens per minute: set limits of this provider";
    case 529:
        return "the provider is overloaded: try again later";
    default:
        break;
    }
    if (status >= 300 && status < 400)
        return "base_url has moved: redirects are not followed, set the new address";
    if (status >= 500) return "the server failed: try again later";
    return {};
}

bool retryableStatus(int status) {
    static constexpr std::array<int, 9> codes{408, 409, 425, 429, 500, 502, 503, 504, 529};
    return std::find(codes.begin(), codes.end(), status) != codes.end();
}
} // namespace

std::string_view headerValue(const Headers& headers, std::string_view name) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    for (const auto& [key, value] : headers)
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
    return {};
}

std::optional<std::int64_t> parseHttpDate(std::string_view text) {
    static constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                             "jul", "aug", "sep", "oct", "nov", "dec"};
    int month = 0;
    std::array<std::int64_t, 2> numbers{}; // day, year: in this order in all three forms
    std::size_t count = 0;
    std::int64_t seconds = -1;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" ,-"), text.size());
        std::string word(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        if (word.size() == 8 && word[2] == ':' && word[5] == ':') {
            const auto h = integer(word.substr(0, 2)), m = integer(word.substr(3, 2)),
                       s = integer(word.substr(6, 2));
            if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
            seconds = *h * 3600 + *m * 60 + *s;
        } else if (const auto number = integer(word)) {
            if (count < 2) numbers[count++] = *number;
        } else {
            std::transform(word.begin(), word.end(), word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            const auto found = std::find(months.begin(), months.end(), word);
            if (found != months.end()) month = static_cast<int>(found - months.begin()) + 1;
        }
    }
    if (month == 0 || count < 2 || seconds < 0) return std::nullopt;
    std::int64_t year = numbers[1];
    if (year < 70) year += 2000;
    if (year < 100) year += 1900;
    const std::chrono::year_month_day date{
        std::chrono::year(static_cast<int>(std::clamp<std::int64_t>(year, 1970, 9999))),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(std::clamp<std::int64_t>(numbers[0], 0, 40)))};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return (days * 86'400 + seconds) * 1'000'000;
}

std::optional<std::int64_t> retryAfterMs(const Headers& headers, std::int64_t wall_us) {
    constexpr std::int64_t longest_ms = 7 * 86'400'000LL;
    if (const auto ms = integer(headerValue(headers, "retry-after-ms")); ms && *ms >= 0)
        return std::min(*ms, longest_ms);
    const auto value = headerValue(headers, "retry-after");
    if (value.empty()) return std::nullopt;
    if (const auto seconds = integer(value))
        return std::clamp<std::int64_t>(*seconds, 0, longest_ms / 1000) * 1000;
    if (const auto date = parseHttpDate(value))
        return std::clamp<std::int64_t>((*date - wall_us) / 1000, 0, longest_ms);
    return std::nullopt;
}

CallFailure httpFailure(int status, const Headers& headers, std::string_view body, std::int64_t wall_us) {
    const auto content = readBody(body);
    CallFailure failure;
    failure.http_status = status;
    // 408, 409 and 425 may come from a gateway while the model behind it still works, like any 5xx.
    failure.rejected = status >= 400 && status < 500 && status != 408 && status != 409 && status != 425;
    failure.error.code = status >= 500 ? "provider.http_5xx" : fmt::format("provider.http_{}", status);
    failure.error.message =
        fmt::format("the provider answered {}{}{}: {}", status, content.type.empty() ? "" : " ", content.type,
                    content.message.empty() ? "without saying why" : content.message);
    failure.error.hint = hintFor(status, content);
    // Out of credit is reported as 429 but does not get better by waiting.
    failure.retryable = retryableStatus(status) && content.code != "insufficient_quota" &&
                        content.type != "insufficient_quota";
    failure.retry_after_ms = retryAfterMs(headers, wall_us);
    if (!failure.retry_after_ms) failure.retry_after_ms = content.retry_ms;
    return failure;
}

CallFailure streamFailure(const json& error) {
    ErrorBody content;
    readObject(error, content);
    int status = 0;
    if (error.is_object())
        if (const auto code = error.find("code"); code != error.end() && code->is_number_integer()) {
            const auto number = code->get<std::int64_t>();
            if (number >= 400 && number <= 599) status = static_cast<int>(number);
        }
    static constexpr std::array<std::pair<std::string_view, int>, 8> types{{{"overloaded_error", 529},
                                                                            {"rate_limit_error", 429},
                                                                            {"api_error", 500},
                                                                            {"server_error", 500},
                                                                            {"timeout_error", 504},
                                                                            {"invalid_request_error", 400},
                                                                            {"authentication_error", 401},
                                                                            {"permission_error", 403}}};
    for (const auto& [type, code] : types)
        if (status == 0 && content.type == type) status = code;
    if (status == 0) status = 500;
    CallFailure failure;
    failure.http_status = status;
    failure.error.code = status >= 500 ? "provider.http_5xx" : fmt::format("provider.http_{}", status);
    failure.error.message =
        fmt::format("the provider broke off with an error{}{}: {}", content.type.empty() ? "" : " ",
                    content.type, escapeForDisplay(content.message, 600));
    failure.error.hint = hintFor(status, content);
    failure.retryable = retryableStatus(status);
    failure.retry_after_ms = content.retry_ms;
    return failure;
}

CallFailure transportFailure(const Error& error, bool sent) {
    CallFailure failure;
    failure.error = error;
    failure.sent = sent;
    static constexpr std::array<std::string_view, 6> passing{"provider.connect",
                                                             "provider.cut",
                                                             "provider.stall",
                                                             "provider.timeout_connect",
                                                             "provider.timeout_first_token",
                                                             "provider.timeout_total"};
    failure.retryable = std::find(passing.begin(), passing.end(), error.code) != passing.end();
    return failure;
}

} // namespace tally::provider
