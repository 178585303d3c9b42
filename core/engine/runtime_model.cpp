// Model steps: admission, commit 1 and the call.
#include "core/audit/trace_log_writer.h"
#include "core/engine/runtime.h"
#include "core/price/cost.h"
#include "core/price/price_book.h"
#include "core/price/prompt_count.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

using nlohmann::json;

namespace {

/// Owned hardware without a rate: everything is recorded, at 0.
RateLine freeLine(const ModelRef& ref, const std::string& day) {
    RateLine line;
    line.provider = ref.provider;
    line.model = ref.model;
    for (const auto name :
         {meter::in, meter::out, meter::reasoning, meter::cache_read, meter::compute_ms, meter::request})
        line.rates[std::string(name)] = Pico();
    line.source = free_source;
    line.effective_from = day;
    line.why = "A local model without a rate line costs 0.";
    return line;
}

/// Input tokens, worst case. A name alone does not prove a tokenizer: other servers may call their model
/// gpt-4o too.
Result<std::int64_t> inputBound(const LiveStep& step, const ModelCall& call) {
    const ProviderFacts& facts = step.facts;
    const std::string& provider = facts.price_provider.empty() ? step.ref.provider : facts.price_provider;
    const std::string& model = facts.price_model.empty() ? step.ref.model : facts.price_model;
    const bool known = !facts.local && (provider == "openai" || provider == "azure");
    return price::upperBound(call, known ? std::string_view(model) : std::string_view());
}

} // namespace

void Runtime::prepareModel(LiveStep& step) {
    const auto give_up = [&](Error error) {
        StepEnd end;
        end.status = "error";
        end.detail = error.text();
        end.outcome = {step.task.path, false, nullptr, std::move(error), nullptr};
        step.started_us = mono();
        book(step, std::move(end), std::nullopt);
    };
    const std::string role_name = step.task.input.at("role").get<std::string>();
    const auto role = step.task.workflow->roles.find(role_name);
    if (role == step.task.workflow->roles.end())
        return give_up(
            {"model.unknown_role", "The workflow has no role \"" + role_name + "\"", "", step.task.path});
    const auto override = step.run->roles.find(role_name);
    const auto& candidates = role->second.candidates;
    if (override != step.run->roles.end())
        step.ref = override->second;
    else if (step.candidate < candidates.size())
        step.ref = candidates[step.candidate];
    else
        return give_up(
            {"model.no_candidate", "The role \"" + role_name + "\" has no model", "", step.task.path});
    const auto facts = config_.facts ? config_.facts(step.ref.provider, step.ref.model) : ProviderFacts();
    if (!facts) {
        const bool another = override == step.run->roles.end() && step.candidate + 1 < candidates.size();
        if (another) return ++step.candidate, prepareModel(step);
        return give_up({"provider.unknown",
                        "The provider \"" + step.ref.provider + "\" is not configured or has no model \"" +
                            step.ref.model + "\"",
                        "Add it with `tally provider add`, or choose another model for the role.",
                        step.task.path});
    }
    step.facts = *facts;

    auto call = std::make_shared<ModelCall>();
    call->provider = step.ref.provider;
    call->model = step.ref.model;
    for (const json& each : step.task.input.at("messages"))
        call->messages.push_back({each.at("role").get<std::string>(), each.at("text").get<std::string>()});
    const Ask* ask = nullptr;
    if (const auto* route = std::get_if<RouteStep>(&step.task.def->what)) {
        const RouteTier& tier = route->tiers[static_cast<std::size_t>(step.task.tier)];
        ask = tier.ask ? &*tier.ask : &route->ask;
    } else {
        ask = &std::get<ModelStep>(step.task.def->what).ask;
    }
    call->output_schema = ask->output_schema;
    call->max_tokens = ask->max_tokens;
    call->temperature = role->second.temperature;
    call->seed = role->second.seed;
    call->extra = role->second.extra;
    if (step.task.def->timeout_ms > 0) call->total_timeout_ms = step.task.def->timeout_ms;
    const auto bound = inputBound(step, *call);
    if (!bound) return give_up(bound.error());
    step.bound = *bound;
    step.call = std::move(call);

    step.prices = prices_;
    auto lines = linesFor(step);
    if (!lines) return give_up(lines.error());
    step.lines = std::move(*lines);
    auto worst = price::worstCase(step.bound, step.call->max_tokens, *step.lines);
    if (!worst) return give_up(worst.error());
    step.worst = *worst;
    admit(step);
}

/// Every line that the call can fall into. Asking the price book copies lines: what holds for all calls up
/// to some size is asked for once a day and model.
Result<RateLines> Runtime::linesFor(const LiveStep& step) {
    const std::string& provider =
        step.facts.price_provider.empty() ? step.ref.provider : step.facts.price_provider;
    const std::string& model = step.facts.price_model.empty() ? step.ref.model : step.facts.price_model;
    const std::string day = price::isoDay(wall());
    KnownLines& known = known_lines_[provider + '/' + model + (step.facts.simulated ? " sim" : "")];
    if (known.lines != nullptr && known.day == day && step.bound <= known.bound) return known.lines;
    if (step.prices == nullptr) return fail("price.no_book", "There is no price book");
    price::Context context;
    context.input_tokens = step.bound;
    auto lines = step.prices->linesUpTo(provider, model, day, context);
    if (!lines) {
        if (!step.facts.local) return fail(lines.error());
        lines = std::vector{freeLine(step.ref, day)};
    }
    for (RateLine& line : *lines)
        line.simulated = step.facts.simulated;
    auto shared = std::make_shared<const std::vector<RateLine>>(std::move(*lines));
    if (shared->size() == 1) known = {day, step.bound, shared};
    return shared;
}

void Runtime::admit(LiveStep& step) {
    if (closed(*step.run) || step.run->stopping) {
        step.phase = LiveStep::Phase::provider_wait; // whoever closed admission cancels it from here
        return;
    }
    const auto alert = guard_.admitCost({step.run->sum.workflow, step.task.def->id, step.ref.str()},
                                        step.run->id, step.task.path, step.task.item, wall());
    if (alert && alert->action == AlertAction::stop) {
        const std::string sentence = alert->sentence;
        if (step.run->last_seq >= 0) raise(*step.run, *alert, step.run->last_seq);
        step.run->fault = alert->detector;
        return refuse(step, sentence, {"guard.cost", sentence, "", step.task.path}, true);
    }
    if (const auto tripped = tripped_.find(step.ref.str()); tripped != tripped_.end()) {
        if (mono() < tripped->second)
            return passOver(step, step.ref.str() + " ignored its cap and is not asked for a while",
                            "provider.cap_ignored");
        tripped_.erase(tripped);
    }
    const std::int64_t tokens = step.bound + step.call->max_tokens;
    if (!batchAdmits(step, tokens)) return;
    if (config_.admission) {
        const provider::Admission answer = config_.admission(step.ref.provider, tokens);
        if (answer.verdict != provider::Admission::Verdict::ok) batchTakesBack(step, tokens);
        if (answer.verdict == provider::Admission::Verdict::refused)
            return passOver(step, answer.reason, "provider.refused");
        if (answer.verdict == provider::Admission::Verdict::wait) {
            step.phase = LiveStep::Phase::provider_wait;
            provider_waiting_[step.ref.provider].push_back(step.serial);
            waitForProvider(step, answer);
            forget(step.timer);
            step.timer =
                after(std::max<std::int64_t>(1'000, answer.until_us - mono()), [this, serial = step.serial] {
                    if (LiveStep* waiting = find(serial);
                        waiting != nullptr && waiting->phase == LiveStep::Phase::provider_wait)
                        admit(*waiting);
                });
            return;
        }
    }
    forget(step.timer);
    step.waits.clear();
    step.attempt_id = AttemptId(uuid7(*config_.clock, *config_.rng));
    step.call->idempotency_key = step.attempt_id.str();
    attempts_[step.attempt_id] = step.serial;
    AttemptRequest request;
    request.attempt = step.attempt_id;
    request.subject = step.run->subject;
    request.subject.model = step.ref.str();
    request.subject.simulated = step.facts.simulated;
    for (const Workflow* each : step.task.called)
        request.subject.called.emplace_back(each->name, each->process);
    request.amounts = Amounts::call(PicoSum(step.worst), tokens);
    request.now_us = wall();
    Admission admission = ledger_.admit(request);
    if (auto* admitted = std::get_if<Admitted>(&admission))
        return reserve(step, std::move(admitted->pending));
    if (config_.unadmit) config_.unadmit(step.ref.provider, tokens);
    batchTakesBack(step, tokens);
    if (auto* refused = std::get_if<Refused>(&admission)) {
        blame(*step.run, refused->budget, refused->sentence);
        return refuse(step, refused->sentence, refused->error(), true);
    }
    step.phase = LiveStep::Phase::budget_wait;
    show(step, StepStatus::waiting);
    reviewStatus(*step.run);
}

/// A pause that a person would notice is said: of the step, and of the run when all of it waits.
void Runtime::waitForProvider(LiveStep& step, const provider::Admission& answer) {
    constexpr std::int64_t noticed_us = 1'000'000;
    const std::int64_t left = answer.until_us - mono();
    if (left < noticed_us) return;
    std::string sentence = fmt::format("Waits for provider {} until {}: {}", step.ref.provider,
                                       isoUtc((wall() + left) / noticed_us * noticed_us), answer.reason);
    if (sentence == step.waits) return;
    step.waits = logText(sentence);
    show(step, StepStatus::waiting);
    reviewStatus(*step.run);
}

/// This model cannot be asked now: the role's next candidate is, or the step is refused.
void Runtime::passOver(LiveStep& step, const std::string& sentence, const char* code) {
    const auto role = step.task.workflow->roles.find(step.task.input.at("role").get<std::string>());
    if (step.run->roles.count(role->first) == 0 && step.candidate + 1 < role->second.candidates.size())
        return ++step.candidate, prepareModel(step);
    refuse(step, sentence, {code, sentence, "", step.task.path}, false);
}

/// Answers of the ledger to those that waited.
void Runtime::pump() {
    if (ledger_.waiting() == 0 || halted_) return;
    for (Decision& each : ledger_.pump(wall()))
        decideWaiting(std::move(each));
    if (const std::int64_t turn_us = ledger_.nextTurnUs(); turn_us > 0 && pump_timer_ == 0)
        pump_timer_ =
            after(std::clamp<std::int64_t>(turn_us - wall(), 1'000, 60'000'000), [this] { pump_timer_ = 0; });
}

void Runtime::decideWaiting(Decision decision) {
    const auto it = attempts_.find(decision.request.attempt);
    LiveStep* step = it == attempts_.end() ? nullptr : find(it->second);
    if (auto* refused = std::get_if<Refused>(&decision.admission)) {
        if (step == nullptr) return;
        blame(*step->run, refused->budget, refused->sentence);
        return refuse(*step, refused->sentence, refused->error(), true);
    }
    auto& pending = std::get<Admitted>(decision.admission).pending;
    if (step == nullptr || step->stopped) {
        ledger_.abandon(std::move(pending));
        return;
    }
    // Its places at the batch's rates and at the provider were given back while it waited.
    const std::int64_t tokens = step->bound + step->call->max_tokens;
    const bool in_time = batchPause(*step, tokens) == 0;
    if (config_.admission || !in_time) {
        const auto answer = in_time ? config_.admission(step->ref.provider, tokens) : provider::Admission();
        if (!in_time || answer.verdict != provider::Admission::Verdict::ok) {
            if (in_time) batchTakesBack(*step, tokens);
            ledger_.abandon(std::move(pending));
            attempts_.erase(step->attempt_id);
            step->phase = LiveStep::Phase::provider_wait;
            return admit(*step);
        }
    }
    reserve(*step, std::move(pending));
}

/// Commit 1: the intent and what is held back, durable before a byte is sent.
void Runtime::reserve(LiveStep& step, PendingReservation pending) {
    step.phase = LiveStep::Phase::reserving;
    reviewStatus(*step.run);
    const HeldAttempt& held = pending.row();
    store::AttemptRow row;
    row.id = held.attempt;
    row.run = step.run->no;
    row.path = step.task.path;
    row.attempt = step.attempt;
    row.provider = step.ref.provider;
    row.model = step.ref.model;
    row.reserved = step.worst;
    row.subject = json(held.subject).dump();
    row.amounts = amountsText(held.reserved);
    row.intent = json{{"name", step.task.def->id},
                      {"span", step.span.str()},
                      {"parent", step.parent.str()},
                      {"simulated", step.facts.simulated}}
                     .dump();
    row.request_sha = step.input_sha;
    row.boot = config_.store->bootId();
    row.created_us = held.admitted_us;
    step.pending.emplace(std::move(pending));
    step.run->sum.reserved += PicoSum(step.worst);
    // The price entry is in the log before the call: whoever finds this attempt after a crash books it by
    // that.
    commit(
        [row = std::move(row), lines = step.lines, log = config_.log](store::Tx& tx) mutable -> Status {
            TALLY_ASSIGN(row.price_seq, log->ensurePrice(tx, lines->front()));
            return store::AttemptRepo::insert(tx, row);
        },
        [this, serial = step.serial](const Status& status) {
            if (status) reserved(serial);
        });
}

void Runtime::reserved(std::uint64_t serial) {
    LiveStep& step = *find(serial); // a step that is being reserved is never dropped
    step.reservation.emplace(ledger_.committed(std::move(*step.pending)));
    step.pending.reset();
    if (step.stopped || closed(*step.run)) return unsent(step);
    send(step);
}

/// Reserved, but stopped before it was sent: the reservation goes back.
void Runtime::unsent(LiveStep& step) {
    if (config_.unadmit) config_.unadmit(step.ref.provider, step.bound + step.call->max_tokens);
    batchTakesBack(step, step.bound + step.call->max_tokens);
    ledger_.release(step.attempt_id);
    step.run->sum.reserved -= PicoSum(step.worst);
    step.reservation.reset();
    step.phase = LiveStep::Phase::booking;
    commit(
        [id = step.attempt_id, now = wall()](store::Tx& tx) -> Status {
            TALLY_TRY(store::AttemptRepo::release(tx, id, AttemptState::reserved, now));
            return {};
        },
        [this, serial = step.serial](const Status&) {
            LiveStep* gone = find(serial);
            if (gone == nullptr) return;
            LiveRun& run = *gone->run;
            drop(*gone);
            settleRun(run);
        });
}

void Runtime::send(LiveStep& step) {
    step.phase = LiveStep::Phase::calling;
    step.started_us = mono();
    step.out_bytes = 0;
    kill_.callStarted(step.attempt_id, step.run->id);
    show(step, StepStatus::running);
    provider::CallEvents events;
    events.on_text = [this, serial = step.serial](std::string_view text, bool) { onText(serial, text); };
    events.on_end = [this, serial = step.serial](const std::variant<ModelAnswer, CallFailure>& outcome) {
        onAnswer(serial, outcome);
    };
    step.call_id = port_->start(*step.reservation, *step.call, std::move(events));
}

void Runtime::onText(std::uint64_t serial, std::string_view text) {
    LiveStep* step = find(serial);
    if (step == nullptr || step->stopped || step->breach) return;
    step->delta += text;
    streaming_.insert(serial);
    step->out_bytes += static_cast<std::int64_t>(text.size());
    // Sixteen bytes for every token that was allowed is far beyond any tokenizer's mean: this provider
    // ignores the cap.
    if (step->out_bytes > 16 * step->call->max_tokens + 4'096) {
        step->breach = true;
        port_->cancel(step->call_id);
        return;
    }
    if (auto alert =
            guard_.streamText(step->run->id, step->run->sum.workflow, step->task.path, text, wall())) {
        const bool stop = alert->action == AlertAction::stop;
        if (!step->alert) step->alert = std::move(alert);
        if (stop) {
            step->stopped = true;
            port_->cancel(step->call_id);
        }
    }
}

/// Not sent, because a budget, a detector or the provider's own limits said no.
void Runtime::refuse(LiveStep& step, const std::string& sentence, Error error, bool stop) {
    StepEnd end;
    end.status = "refused";
    end.detail = sentence;
    end.outcome = {step.task.path, false, nullptr, std::move(error), nullptr};
    end.final = !stop; // a run that a budget stopped asks again when it is resumed
    step.stopped = step.stopped || stop;
    step.started_us = mono();
    LiveRun& run = *step.run;
    book(step, std::move(end), std::nullopt);
    if (stop) stopRun(run, sentence);
}

} // namespace tally::engine
