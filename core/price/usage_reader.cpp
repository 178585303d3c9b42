#include "core/price/usage_reader.h"

#include "core/price/counters.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace tally::price {
namespace {
using nlohmann::json;

/// What the OpenAI-like reports give: parts inside totals.
struct Inside {
    std::int64_t input = 0, cached = 0, written = 0, audio_in = 0, output = 0, reasoning = 0, audio_out = 0;
};

/// A total that is larger than its parts holds tokens that the report does not name; some servers leave
/// reasoning out of the completion and only count it there.
void checkTotal(Counters& c, Inside& u) {
    const auto total = c.find("/total_tokens");
    if (!total || *total == u.input + u.output) return;
    if (u.reasoning > 0 && *total == u.input + u.output + u.reasoning)
        u.output += u.reasoning;
    else
        c.fail("usage.contradiction",
               fmt::format("The total ({}) is not input ({}) plus output ({})", *total, u.input, u.output),
               "/total_tokens");
}

Usage exclusive(Counters& c, const Inside& u) {
    c.inside("cached, cache-written and audio input tokens", u.cached + u.written + u.audio_in,
             "input tokens", u.input);
    c.inside("reasoning and audio output tokens", u.reasoning + u.audio_out, "output tokens", u.output);
    Usage usage;
    addCount(usage, meter::in, u.input - u.cached - u.written - u.audio_in);
    addCount(usage, meter::cache_read, u.cached);
    addCount(usage, meter::cache_write, u.written);
    addCount(usage, meter::audio_in, u.audio_in);
    addCount(usage, meter::out, u.output - u.reasoning - u.audio_out);
    addCount(usage, meter::reasoning, u.reasoning);
    addCount(usage, meter::audio_out, u.audio_out);
    return usage;
}

Usage readChat(Counters& c, Reading reading, bool cache_write) {
    Inside u;
    u.input = c.take("/prompt_tokens", true);
    u.cached = c.take("/prompt_tokens_details/cached_tokens");
    // The same count in other places: DeepSeek, Mistral, Moonshot.
    for (const char* again : {"/prompt_cache_hit_tokens", "/num_cached_tokens", "/cached_tokens"}) {
        if (reading == Reading::declared) break;
        const auto cached = c.find(again);
        if (cached && u.cached != 0 && *cached != u.cached)
            c.fail("usage.contradiction", "Two counts of cached tokens differ", again);
        if (cached) u.cached = *cached;
    }
    if (cache_write) u.written = c.take("/prompt_tokens_details/cache_write_tokens");
    u.audio_in = c.take("/prompt_tokens_details/audio_tokens");
    // Embeddings answers have no completion; their total says so.
    const auto total = c.find("/total_tokens");
    u.output = c.take("/completion_tokens", !total || *total != u.input);
    u.reasoning = c.take("/completion_tokens_details/reasoning_tokens");
    u.audio_out = c.take("/completion_tokens_details/audio_tokens");
    for (const char* share :
         {"/prompt_tokens_details/text_tokens", "/prompt_tokens_details/image_tokens",
          "/prompt_tokens_details/video_tokens", "/completion_tokens_details/text_tokens",
          "/completion_tokens_details/image_tokens", "/completion_tokens_details/accepted_prediction_tokens",
          "/completion_tokens_details/rejected_prediction_tokens", "/prompt_cache_miss_tokens",
          "/prompt_tokens_details/cached_tokens_details"})
        c.ignore(share);
    if (reading == Reading::full) checkTotal(c, u);
    return exclusive(c, u);
}

Usage readResponses(Counters& c, Reading reading) {
    Inside u;
    u.input = c.take("/input_tokens", true);
    u.cached = c.take("/input_tokens_details/cached_tokens");
    u.written = c.take("/input_tokens_details/cache_write_tokens");
    u.output = c.take("/output_tokens", true);
    u.reasoning = c.take("/output_tokens_details/reasoning_tokens");
    if (reading == Reading::full) checkTotal(c, u);
    return exclusive(c, u);
}

Usage readEmbeddings(Counters& c) {
    Inside u;
    u.input = c.take("/prompt_tokens", true);
    c.ignore("/total_tokens");
    return exclusive(c, u);
}

/// Adds one block of Anthropic counters (the report itself, or one of its iterations).
void addAnthropic(Counters& c, const std::string& at, bool hour_cache, Usage& usage) {
    const auto written = c.take(at + "/cache_creation_input_tokens");
    const auto minutes = c.find(at + "/cache_creation/ephemeral_5m_input_tokens");
    const auto hour = c.find(at + "/cache_creation/ephemeral_1h_input_tokens");
    const std::int64_t hour_tokens = hour_cache ? hour.value_or(0) : 0;
    if (hour_cache && (minutes || hour) && minutes.value_or(0) + hour.value_or(0) != written)
        c.fail("usage.contradiction", "The cache writes by lifetime do not sum to their total",
               at + "/cache_creation");
    const auto output = c.take(at + "/output_tokens", true);
    const auto reasoning = c.take(at + "/output_tokens_details/thinking_tokens");
    c.inside("thinking tokens", reasoning, "output tokens", output);
    addCount(usage, meter::in, c.take(at + "/input_tokens", true));
    addCount(usage, meter::cache_read, c.take(at + "/cache_read_input_tokens"));
    addCount(usage, meter::cache_write, written - hour_tokens);
    addCount(usage, meter::cache_write_1h, hour_tokens);
    addCount(usage, meter::out, output - reasoning);
    addCount(usage, meter::reasoning, reasoning);
}

Usage readAnthropic(Counters& c, Reading reading, bool cloud) {
    Usage usage;
    Usage sum;
    const auto iterations = c.root().find("iterations");
    addAnthropic(c, "", !cloud || reading == Reading::full, usage);
    // With context compaction the report's own counters leave the compaction out; its iterations are what is
    // billed.
    if (reading == Reading::full && iterations != c.root().end() && iterations->is_array() &&
        !iterations->empty()) {
        for (std::size_t i = 0; i < iterations->size(); ++i) {
            const auto& iteration = (*iterations)[i];
            const auto type = iteration.is_object() ? iteration.value("type", json()) : json();
            // Others (an adviser, for instance) run on another model at another price.
            if (type != "message" && type != "compaction") {
                c.fail("usage.unknown_counter",
                       "The usage report has an iteration of a kind that this reader does not know: " +
                           type.dump(),
                       fmt::format("/iterations/{}", i));
                break;
            }
            Counters one(iteration);
            addAnthropic(one, "", true, sum);
            one.refuseUnknown();
            if (auto checked = one.finish({}); !checked)
                c.fail(checked.error().code, checked.error().message,
                       fmt::format("/iterations/{}{}", i, checked.error().where));
        }
        usage = sum;
    }
    c.ignore("/iterations");
    if (!cloud) addCount(usage, meter::search, c.take("/server_tool_use/web_search_requests"));
    c.ignore("/server_tool_use/web_fetch_requests"); // free; its tokens are in the input
    return usage;
}

Usage readBedrock(Counters& c) {
    Usage usage;
    addCount(usage, meter::in, c.take("/inputTokens", true));
    addCount(usage, meter::cache_read, c.take("/cacheReadInputTokens"));
    const auto written = c.take("/cacheWriteInputTokens");
    std::int64_t hour = 0, listed = 0;
    const auto details = c.root().find("cacheDetails");
    if (details != c.root().end() && details->is_array())
        for (std::size_t i = 0; i < details->size(); ++i) {
            Counters one((*details)[i]);
            const auto tokens = one.take("/inputTokens");
            if (auto checked = one.finish({}); !checked)
                c.fail(checked.error().code, checked.error().message, fmt::format("/cacheDetails/{}", i));
            listed += tokens;
            if ((*details)[i].is_object() && (*details)[i].value("ttl", json()) == "1h") hour += tokens;
        }
    c.ignore("/cacheDetails");
    if (listed != 0 && listed != written)
        c.fail("usage.contradiction", "The cache writes by lifetime do not sum to their total",
               "/cacheDetails");
    addCount(usage, meter::cache_write, written - hour);
    addCount(usage, meter::cache_write_1h, hour);
    addCount(usage, meter::out, c.take("/outputTokens", true));
    for (const char* share : {"/cacheReadInputTokenCount", "/cacheWriteInputTokenCount", "/totalTokens"})
        c.ignore(share);
    return usage;
}

/// Tokens by modality: text, audio, image (documents are billed as images), video.
struct Modalities {
    std::int64_t text = 0, audio = 0, image = 0, video = 0;
    [[nodiscard]] std::int64_t other() const { return audio + image + video; }
};

Modalities modalities(Counters& c, const std::string& list) {
    Modalities out;
    c.ignore("/" + list);
    const auto it = c.root().find(list);
    if (it == c.root().end() || !it->is_array()) return out;
    for (std::size_t i = 0; i < it->size(); ++i) {
        const auto& entry = (*it)[i];
        const std::string at = fmt::format("/{}/{}", list, i);
        if (!entry.is_object() || !entry.contains("modality") || !entry["modality"].is_string()) {
            c.fail("usage.not_a_count", "An entry by modality has no modality", at);
            return out;
        }
        Counters inner(entry);
        const auto count = inner.take("/tokenCount");
        if (inner.failed())
            c.fail("usage.not_a_count", "A count by modality is not a whole number of tokens", at);
        const auto name = entry["modality"].get<std::string>();
        if (name == "TEXT")
            out.text += count;
        else if (name == "AUDIO")
            out.audio += count;
        else if (name == "IMAGE" || name == "DOCUMENT")
            out.image += count;
        else if (name == "VIDEO")
            out.video += count;
        else if (count > 0)
            c.fail("usage.unknown_counter", "The usage report has an unknown modality", at);
    }
    return out;
}

Usage readGemini(Counters& c, Reading reading) {
    const auto prompt = c.take("/promptTokenCount");
    const auto tools = c.take("/toolUsePromptTokenCount");
    const auto cached = c.take("/cachedContentTokenCount");
    const auto answer = c.take("/candidatesTokenCount");
    const auto thoughts = c.take("/thoughtsTokenCount");
    Modalities in = modalities(c, "promptTokensDetails");
    const Modalities tool = modalities(c, "toolUsePromptTokensDetails");
    const Modalities kept = modalities(c, "cacheTokensDetails");
    const Modalities out = modalities(c, "candidatesTokensDetails");
    c.ignore("/promptTokenDetails");
    in.text += tool.text, in.audio += tool.audio, in.image += tool.image, in.video += tool.video;
    const auto input = prompt + tools;
    c.inside("input tokens by modality", in.text + in.other(), "input tokens", input);
    c.inside("output tokens by modality", out.text + out.other(), "output tokens", answer);
    c.inside("cached tokens", cached, "input tokens", prompt);
    c.inside("cached tokens by modality", kept.text + kept.other(), "cached tokens", cached);
    if (cached > 0 && in.other() > 0 && kept.text + kept.other() != cached)
        c.fail(
            "usage.ambiguous",
            "The report does not say which modality the cached tokens have, and modalities cost differently",
            "/cacheTokensDetails");
    c.inside("cached audio tokens", kept.audio, "audio input tokens", in.audio);
    c.inside("cached image tokens", kept.image, "image input tokens", in.image);
    c.inside("cached video tokens", kept.video, "video input tokens", in.video);
    const auto total = c.find("/totalTokenCount");
    if (reading == Reading::full && total && *total != input + answer + thoughts)
        c.fail(
            "usage.contradiction",
            fmt::format("The total ({}) is not the sum of its parts ({})", *total, input + answer + thoughts),
            "/totalTokenCount");
    Usage usage;
    // A difference of cached and plain media by kind; video has no cache price of its own and counts as an
    // image there.
    addCount(usage, meter::audio_in, in.audio - kept.audio);
    addCount(usage, "image_in", in.image - kept.image);
    addCount(usage, "video_in", in.video - kept.video);
    addCount(usage, "cache_read_audio", kept.audio);
    addCount(usage, "cache_read_image", kept.image + kept.video);
    const auto plain_cached = cached - kept.other();
    addCount(usage, meter::cache_read, plain_cached);
    addCount(usage, meter::in, input - in.other() - plain_cached);
    c.inside("cached text tokens", plain_cached, "text input tokens", input - in.other());
    addCount(usage, meter::audio_out, out.audio);
    addCount(usage, "image_out", out.image);
    addCount(usage, "video_out", out.video);
    addCount(usage, meter::out, answer - out.other());
    addCount(usage, meter::reasoning, thoughts);
    return usage;
}

Usage readExclusive(Counters& c) {
    Usage usage;
    for (const auto& [name, value] : c.root().items()) {
        if (!meter::isValidName(name))
            c.fail("usage.unknown_counter", "This is not the name of a meter", "/" + name);
        else
            usage.qty[name] = c.take("/" + name, true);
    }
    return usage;
}
} // namespace

std::vector<std::string_view> usageFlavours() {
    return {"openai",    "openai-compatible", "openai-responses", "openai-embeddings",
            "anthropic", "anthropic-cloud",   "gemini",           "bedrock",
            "exclusive"};
}

Result<Usage> readUsage(std::string_view flavour, const json& raw, Reading reading) {
    if (!raw.is_object())
        return fail("usage.missing", "The provider sent no usage report",
                    "The call is booked at its reservation until its usage is known");
    Counters c(raw);
    Usage usage;
    if (flavour == "openai")
        usage = readChat(c, reading, true);
    else if (flavour == "openai-compatible")
        usage = readChat(c, reading, false);
    else if (flavour == "openai-responses")
        usage = readResponses(c, reading);
    else if (flavour == "openai-embeddings")
        usage = readEmbeddings(c);
    else if (flavour == "anthropic")
        usage = readAnthropic(c, reading, false);
    else if (flavour == "anthropic-cloud")
        usage = readAnthropic(c, reading, true);
    else if (flavour == "gemini")
        usage = readGemini(c, reading);
    else if (flavour == "bedrock")
        usage = readBedrock(c);
    else if (flavour == "exclusive")
        usage = readExclusive(c);
    else
        return fail("usage.unknown_flavour",
                    fmt::format("There is no reader for usage reports of the flavour \"{}\"", flavour));
    if (reading == Reading::full) c.refuseUnknown();
    return c.finish(std::move(usage));
}

} // namespace tally::price
