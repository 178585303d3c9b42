// Foreign bytes into the event-stream parser and all three decoders. The first byte chooses the wire, the
// second how the rest is cut; whatever comes in, the result is a value, and cutting differently changes
// nothing.
#include "core/base/encoding.h"
#include "core/provider/wire.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tally;
using namespace tally::provider;

namespace {
struct Seen {
    std::string outcome;
    std::string spoken;
};

Seen decode(const ProviderConfig& config, const ModelCall& call, int status, const char* type,
            std::string_view bytes, std::size_t piece) {
    const auto decoder = makeDecoder(config, call);
    decoder->head(status, {{"content-type", type}});
    Seen seen;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        if (!decoder->feed(bytes.substr(at, piece), [&](std::string_view text, bool) {
                if (!isUtf8(text)) std::abort();
                seen.spoken += text;
            }))
            break;
    seen.outcome = outcomeToJson(decoder->finish({}, true, 0))
                       .dump(-1, ' ', false, nlohmann::json::error_handler_t::strict);
    return seen;
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    ProviderConfig config;
    static constexpr ProviderKind kinds[] = {ProviderKind::openai, ProviderKind::anthropic,
                                             ProviderKind::gemini};
    config.kind = kinds[data[0] % 3];
    ModelCall call;
    if ((data[0] & 0x10U) != 0) call.output_schema = {{"type", "object"}};
    if ((data[0] & 0x20U) != 0) call.embed = {"a", "b"};
    const int status = (data[0] & 0x40U) != 0 ? 429 : 200;
    const char* type = (data[0] & 0x80U) != 0 ? "application/json" : "text/event-stream";
    const Seen whole = decode(config, call, status, type, bytes, bytes.size() + 1);
    const Seen cut = decode(config, call, status, type, bytes, data[1] % 32 + 1U);
    if (whole.outcome != cut.outcome || whole.spoken != cut.spoken) std::abort();
    return 0;
}
