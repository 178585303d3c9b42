#include "core/model/call.h"

namespace tally {

void to_json(nlohmann::json& out, const ModelCall& c) {
    // What identifies the question: time-outs and the idempotency key are not part of it, so that a replayed
    // call hashes alike.
    out = {{"provider", c.provider}, {"model", c.model}, {"max_tokens", c.max_tokens}};
    auto& messages = out["messages"] = nlohmann::json::array();
    for (const auto& m : c.messages)
        messages.push_back({{"role", m.role}, {"text", m.text}});
    if (!c.output_schema.is_null()) out["output_schema"] = c.output_schema;
    if (c.temperature) out["temperature"] = *c.temperature;
    if (c.seed) out["seed"] = *c.seed;
    if (!c.stop.empty()) out["stop"] = c.stop;
    if (!c.extra.is_null()) out["extra"] = c.extra;
    if (!c.embed.empty()) out["embed"] = c.embed;
}

} // namespace tally
