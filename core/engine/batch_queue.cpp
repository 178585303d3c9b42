#include "core/engine/batch_queue.h"

#include "core/base/json_text.h"
#include "core/engine/batch_source.h"
#include "core/engine/machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::engine {

using nlohmann::json;

namespace {
constexpr std::int64_t whole_share = 1'000'000'000;
constexpr std::size_t longest_sentence = 500;

std::string shortened(std::string text) {
    if (text.size() <= longest_sentence) return text;
    text.resize(longest_sentence);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
        text.pop_back();
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
    return text + "…";
}
} // namespace

LiveBatch& BatchQueue::add(Batch info, std::shared_ptr<const Workflow> workflow) {
    auto& slot = batches_[info.no];
    slot = std::make_unique<LiveBatch>();
    slot->info = std::move(info);
    slot->workflow = std::move(workflow);
    slot->paid = least_paid_;
    return *slot;
}

LiveBatch* BatchQueue::find(std::int64_t no) {
    const auto it = batches_.find(no);
    return it == batches_.end() ? nullptr : it->second.get();
}
LiveBatch* BatchQueue::find(const BatchId& id) {
    for (const auto& [no, batch] : batches_)
        if (batch->info.id == id) return batch.get();
    return nullptr;
}
std::vector<LiveBatch*> BatchQueue::all() {
    std::vector<LiveBatch*> out;
    for (const auto& [no, batch] : batches_)
        out.push_back(batch.get());
    return out;
}

std::string waitsFor(const Batch& batch, const std::optional<Batch>& ended) {
    const BatchSpec& spec = batch.spec;
    if (spec.after.empty()) return {};
    if (!ended || !ended->ended()) return "Waits for the end of batch " + spec.after.str();
    if (spec.after_any || (ended->state == BatchState::done && ended->dead == 0)) return {};
    if (ended->state == BatchState::cancelled)
        return "Waits for batch " + spec.after.str() + ", which was cancelled: cancel this one too";
    return fmt::format("Waits for batch {}, which ended with {} dead letters: retry them, or cancel this one",
                       spec.after.str(), ended->dead);
}

std::size_t BatchQueue::working() const {
    std::size_t out = 0;
    for (const auto& [no, batch] : batches_)
        out += batch->working.size();
    return out;
}

LiveBatch* BatchQueue::pick(const std::function<bool(LiveBatch&)>& ready) {
    if (working() >= most_) return nullptr;
    LiveBatch* best = nullptr;
    for (const auto& [no, batch] : batches_) {
        if (!batch->starts() || batch->window.empty() ||
            static_cast<std::int64_t>(batch->working.size()) >= batch->info.spec.concurrency)
            continue;
        if ((best == nullptr || batch->paid < best->paid) && ready(*batch)) best = batch.get();
    }
    if (best == nullptr) return nullptr;
    // Time in which it could not start anything is not saved up.
    best->paid = std::max(best->paid, least_paid_);
    least_paid_ = best->paid;
    best->paid += whole_share / best->info.spec.priority;
    return best;
}

std::size_t BatchQueue::windowOf(const BatchSpec& spec) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(2 * spec.concurrency, 16, 512));
}

bool isPassing(std::string_view code) {
    static const std::set<std::string_view> passing = {"provider.http_408",
                                                       "provider.http_409",
                                                       "provider.http_425",
                                                       "provider.http_429",
                                                       "provider.http_5xx",
                                                       "provider.connect",
                                                       "provider.cut",
                                                       "provider.stall",
                                                       "provider.timeout_connect",
                                                       "provider.timeout_first_token",
                                                       "provider.timeout_total",
                                                       "provider.refused",
                                                       "provider.cap_ignored",
                                                       "tool.timeout",
                                                       "tool.http_429"};
    return passing.count(code) > 0 || code.starts_with("tool.http_5");
}

store::ItemEnd failedItem(const BatchSpec& spec, int attempt, const Error& error, std::int64_t now_us,
                          Rng& rng) {
    store::ItemEnd end;
    end.state = ItemState::dead;
    end.code = error.code.empty() ? "run.failed" : error.code;
    end.error = shortened(error.text());
    if (!isPassing(end.code) || attempt >= spec.attempts) return end;
    std::int64_t longest = std::min(spec.backoff_ms, spec.backoff_max_ms);
    for (int i = 1; i < attempt && longest < spec.backoff_max_ms; ++i)
        longest = std::min(2 * longest, spec.backoff_max_ms);
    end.state = ItemState::failed;
    end.due_us =
        now_us + 1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(longest) * 1'000));
    return end;
}

namespace {
/// What a text of a CSV file means for an input of this type.
Result<json> typedValue(const std::string& type, json value) {
    if (type == "string" || !value.is_string()) return value;
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty()) return json();
    auto parsed = parseJson(text);
    if (!parsed) return fail("run.input_type", "\"" + shortened(text) + "\" is no " + type);
    return parsed;
}

Result<json> inputsOf(const BatchSpec& spec, const Workflow& workflow, SourceRecord& record) {
    json inputs = spec.inputs;
    const auto put = [&](const std::string& input, json value) -> Status {
        if (!record.typed)
            for (const WorkflowInput& each : workflow.inputs)
                if (each.name == input) {
                    TALLY_ASSIGN(value, typedValue(each.type, std::move(value)));
                    if (value.is_null()) return {}; // an empty cell: the default, if there is one
                }
        inputs[input] = std::move(value);
        return {};
    };
    if (spec.fields.empty()) {
        for (auto& [name, value] : record.fields.items())
            TALLY_TRY(put(name, std::move(value)));
    } else {
        for (const auto& [input, field] : spec.fields) {
            const auto it = record.fields.find(field);
            if (it == record.fields.end()) return fail("batch.field", "it has no field \"" + field + "\"");
            TALLY_TRY(put(input, *it));
        }
    }
    return prepareInputs(workflow, std::move(inputs));
}
} // namespace

store::NewItem itemOf(const BatchSpec& spec, const Workflow& workflow, SourceRecord record) {
    store::NewItem item;
    item.n = record.n;
    const auto bad = [&](std::string code, const std::string& sentence) {
        item.key.clear();
        item.code = std::move(code);
        item.error = shortened(record.line > 0 && !sentence.starts_with("line ")
                                   ? fmt::format("line {}: {}", record.line, sentence)
                                   : sentence);
        return item;
    };
    if (!record.problem.empty()) return bad("batch.record", record.problem);
    if (!spec.key.empty()) {
        const auto it = record.fields.find(spec.key);
        if (it == record.fields.end() || it->is_null() || *it == "")
            return bad("batch.key", "it has no key \"" + spec.key + "\"");
        item.key = it->is_string() ? it->get<std::string>() : it->dump();
        if (item.key.size() > 1'000) return bad("batch.key", "its key is longer than 1,000 bytes");
    }
    auto inputs = inputsOf(spec, workflow, record);
    if (!inputs) return bad(inputs.error().code, inputs.error().text());
    item.inputs = inputs->dump(-1, ' ', false, json::error_handler_t::replace);
    return item;
}

std::vector<Budget> ceilingsOf(const Batch& batch) {
    std::vector<Budget> out;
    const auto add = [&](LimitMeter meter, PicoSum limit) {
        if (limit == PicoSum()) return;
        Budget budget;
        budget.id = BudgetId("batch-" + batch.id.str() + "-" + std::string(toString(meter)));
        budget.scope = {ScopeType::run, batch.id.str()};
        budget.window = Window::total;
        budget.meter = meter;
        budget.limit = limit;
        budget.by = batch.spec.by.empty() ? "operator" : batch.spec.by;
        budget.reason = "ceiling of the batch";
        budget.label = "Batch " + batch.spec.name;
        budget.count_simulated = true; // what this batch may use, by whomever it is answered
        out.push_back(std::move(budget));
    };
    add(LimitMeter::cost, PicoSum(batch.spec.limit_cost));
    add(LimitMeter::tokens, PicoSum::of(batch.spec.limit_tokens));
    add(LimitMeter::calls, PicoSum::of(batch.spec.limit_calls));
    return out;
}

} // namespace tally::engine
