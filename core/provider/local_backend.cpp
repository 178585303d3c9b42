#include "core/provider/local_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tally::provider {

struct LocalBackend::Mailbox {
    std::mutex mutex;
    std::vector<std::pair<CallId, CallOutcome>> done;
    std::function<void()> wake; ///< empty once the backend is gone
};

namespace {
CallOutcome run(const LocalModel& model, const ModelCall& call, const CancelToken& cancel, const Clock& clock,
                const std::string& provider) {
    const std::int64_t began = clock.monoUs();
    auto result = model.answer(call, cancel);
    const std::int64_t elapsed_us = clock.monoUs() - began;
    const std::int64_t compute_ms = (std::max<std::int64_t>(elapsed_us, 0) + 999) / 1000;
    if (!result) {
        CallFailure failure;
        failure.error = result.error().at(provider);
        failure.partial.usage_flavour = "exclusive";
        failure.partial.usage_raw = {{"compute_ms", compute_ms}};
        return failure;
    }
    ModelAnswer answer = std::move(*result);
    if (!answer.usage_raw.is_object()) answer.usage_raw = nlohmann::json::object();
    if (!answer.usage_raw.contains("compute_ms")) answer.usage_raw["compute_ms"] = compute_ms;
    answer.usage_flavour = "exclusive";
    if (answer.finish_reason.empty()) answer.finish_reason = "stop";
    if (answer.reported_model.empty()) answer.reported_model = call.model;
    return answer;
}
} // namespace

LocalBackend::LocalBackend(const Clock& clock, TaskPool* pool, CallSink& sink, std::function<void()> wake)
    : clock_(clock)
    , pool_(pool)
    , sink_(sink)
    , mailbox_(std::make_shared<Mailbox>()) {
    mailbox_->wake = std::move(wake);
}

LocalBackend::~LocalBackend() {
    for (auto& [id, job] : jobs_)
        job.cancel.cancel();
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->wake = nullptr;
}

void LocalBackend::add(const std::string& name, std::shared_ptr<const LocalModel> model) {
    models_.insert_or_assign(name, std::move(model));
}

std::vector<std::string> LocalBackend::names() const {
    std::vector<std::string> all;
    for (const auto& [name, model] : models_)
        all.push_back(name);
    return all;
}

void LocalBackend::start(CallId id, std::shared_ptr<const ProviderEntry> provider,
                         std::shared_ptr<const ModelCall> call) {
    const auto found = models_.find(call->model);
    if (found == models_.end() || pool_ == nullptr) {
        sink_.callEnded(id, notStarted({"provider.unknown_model",
                                        fmt::format("there is no local model named {}", call->model),
                                        "see: tally provider list", provider->config.name}));
        return;
    }
    jobs_.emplace(id, Job{found->second, std::move(call), CancelToken(), provider->config.name, false});
    waiting_.push_back(id);
    postMore();
}

void LocalBackend::postMore() {
    const std::size_t most = std::size_t{4} * std::max(1U, pool_ == nullptr ? 1U : pool_->threads());
    while (posted_ < most && !waiting_.empty()) {
        const CallId id = waiting_.front();
        waiting_.pop_front();
        const auto found = jobs_.find(id);
        if (found == jobs_.end()) continue; // cancelled while it waited
        found->second.posted = true;
        ++posted_;
        pool_->post([mailbox = mailbox_, id, model = found->second.model, call = found->second.call,
                     cancel = found->second.cancel, provider = found->second.provider, clock = &clock_] {
            CallOutcome outcome = notStarted({"provider.cancelled", "the call was cancelled", {}, provider});
            if (!cancel.cancelled()) outcome = run(*model, *call, cancel, *clock, provider);
            const std::lock_guard lock(mailbox->mutex);
            mailbox->done.emplace_back(id, std::move(outcome));
            if (mailbox->wake) mailbox->wake();
        });
    }
}

std::optional<Backend::Cancelled> LocalBackend::cancel(CallId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return std::nullopt;
    found->second.cancel.cancel();
    Cancelled result;
    result.sent = found->second.posted; // a posted job may have begun to compute
    jobs_.erase(found);
    return result;
}

void LocalBackend::advance(std::int64_t) {
    std::vector<std::pair<CallId, CallOutcome>> done;
    {
        const std::lock_guard lock(mailbox_->mutex);
        done.swap(mailbox_->done);
    }
    posted_ -= std::min(posted_, done.size());
    for (auto& [id, outcome] : done)
        if (jobs_.erase(id) > 0) sink_.callEnded(id, std::move(outcome));
    postMore();
}

std::int64_t LocalBackend::nextDue() const {
    return std::numeric_limits<std::int64_t>::max();
}

} // namespace tally::provider
