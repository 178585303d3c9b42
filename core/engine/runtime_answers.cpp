// Model steps: what came back, what it cost, and whether to ask again.
#include "core/engine/runtime.h"
#include "core/price/cost.h"
#include "core/price/price_book.h"
#include "core/price/usage_reader.h"
#include "core/provider/retry.h"

#include <fmt/format.h>

namespace tally::engine {

namespace {
constexpr std::int64_t trip_pause_us = 15 * 60'000'000LL; ///< of a model that ignored its cap
}

/// The cost of an answer from the provider's own usage; false: it reported none that can be read and priced.
bool Runtime::priceAnswer(const LiveStep& step, const ModelAnswer& answer, StepEnd& end) {
    if (answer.usage_raw.is_null()) return false;
    const std::string& flavour = answer.usage_flavour.empty() ? std::string("openai") : answer.usage_flavour;
    auto usage = price::readUsage(flavour, answer.usage_raw);
    if (!usage) return end.detail = usage.error().text(), false;
    const RatePtr first(step.lines, &step.lines->front());
    // One line for all calls of this size, and the provider named no tier of its own: nothing to look up.
    if (answer.service_tier.empty() && step.lines->size() == 1 && usage->inputTokens() <= step.bound &&
        first->source != free_source) {
        auto cost = price::cost(*usage, *first);
        if (!cost) return end.detail = cost.error().text(), false;
        end.usage = std::move(*usage);
        end.cost = cost->total;
        end.rate = first;
        return true;
    }
    RateLine line = *first;
    if (step.prices != nullptr && line.source != free_source) {
        price::Context context;
        if (!answer.service_tier.empty()) context.tier = answer.service_tier;
        context.input_tokens = usage->inputTokens();
        auto resolved = step.prices->resolve(line.provider, line.model, price::isoDay(wall()), context);
        // A tier that the book does not know is not the standard one: what it costs is unknown.
        if (!resolved) return end.detail = resolved.error().text(), false;
        line = std::move(*resolved);
        line.simulated = step.facts.simulated;
    } else {
        for (const auto& [name, quantity] : usage->qty)
            line.rates.try_emplace(name, Pico());
    }
    auto cost = price::cost(*usage, line);
    if (!cost) return end.detail = cost.error().text(), false;
    end.usage = std::move(*usage);
    end.cost = cost->total;
    end.rate = std::make_shared<const RateLine>(std::move(line));
    return true;
}

void Runtime::onAnswer(std::uint64_t serial, const std::variant<ModelAnswer, CallFailure>& outcome) {
    LiveStep* found = find(serial);
    if (found == nullptr || found->phase != LiveStep::Phase::calling) return;
    LiveStep& step = *found;
    step.ended_us = mono();
    guard_.streamEnded(step.run->id, step.task.path);
    StepEnd end;
    end.outcome.path = step.task.path;
    const auto* answer = std::get_if<ModelAnswer>(&outcome);
    const auto* failure = std::get_if<CallFailure>(&outcome);
    const ModelAnswer& said = answer != nullptr ? *answer : failure->partial;
    end.ttft_us = said.ttft_us;
    end.out_payload = said.text;
    end.confirmed = step.facts.simulated || step.facts.local;
    std::optional<Transition> money;
    const bool priced = priceAnswer(step, said, end);
    const bool cut = step.stopped || step.breach;
    if (answer != nullptr) {
        end.status = priced ? "ok" : "unknown";
        end.outcome.output = said.text;
        if (!priced && end.detail.empty())
            end.detail = "The provider reported no usage; booked at its reservation";
        end.by_kill = false;
    } else {
        end.by_kill = step.stopped;
        const bool rejected = failure->rejected && said.text.empty() && said.reasoning.empty();
        if (!failure->sent || priced || rejected)
            end.status = cut ? "killed" : "error";
        else
            end.status = "unknown";
        end.detail = failure->error.text();
        end.outcome.ok = false;
        end.outcome.error = failure->error;
        end.final = !step.stopped; // whoever stopped it asks again when the run is resumed
        if (step.breach)
            end.outcome.error = {"model.cap_ignored",
                                 "The model went on far beyond max_tokens and was cut off",
                                 "Raise max_tokens, or use another model.", step.task.path};
        if (step.alert && step.stopped)
            end.outcome.error = {"guard.stopped", step.alert->sentence, "", step.task.path};
    }
    end.usage_known = end.status != "unknown";
    if (failure != nullptr && !failure->sent) {
        money = ledger_.release(step.attempt_id);
    } else if (end.status == "unknown") {
        end.cost = step.worst;
        end.usage = {};
        end.rate = RatePtr(step.lines, &step.lines->front());
        money = ledger_.inDoubt(step.attempt_id);
    } else {
        money = ledger_.settle(std::move(*step.reservation), Amounts::actual(end.cost, end.usage));
        if (money->overrun) trip(step, *money, end);
    }
    step.reservation.reset();
    if (failure != nullptr && !cut && tryAgain(step, *failure)) end.final = false, end.again = true;
    step.run->sum.reserved -= PicoSum(step.worst);
    book(step, std::move(end), std::move(money));
    port_->wake(); // the machine goes on in the next turn, which must not wait for anything else
    retryProviders(step.ref.provider);
}

/// The provider used more than the cap that it was given: the truth is booked, and the model rests.
void Runtime::trip(const LiveStep& step, const Transition& money, StepEnd& end) {
    tripped_[step.ref.str()] = mono() + trip_pause_us;
    end.detail = money.sentence;
    Alert alert;
    alert.detector = "cost.cap";
    alert.path = step.task.path;
    alert.action = AlertAction::warn;
    alert.sentence =
        fmt::format("{} It is not asked again for {} minutes.", money.sentence, trip_pause_us / 60'000'000);
    alert.evidence = {{"model", step.ref.str()}, {"overrun_pico", money.cost_overrun.picoString()}};
    end.alerts.push_back(std::move(alert));
}

/// Decides whether another attempt follows this failure; its timer starts when the failure is booked.
bool Runtime::tryAgain(LiveStep& step, const CallFailure& failure) {
    if (step.run->stopping || closed(*step.run)) return false;
    const Retry& retry = step.task.def->retry;
    const auto delay =
        provider::retryDelayUs({retry.max_attempts, retry.base_ms, retry.max_ms, longest_retry_after_ms},
                               step.attempt, failure, *config_.rng);
    if (!delay) return false;
    step.queued_us = mono() + *delay;
    return true;
}

/// A call ended: its place at the provider may let another one start.
void Runtime::retryProviders(const std::string& provider) {
    const auto it = provider_waiting_.find(provider);
    if (it == provider_waiting_.end()) return;
    std::vector<std::uint64_t> waiting;
    std::swap(waiting, it->second);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        LiveStep* step = find(waiting[i]);
        if (step == nullptr || step->phase != LiveStep::Phase::provider_wait) continue;
        admit(*step);
        LiveStep* after_it = find(waiting[i]);
        if (after_it != nullptr &&
            after_it->phase == LiveStep::Phase::provider_wait) { // the queue is full again
            auto& queue = provider_waiting_[provider];
            queue.insert(queue.end(), waiting.begin() + static_cast<std::ptrdiff_t>(i) + 1, waiting.end());
            break;
        }
    }
}

} // namespace tally::engine
