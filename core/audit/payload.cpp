#include "core/audit/payload.h"

#include "core/audit/cfp.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {

std::string commitPayload(const Nonce& nonce, std::string_view log_id_hex, std::uint64_t seq,
                          std::string_view slot, std::string_view payload) {
    const auto id = fromHex(log_id_hex);
    if (!id || id->size() != 16) return {};
    std::string message("trace-payload/v1\0", 17);
    message += asText(*id);
    for (int shift = 56; shift >= 0; shift -= 8)
        message.push_back(static_cast<char>(seq >> shift));
    message += slot;
    message.push_back('\0');
    message += payload;
    return toHex(hmacSha256(nonce, message));
}

std::string Opening::commitment() const {
    return commitPayload(nonce, log_id, seq, slot, payload);
}

Result<Opening> Opening::parse(std::string_view line) {
    const auto bad = [](std::string_view what) {
        return fail("opening.format", fmt::format("an opening cannot be read: {}", what));
    };
    std::vector<CfpField> fields;
    const CfpStatus status = parseCfp(line, fields, 0);
    if (!status.ok()) return bad(toText(status.code));
    const EntryView view(line, fields.data(), fields.size());
    const auto seq = view.integer("seq");
    auto slot = view.text("slot");
    const auto log = view.plain("log");
    const auto nonce = view.plain("nonce");
    const auto payload = view.plain("payload");
    if (!seq || *seq < 0 || !slot || !log || !nonce || !payload)
        return bad("a field is missing or has a wrong type");
    const auto id = fromHex(*log);
    const auto nonce_bytes = fromHex(*nonce);
    const auto content = fromBase64(*payload);
    if (!id || id->size() != 16 || !nonce_bytes || nonce_bytes->size() != 32 || !content)
        return bad("log, nonce or payload");
    Opening out{static_cast<std::uint64_t>(*seq),
                std::move(*slot),
                std::string(*log),
                {},
                std::string(asText(*content))};
    std::copy(nonce_bytes->begin(), nonce_bytes->end(), out.nonce.begin());
    return out;
}

std::string Opening::line() const {
    std::string out = fmt::format(R"({{"log":"{}","nonce":"{}","payload":"{}","seq":{},"slot":)", log_id,
                                  toHex(nonce), toBase64(asBytes(payload)), seq);
    appendCfpString(out, slot);
    out.push_back('}');
    return out;
}

} // namespace tally::audit
