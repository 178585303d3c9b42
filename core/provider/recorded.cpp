#include "core/provider/recorded.h"

#include "core/base/hash.h"

#include <fmt/format.h>

#include <chrono>

namespace tally::provider {
namespace {
using nlohmann::json;

/// Length before text, so that no two different calls feed the same bytes.
void feed(Sha256& hash, std::string_view text) {
    const std::string length = fmt::format("{}:", text.size());
    hash.update(std::string_view(length));
    hash.update(text);
}
void feedJson(Sha256& hash, const json& value) {
    feed(hash, value.is_null() ? std::string() : value.dump(-1, ' ', false, json::error_handler_t::replace));
}

json answerToJson(const ModelAnswer& answer) {
    json out{{"text", answer.text},
             {"finish_reason", answer.finish_reason},
             {"usage_raw", answer.usage_raw},
             {"usage_flavour", answer.usage_flavour},
             {"response_id", answer.response_id},
             {"reported_model", answer.reported_model},
             {"service_tier", answer.service_tier},
             {"ttft_us", answer.ttft_us},
             {"latency_us", answer.latency_us},
             {"simulated", answer.simulated}};
    if (!answer.reasoning.empty()) out["reasoning"] = answer.reasoning;
    if (!answer.embeddings.empty()) out["embeddings"] = answer.embeddings;
    return out;
}

auto wrong(const std::string& where, const char* what) {
    return fail("replay.journal", fmt::format("a recorded call is damaged: {}", what), {}, where);
}

Status readText(const json& in, const char* key, std::string& out) {
    const auto found = in.find(key);
    if (found == in.end() || found->is_null()) return {};
    if (!found->is_string()) return wrong(std::string("/") + key, "not text");
    out = found->get<std::string>();
    return {};
}
Status readInteger(const json& in, const char* key, std::int64_t& out) {
    const auto found = in.find(key);
    if (found == in.end() || found->is_null()) return {};
    if (!found->is_number_integer()) return wrong(std::string("/") + key, "not a whole number");
    out = found->get<std::int64_t>();
    return {};
}
Status readFlag(const json& in, const char* key, bool& out) {
    const auto found = in.find(key);
    if (found == in.end()) return {};
    if (!found->is_boolean()) return wrong(std::string("/") + key, "neither true nor false");
    out = found->get<bool>();
    return {};
}

Result<ModelAnswer> answerFromJson(const json& in) {
    if (!in.is_object()) return wrong("/answer", "not an object");
    ModelAnswer answer;
    TALLY_TRY(readText(in, "text", answer.text));
    TALLY_TRY(readText(in, "reasoning", answer.reasoning));
    TALLY_TRY(readText(in, "finish_reason", answer.finish_reason));
    TALLY_TRY(readText(in, "usage_flavour", answer.usage_flavour));
    TALLY_TRY(readText(in, "response_id", answer.response_id));
    TALLY_TRY(readText(in, "reported_model", answer.reported_model));
    TALLY_TRY(readText(in, "service_tier", answer.service_tier));
    TALLY_TRY(readInteger(in, "ttft_us", answer.ttft_us));
    TALLY_TRY(readInteger(in, "latency_us", answer.latency_us));
    TALLY_TRY(readFlag(in, "simulated", answer.simulated));
    if (const auto usage = in.find("usage_raw"); usage != in.end()) answer.usage_raw = *usage;
    if (const auto vectors = in.find("embeddings"); vectors != in.end()) {
        if (!vectors->is_array()) return wrong("/embeddings", "not a list");
        for (const auto& vector : *vectors) {
            if (!vector.is_array()) return wrong("/embeddings", "not a list of lists");
            auto& out = answer.embeddings.emplace_back();
            for (const auto& value : vector) {
                if (!value.is_number()) return wrong("/embeddings", "not a number");
                out.push_back(value.get<float>());
            }
        }
    }
    return answer;
}

Result<CallFailure> failureFromJson(const json& in) {
    if (!in.is_object()) return wrong("/failure", "not an object");
    CallFailure failure;
    std::int64_t status = 0;
    TALLY_TRY(readText(in, "code", failure.error.code));
    TALLY_TRY(readText(in, "message", failure.error.message));
    TALLY_TRY(readText(in, "hint", failure.error.hint));
    TALLY_TRY(readText(in, "where", failure.error.where));
    TALLY_TRY(readFlag(in, "sent", failure.sent));
    TALLY_TRY(readFlag(in, "retryable", failure.retryable));
    TALLY_TRY(readFlag(in, "rejected", failure.rejected));
    TALLY_TRY(readInteger(in, "http_status", status));
    failure.http_status = static_cast<int>(status);
    if (in.contains("retry_after_ms"))
        TALLY_TRY(readInteger(in, "retry_after_ms", failure.retry_after_ms.emplace()));
    if (const auto partial = in.find("partial"); partial != in.end()) {
        TALLY_ASSIGN(failure.partial, answerFromJson(*partial));
    }
    return failure;
}
} // namespace

std::string callHash(const ModelCall& call) {
    Sha256 hash;
    feed(hash, "tally-call-1");
    feed(hash, call.provider);
    feed(hash, call.model);
    feed(hash, std::to_string(call.messages.size()));
    for (const auto& message : call.messages) {
        feed(hash, message.role);
        feed(hash, message.text);
    }
    feedJson(hash, call.output_schema);
    feed(hash, std::to_string(call.max_tokens));
    feed(hash, call.temperature ? json(*call.temperature).dump() : std::string());
    feed(hash, call.seed ? std::to_string(*call.seed) : std::string());
    feed(hash, std::to_string(call.stop.size()));
    for (const auto& stop : call.stop)
        feed(hash, stop);
    feedJson(hash, call.extra);
    feed(hash, std::to_string(call.embed.size()));
    for (const auto& text : call.embed)
        feed(hash, text);
    return toHex(hash.finish());
}

json outcomeToJson(const CallOutcome& outcome) {
    if (const auto* answer = std::get_if<ModelAnswer>(&outcome)) return {{"answer", answerToJson(*answer)}};
    const auto& failure = std::get<CallFailure>(outcome);
    json out{{"code", failure.error.code},
             {"message", failure.error.message},
             {"hint", failure.error.hint},
             {"where", failure.error.where},
             {"sent", failure.sent},
             {"retryable", failure.retryable},
             {"rejected", failure.rejected},
             {"http_status", failure.http_status},
             {"partial", answerToJson(failure.partial)}};
    if (failure.retry_after_ms) out["retry_after_ms"] = *failure.retry_after_ms;
    return {{"failure", std::move(out)}};
}

Result<CallOutcome> outcomeFromJson(const json& in) {
    if (!in.is_object()) return wrong("", "not an object");
    if (const auto answer = in.find("answer"); answer != in.end()) {
        TALLY_ASSIGN(auto value, answerFromJson(*answer));
        return CallOutcome(std::move(value));
    }
    const auto failure = in.find("failure");
    if (failure == in.end()) return wrong("", "neither an answer nor a failure");
    TALLY_ASSIGN(auto value, failureFromJson(*failure));
    return CallOutcome(std::move(value));
}

void to_json(json& out, const RecordedCall& call) {
    out = outcomeToJson(call.outcome);
    out["call_hash"] = call.call_hash;
    out["attempt"] = call.attempt;
    out["started_us"] = call.started_us;
    out["duration_us"] = call.duration_us;
}

Result<RecordedCall> recordedCallFromJson(const json& in) {
    TALLY_ASSIGN(auto outcome, outcomeFromJson(in));
    RecordedCall call;
    call.outcome = std::move(outcome);
    TALLY_TRY(readText(in, "call_hash", call.call_hash));
    TALLY_TRY(readText(in, "attempt", call.attempt));
    TALLY_TRY(readInteger(in, "started_us", call.started_us));
    TALLY_TRY(readInteger(in, "duration_us", call.duration_us));
    return call;
}

RecordingPort::RecordingPort(ModelPort& inner, const Clock& clock, Sink sink)
    : inner_(inner)
    , clock_(clock)
    , sink_(std::move(sink)) {}

CallId RecordingPort::start(const Reservation& reservation, const ModelCall& call, CallEvents events) {
    RecordedCall record;
    record.call_hash = callHash(call);
    record.attempt = reservation.attempt().str();
    record.started_us = clock_.wallUs();
    CallEvents wrapped;
    wrapped.on_text = std::move(events.on_text);
    wrapped.on_end = [this, record = std::move(record), began = clock_.monoUs(),
                      on_end = std::move(events.on_end)](CallOutcome outcome) mutable {
        record.duration_us = clock_.monoUs() - began;
        record.outcome = std::move(outcome);
        if (sink_) sink_(record);
        if (on_end) on_end(std::move(record.outcome));
    };
    return inner_.start(reservation, call, std::move(wrapped));
}

void MemoryJournal::add(RecordedCall call) {
    ++left_;
    calls_[call.call_hash].push_back(std::move(call));
}

std::optional<RecordedCall> MemoryJournal::take(const std::string& call_hash, const ModelCall&) {
    const auto found = calls_.find(call_hash);
    if (found == calls_.end() || found->second.empty()) return std::nullopt;
    RecordedCall call = std::move(found->second.front());
    found->second.pop_front();
    --left_;
    return call;
}

CallId RecordedPort::start(const Reservation&, const ModelCall& call, CallEvents events) {
    const CallId id = next_++;
    const std::string hash = callHash(call);
    auto recorded = journal_.take(hash, call);
    CallOutcome outcome;
    if (recorded) {
        outcome = std::move(recorded->outcome);
    } else {
        CallFailure divergence;
        divergence.error = {
            "replay.divergence",
            fmt::format(
                "the replay makes a call that the recording does not have: {}/{}, {} messages, call hash {}",
                call.provider, call.model, call.messages.size(), hash.substr(0, 16)),
            "the workflow, its inputs or a model's configuration differ from the recorded run",
            {}};
        divergence.sent = false;
        outcome = std::move(divergence);
    }
    pending_.emplace(id, Pending{std::move(events), std::move(outcome)});
    return id;
}

void RecordedPort::cancel(CallId id) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;
    CallFailure cancelled;
    cancelled.error = {"provider.cancelled", "the call was cancelled", {}, {}};
    cancelled.sent = false; // a replay sends nothing
    found->second.outcome = std::move(cancelled);
}

std::size_t RecordedPort::cancelAll() {
    for (const auto& [id, pending] : pending_)
        cancel(id);
    return pending_.size();
}

void RecordedPort::poll(std::int64_t timeout_us) {
    if (pending_.empty()) {
        std::unique_lock lock(mutex_);
        if (timeout_us > 0)
            woken_cv_.wait_for(lock, std::chrono::microseconds(timeout_us), [this] { return woken_; });
        woken_ = false;
        return;
    }
    // Calls that a callback starts end in the next poll, as with a live port.
    const CallId end = next_;
    while (!pending_.empty() && pending_.begin()->first < end) {
        auto node = pending_.extract(pending_.begin());
        Pending& pending = node.mapped();
        if (const auto* answer = std::get_if<ModelAnswer>(&pending.outcome);
            answer != nullptr && pending.events.on_text) {
            if (!answer->reasoning.empty()) pending.events.on_text(answer->reasoning, true);
            if (!answer->text.empty()) pending.events.on_text(answer->text, false);
        }
        if (pending.events.on_end) pending.events.on_end(std::move(pending.outcome));
    }
}

void RecordedPort::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    woken_cv_.notify_one();
}

} // namespace tally::provider
