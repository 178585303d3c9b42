// Foreign bytes as another tool's plain log, and as a dialect file: always a verdict, never "anchored"
// without a pin, breaks with a place inside the file, and a dialect that was read writes itself again.
#include "core/audit/plain_log.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace tally;
using namespace tally::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    // A dialect may stand in the first line, behind a '#'.
    PlainOptions options;
    std::string log = bytes;
    if (bytes.starts_with('#')) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        if (auto dialect = PlainDialect::parse(std::string_view(bytes).substr(1, end - 1))) {
            const auto again = PlainDialect::parse(dialect->text());
            if (!again || !(*again == *dialect)) std::abort();
            options.dialect = std::move(*dialect);
        }
        log = bytes.substr(std::min(end + 1, bytes.size()));
    }
    (void)looksPlain(log);
    const auto verdict = verifyPlain(*BundleData::fromBytes(log), options);
    if (!verdict) {
        if (verdict.error().code != "dialect.algorithm") std::abort();
        return 0;
    }
    if (verdict->ok() || verdict->breaks.size() > max_breaks || explain(*verdict).empty()) std::abort();
    const auto all =
        static_cast<std::uint64_t>(std::count(log.begin(), log.end(), '\n')) + 1; // empty ones too
    for (const PlainBreak& each : verdict->breaks)
        if (each.line == 0 || each.line > all) std::abort();
    const nlohmann::json json = *verdict;
    (void)json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return 0;
}
