#include "core/provider/sim_backend.h"

#include "core/provider/http_error.h"
#include "core/provider/text_cut.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tally::provider {

struct SimBackend::Thought {
    std::uint64_t seed = 0;
    std::string text;
    std::string finish_reason = "stop";
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::vector<std::uint64_t> prompt_blocks;
};

struct SimBackend::Mailbox {
    std::mutex mutex;
    std::vector<std::pair<CallId, Thought>> done;
    std::function<void()> wake; ///< empty once the backend is gone
};

struct SimBackend::Job {
    std::shared_ptr<const SimProfile> profile;
    std::shared_ptr<const ModelCall> call;
    std::string provider;
    std::int64_t started_us = 0;
    std::int64_t due_us = -1; ///< -1: still thinking
    std::int64_t first_us = 0;
    std::int64_t speaking_us = 0;
    std::size_t pieces = 1;
    std::size_t next_piece = 0;
    std::size_t said = 0; ///< bytes of the text that are out
    std::int64_t cached_tokens = 0;
    Thought thought;
    std::optional<CallFailure> failure; ///< ends the call instead of the piece number fail_at
    std::size_t fail_at = 0;
};

namespace {
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

CallFailure simulatedHttpError(int status, std::string_view body, const Headers& headers = {}) {
    CallFailure failure = httpFailure(status, headers, body, 0);
    failure.error.message = "simulated: " + failure.error.message;
    failure.rejected = true; // it ends the call before its first piece
    failure.partial.simulated = true;
    return failure;
}

/// Longest beginning of `text` with at most `most` tokens.
std::string cutToTokens(const TokenCounter& counter, const std::string& model, const std::string& text,
                        std::int64_t most) {
    std::size_t low = 0;
    std::size_t high = text.size();
    while (low < high) {
        const std::size_t middle = low + (high - low + 1) / 2;
        if (counter.output(model, std::string_view(text).substr(0, middle)) <= most)
            low = middle;
        else
            high = middle - 1;
    }
    return text.substr(0, codePointFloor(text, low));
}
} // namespace

SimBackend::SimBackend(const Clock& clock, TaskPool* pool, CallSink& sink, std::function<void()> wake,
                       double time_scale)
    : clock_(clock)
    , pool_(pool)
    , sink_(sink)
    , time_scale_(std::max(time_scale, 0.0))
    , mailbox_(std::make_shared<Mailbox>())
    , counter_(roughTokenCounter()) {
    mailbox_->wake = std::move(wake);
    addBrain("echo", makeEchoBrain());
    addBrain("schema", makeSchemaBrain());
}

SimBackend::~SimBackend() {
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->wake = nullptr;
}

void SimBackend::addModel(const SimProfile& profile) {
    models_.insert_or_assign(profile.name, std::make_shared<const SimProfile>(profile));
}
void SimBackend::addBrain(const std::string& name, std::shared_ptr<const SimBrain> brain) {
    brains_.insert_or_assign(name, std::move(brain));
}
void SimBackend::setCounter(TokenCounter counter) {
    counter_ = std::move(counter);
}

const SimProfile* SimBackend::profile(std::string_view model) const {
    const auto found = models_.find(model);
    return found == models_.end() ? nullptr : found->second.get();
}

std::vector<std::string> SimBackend::names() const {
    std::vector<std::string> all;
    for (const auto& [name, model] : models_)
        all.push_back(name);
    return all;
}

void SimBackend::start(CallId id, std::shared_ptr<const ProviderEntry> provider,
                       std::shared_ptr<const ModelCall> call) {
    const std::string& where = provider->config.name;
    const auto model = models_.find(call->model);
    if (model == models_.end()) {
        sink_.callEnded(id, notStarted({"provider.unknown_model",
                                        fmt::format("there is no simulated model named {}", call->model),
                                        "see: tally provider list", where}));
        return;
    }
    const auto brain = brains_.find(model->second->brain);
    if (brain == brains_.end() || !call->embed.empty() || call->max_tokens <= 0) {
        sink_.callEnded(id, notStarted({"provider.unsupported",
                                        brain == brains_.end()
                                            ? fmt::format("the simulated model {} has no brain named {}",
                                                          call->model, model->second->brain)
                                            : "a simulated model answers messages, with a cap on its output",
                                        {},
                                        where}));
        return;
    }
    Job job;
    job.profile = model->second;
    job.call = call;
    job.provider = where;
    job.started_us = clock_.monoUs();
    Job& kept = jobs_.insert_or_assign(id, std::move(job)).first->second;
    if (brain->second->quick() || pool_ == nullptr) {
        schedule(id, kept, think(*kept.profile, *brain->second, counter_, *call));
        return;
    }
    pool_->post(
        [mailbox = mailbox_, id, profile = kept.profile, mind = brain->second, counter = counter_, call] {
            Thought thought = think(*profile, *mind, counter, *call);
            const std::lock_guard lock(mailbox->mutex);
            mailbox->done.emplace_back(id, std::move(thought));
            if (mailbox->wake) mailbox->wake();
        });
}

SimBackend::Thought SimBackend::think(const SimProfile& profile, const SimBrain& brain,
                                      const TokenCounter& counter, const ModelCall& call) {
    Thought thought;
    thought.seed = simSeed(profile, call);
    const std::string& model = profile.stands_for.empty() ? profile.name : profile.stands_for;
    thought.input_tokens = counter.input(model, call);
    const std::int64_t most = std::min(call.max_tokens, profile.max_output_tokens);
    if (thought.input_tokens + most > profile.context_tokens) return thought;
    thought.text = brain.answer(call, profile, thought.seed);
    thought.output_tokens = counter.output(model, thought.text);
    if (thought.output_tokens > most) {
        thought.text = cutToTokens(counter, model, thought.text, most);
        thought.output_tokens = std::min(counter.output(model, thought.text), most);
        thought.finish_reason = "length";
    }
    if (profile.prompt_cache) thought.prompt_blocks = SimPromptCache::blocks(profile.name, call);
    return thought;
}

void SimBackend::schedule(CallId id, Job& job, Thought thought) {
    const SimProfile& profile = *job.profile;
    job.thought = std::move(thought);
    const auto failures = failed_before_.find(job.thought.seed);
    SeededRng rng(job.thought.seed +
                  (failures == failed_before_.end() ? 0 : failures->second) * 0x9e3779b97f4a7c15ULL);
    // Box-Muller; 1 - unit() lies in (0, 1].
    const double normal =
        std::sqrt(-2 * std::log(1 - rng.unit())) * std::cos(2 * std::numbers::pi * rng.unit());
    double first_us = static_cast<double>(profile.ttft_ms) * 1000 * std::exp(profile.ttft_sigma * normal);
    if (profile.input_tokens_per_s > 0)
        first_us += static_cast<double>(job.thought.input_tokens) / profile.input_tokens_per_s * 1e6;
    double speaking_us = 0;
    if (profile.tokens_per_s > 0)
        speaking_us = static_cast<double>(job.thought.output_tokens) / profile.tokens_per_s * 1e6;
    job.first_us = static_cast<std::int64_t>(first_us * time_scale_);
    job.speaking_us = static_cast<std::int64_t>(speaking_us * time_scale_);
    if (job.speaking_us > 0)
        job.pieces = static_cast<std::size_t>(std::clamp<std::int64_t>(job.thought.output_tokens / 8, 2, 64));

    const std::int64_t most = std::min(job.call->max_tokens, profile.max_output_tokens);
    if (job.thought.input_tokens + most > profile.context_tokens) {
        job.failure = simulatedHttpError(
            400,
            fmt::format(
                R"({{"error":{{"message":"the prompt has {} tokens and may be answered with {}, together more than the {} of this model",)"
                R"("type":"invalid_request_error","code":"context_length_exceeded"}}}})",
                job.thought.input_tokens, most, profile.context_tokens));
    } else if (rng.unit() < profile.error_rate) {
        if (failed_before_.size() < 100'000) ++failed_before_[job.thought.seed];
        planError(job, rng.unit());
    } else if (failures != failed_before_.end()) {
        failed_before_.erase(failures);
    }
    if (!job.failure && !job.thought.prompt_blocks.empty()) {
        const auto hits = cache_.touch(job.thought.prompt_blocks, clock_.monoUs());
        const std::int64_t share = job.thought.input_tokens * static_cast<std::int64_t>(hits) /
                                   static_cast<std::int64_t>(job.thought.prompt_blocks.size());
        const std::int64_t cached = std::min(share, job.thought.input_tokens - 1) / 128 * 128;
        job.cached_tokens = cached >= 1024 ? cached : 0;
    }
    setTimer(id, job, job.started_us + job.first_us);
}

void SimBackend::planError(Job& job, double draw) {
    if (draw < 0.4) {
        job.failure = simulatedHttpError(
            429, R"({"error":{"message":"rate limit reached","type":"rate_limit_error"}})",
            {{"retry-after-ms", std::to_string(static_cast<std::int64_t>(1000 * time_scale_))}});
    } else if (draw < 0.6) {
        job.failure =
            simulatedHttpError(529, R"({"error":{"message":"overloaded","type":"overloaded_error"}})");
    } else if (draw < 0.8) {
        job.failure =
            simulatedHttpError(500, R"({"error":{"message":"internal error","type":"server_error"}})");
    } else {
        job.failure = transportFailure(
            {"provider.cut", "simulated: the stream ended before the answer was complete", {}, {}}, true);
        job.failure->partial.simulated = true;
        job.fail_at = job.pieces / 2;
    }
}

void SimBackend::play(CallId id, Job& job, std::int64_t now_us) {
    while (true) {
        if (now_us > job.started_us + job.call->total_timeout_ms * 1000) {
            CallFailure late = transportFailure({"provider.timeout_total",
                                                 "simulated: the call took longer than its total time-out",
                                                 "raise total_timeout_ms or ask for less", job.provider},
                                                true);
            late.partial = answerOf(job);
            end(id, std::move(late));
            return;
        }
        if (job.failure && job.next_piece >= job.fail_at) {
            CallFailure failure = std::move(*job.failure);
            failure.error.where = job.provider;
            failure.partial = answerOf(job);
            end(id, std::move(failure));
            return;
        }
        const std::string& text = job.thought.text;
        ++job.next_piece;
        const std::size_t until = job.next_piece >= job.pieces
                                      ? text.size()
                                      : codePointFloor(text, text.size() * job.next_piece / job.pieces);
        if (until > job.said) {
            sink_.callText(id, std::string_view(text).substr(job.said, until - job.said), false);
            job.said = until;
        }
        if (job.next_piece >= job.pieces) {
            end(id, answerOf(job));
            return;
        }
        const std::int64_t next = job.started_us + job.first_us +
                                  job.speaking_us * static_cast<std::int64_t>(job.next_piece) /
                                      static_cast<std::int64_t>(job.pieces - 1);
        if (next > now_us) {
            setTimer(id, job, next);
            return;
        }
    }
}

void SimBackend::setTimer(CallId id, Job& job, std::int64_t due_us) {
    job.due_us = std::min(due_us, job.started_us + job.call->total_timeout_ms * 1000 + 1);
    timers_.emplace(job.due_us, id);
}

ModelAnswer SimBackend::answerOf(const Job& job) const {
    ModelAnswer answer;
    answer.simulated = true;
    answer.text = job.thought.text.substr(0, job.said);
    answer.reported_model = job.profile->name;
    answer.response_id = fmt::format("sim-{:016x}", job.thought.seed);
    answer.usage_flavour = job.profile->usage_flavour;
    if (job.next_piece < job.pieces || job.failure)
        return answer; // like a real stream: usage comes with the end
    answer.finish_reason = job.thought.finish_reason;
    const std::int64_t in = job.thought.input_tokens;
    const std::int64_t out = job.thought.output_tokens;
    if (answer.usage_flavour == "exclusive")
        answer.usage_raw = {{"in", in - job.cached_tokens}, {"cache_read", job.cached_tokens}, {"out", out}};
    else
        answer.usage_raw = {{"prompt_tokens", in},
                            {"completion_tokens", out},
                            {"total_tokens", in + out},
                            {"prompt_tokens_details", {{"cached_tokens", job.cached_tokens}}},
                            {"completion_tokens_details", {{"reasoning_tokens", 0}}}};
    return answer;
}

void SimBackend::end(CallId id, CallOutcome outcome) {
    jobs_.erase(id);
    sink_.callEnded(id, std::move(outcome));
}

std::optional<Backend::Cancelled> SimBackend::cancel(CallId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return std::nullopt;
    Cancelled result{true, answerOf(found->second)};
    if (found->second.due_us >= 0) timers_.erase({found->second.due_us, id});
    jobs_.erase(found);
    return result;
}

void SimBackend::advance(std::int64_t now_us) {
    std::vector<std::pair<CallId, Thought>> done;
    {
        const std::lock_guard lock(mailbox_->mutex);
        done.swap(mailbox_->done);
    }
    for (auto& [id, thought] : done)
        if (const auto found = jobs_.find(id); found != jobs_.end())
            schedule(id, found->second, std::move(thought));
    while (!timers_.empty() && timers_.begin()->first <= now_us) {
        const CallId id = timers_.begin()->second;
        timers_.erase(timers_.begin());
        if (const auto found = jobs_.find(id); found != jobs_.end()) play(id, found->second, now_us);
    }
}

std::int64_t SimBackend::nextDue() const {
    return timers_.empty() ? never : timers_.begin()->first;
}

} // namespace tally::provider
