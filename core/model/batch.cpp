#include "core/model/batch.h"

#include "core/model/enum_names.h"

#include <nlohmann/json.hpp>

namespace tally {

using nlohmann::json;

namespace {
constexpr EnumNames<BatchState, 5> batchStates{{{BatchState::running, "running"},
                                                {BatchState::draining, "draining"},
                                                {BatchState::paused, "paused"},
                                                {BatchState::done, "done"},
                                                {BatchState::cancelled, "cancelled"}}};
constexpr EnumNames<ItemState, 6> itemStates{{{ItemState::queued, "queued"},
                                              {ItemState::leased, "leased"},
                                              {ItemState::done, "done"},
                                              {ItemState::failed, "failed"},
                                              {ItemState::dead, "dead"},
                                              {ItemState::cancelled, "cancelled"}}};
constexpr EnumNames<LoadState, 3> loadStates{
    {{LoadState::loading, "loading"}, {LoadState::loaded, "loaded"}, {LoadState::failed, "failed"}}};
constexpr EnumNames<SourceKind, 5> sourceKinds{{{SourceKind::jsonl, "jsonl"},
                                                {SourceKind::csv, "csv"},
                                                {SourceKind::folder, "folder"},
                                                {SourceKind::sqlite, "sqlite"},
                                                {SourceKind::batch, "batch"}}};
constexpr EnumNames<BatchOrder, 4> batchOrders{{{BatchOrder::pause, "pause"},
                                                {BatchOrder::drain, "drain"},
                                                {BatchOrder::resume, "resume"},
                                                {BatchOrder::cancel, "cancel"}}};

/// Reads members; remembers the first that is not what it must be.
struct Reader {
    const json& in;
    std::string wrong;

    const json* member(const char* key) const {
        const auto it = in.find(key);
        return it == in.end() || it->is_null() ? nullptr : &*it;
    }
    void text(const char* key, std::string& out) {
        if (const json* v = member(key); v != nullptr && v->is_string())
            out = v->get<std::string>();
        else if (v != nullptr)
            note(key);
    }
    void number(const char* key, std::int64_t& out, std::int64_t least = 0, std::int64_t most = INT64_MAX) {
        const json* v = member(key);
        if (v == nullptr) return;
        if (!v->is_number_integer() || v->get<std::int64_t>() < least || v->get<std::int64_t>() > most)
            return note(key);
        out = v->get<std::int64_t>();
    }
    void flag(const char* key, bool& out) {
        if (const json* v = member(key); v != nullptr && v->is_boolean())
            out = v->get<bool>();
        else if (v != nullptr)
            note(key);
    }
    void money(const char* key, Pico& out) {
        const json* v = member(key);
        if (v == nullptr) return;
        const auto amount = v->is_string() ? Pico::parse(v->get<std::string>()) : Result<Pico>(fail("", ""));
        if (!amount || *amount < Pico()) return note(key);
        out = *amount;
    }
    template <class E>
    void word(const char* key, E& out, Result<E> (*parse)(std::string_view)) {
        const json* v = member(key);
        if (v == nullptr) return;
        const auto value = v->is_string() ? parse(v->get<std::string>()) : Result<E>(fail("", ""));
        if (!value) return note(key);
        out = *value;
    }
    void note(const char* key) {
        if (wrong.empty()) wrong = key;
    }
    [[nodiscard]] Status status() const {
        if (wrong.empty()) return {};
        return fail("batch.spec", "a batch cannot have this value of \"" + wrong + "\"", {}, wrong);
    }
};

void limits(Reader& r, BatchSpec& spec) {
    r.number("priority", spec.priority, 1, 100);
    r.number("concurrency", spec.concurrency, 1, 1'000);
    r.number("attempts", spec.attempts, 1, 100);
    r.number("backoff_ms", spec.backoff_ms, 1, 86'400'000);
    r.number("backoff_max_ms", spec.backoff_max_ms, 1, 7 * 86'400'000LL);
    r.number("requests_per_minute", spec.requests_per_minute, 0, 100'000'000);
    r.number("tokens_per_minute", spec.tokens_per_minute, 0, 100'000'000'000);
    r.money("limit_cost", spec.limit_cost);
    r.number("limit_tokens", spec.limit_tokens);
    r.number("limit_calls", spec.limit_calls);
}
} // namespace

std::string_view toString(BatchState v) {
    return batchStates.name(v);
}
std::string_view toString(ItemState v) {
    return itemStates.name(v);
}
std::string_view toString(LoadState v) {
    return loadStates.name(v);
}
std::string_view toString(SourceKind v) {
    return sourceKinds.name(v);
}
Result<BatchState> parseBatchState(std::string_view text) {
    return batchStates.parse(text, "batch.state", "state of a batch");
}
Result<ItemState> parseItemState(std::string_view text) {
    return itemStates.parse(text, "batch.item_state", "state of an item");
}
Result<LoadState> parseLoadState(std::string_view text) {
    return loadStates.parse(text, "batch.load_state", "state of loading");
}
Result<SourceKind> parseSourceKind(std::string_view text) {
    return sourceKinds.parse(text, "batch.source", "kind of source");
}

std::string_view toString(BatchOrder v) {
    return batchOrders.name(v);
}
Result<BatchOrder> parseBatchOrder(std::string_view text) {
    return batchOrders.parse(text, "batch.order", "order");
}

void to_json(json& out, const BatchSpec& spec) {
    json fields = json::object(), roles = json::object();
    for (const auto& [input, field] : spec.fields)
        fields[input] = field;
    for (const auto& [role, model] : spec.roles)
        roles[role] = model.str();
    out = {{"name", spec.name},
           {"workflow", spec.workflow},
           {"source",
            {{"kind", toString(spec.source.kind)},
             {"path", spec.source.path},
             {"glob", spec.source.glob},
             {"query", spec.source.query}}},
           {"key", spec.key},
           {"fields", std::move(fields)},
           {"inputs", spec.inputs},
           {"roles", std::move(roles)},
           {"priority", spec.priority},
           {"concurrency", spec.concurrency},
           {"attempts", spec.attempts},
           {"backoff_ms", spec.backoff_ms},
           {"backoff_max_ms", spec.backoff_max_ms},
           {"requests_per_minute", spec.requests_per_minute},
           {"tokens_per_minute", spec.tokens_per_minute},
           {"limit_cost", spec.limit_cost.toString()},
           {"limit_tokens", spec.limit_tokens},
           {"limit_calls", spec.limit_calls},
           {"after", spec.after.str()},
           {"after_any", spec.after_any},
           {"paused", spec.paused},
           {"by", spec.by}};
}

Result<BatchSpec> batchSpecFromJson(const json& in) {
    if (!in.is_object()) return fail("batch.spec", "a batch is described by one object");
    BatchSpec spec;
    Reader r{in, {}};
    std::string after;
    r.text("name", spec.name);
    r.text("workflow", spec.workflow);
    r.text("key", spec.key);
    r.text("after", after);
    r.flag("after_any", spec.after_any);
    r.flag("paused", spec.paused);
    r.text("by", spec.by);
    spec.after = BatchId(after);
    limits(r, spec);
    if (const json* source = r.member("source"); source != nullptr && source->is_object()) {
        Reader s{*source, {}};
        s.word("kind", spec.source.kind, parseSourceKind);
        s.text("path", spec.source.path);
        s.text("glob", spec.source.glob);
        s.text("query", spec.source.query);
        if (!s.wrong.empty()) r.note("source");
    } else {
        r.note("source");
    }
    if (const json* inputs = r.member("inputs"); inputs != nullptr) {
        if (!inputs->is_object()) r.note("inputs");
        spec.inputs = *inputs;
    }
    for (const char* key : {"fields", "roles"}) {
        const json* pairs = r.member(key);
        if (pairs == nullptr) continue;
        if (!pairs->is_object()) {
            r.note(key);
            continue;
        }
        for (const auto& [name, value] : pairs->items()) {
            const std::string text = value.is_string() ? value.get<std::string>() : std::string();
            const auto model = ModelRef::parse(text);
            if (key[0] == 'f' && !text.empty())
                spec.fields.emplace_back(name, text);
            else if (key[0] == 'r' && model)
                spec.roles.emplace_back(name, *model);
            else
                r.note(key);
        }
    }
    TALLY_TRY(r.status());
    return spec;
}

Result<BatchSpec> changedSpec(BatchSpec spec, const json& changes) {
    if (!changes.is_object()) return fail("batch.spec", "changes of a batch are one object");
    Reader r{changes, {}};
    limits(r, spec);
    TALLY_TRY(r.status());
    return spec;
}

void to_json(json& out, const Batch& batch) {
    out = {{"no", batch.no},
           {"id", batch.id.str()},
           {"spec", batch.spec},
           {"workflow_sha256", batch.workflow_sha256},
           {"state", toString(batch.state)},
           {"reason", batch.reason},
           {"loading", toString(batch.loading)},
           {"load_error", batch.load_error},
           {"items", batch.items},
           {"duplicates", batch.duplicates},
           {"open", batch.open()},
           {"done", batch.done},
           {"dead", batch.dead},
           {"cancelled", batch.cancelled},
           {"cost", batch.cost.toString()},
           {"created_us", batch.created_us},
           {"ended_us", batch.ended_us}};
}

Result<Batch> batchFromJson(const json& in) {
    if (!in.is_object()) return fail("batch.spec", "a batch is one object");
    Batch batch;
    Reader r{in, {}};
    std::string id, cost = "0";
    r.number("no", batch.no);
    r.text("id", id);
    r.text("workflow_sha256", batch.workflow_sha256);
    r.word("state", batch.state, parseBatchState);
    r.text("reason", batch.reason);
    r.word("loading", batch.loading, parseLoadState);
    r.text("load_error", batch.load_error);
    r.number("items", batch.items);
    r.number("duplicates", batch.duplicates);
    r.number("done", batch.done);
    r.number("dead", batch.dead);
    r.number("cancelled", batch.cancelled);
    r.text("cost", cost);
    r.number("created_us", batch.created_us);
    r.number("ended_us", batch.ended_us);
    TALLY_TRY(r.status());
    batch.id = BatchId(id);
    TALLY_ASSIGN(batch.cost, PicoSum::parse(cost));
    if (const json* spec = r.member("spec"); spec != nullptr) {
        TALLY_ASSIGN(batch.spec, batchSpecFromJson(*spec));
    }
    return batch;
}

void to_json(json& out, const BatchItem& item) {
    const json inputs = item.inputs.empty() ? json() : json::parse(item.inputs, nullptr, false);
    out = {{"n", item.n},
           {"key", item.key},
           {"inputs", inputs.is_discarded() ? json() : inputs},
           {"state", toString(item.state)},
           {"attempts", item.attempts},
           {"due_us", item.due_us},
           {"run", item.run.str()},
           {"cost", item.cost.toString()},
           {"code", item.code},
           {"error", item.error}};
}

void to_json(json& out, const BatchCause& cause) {
    out = {{"code", cause.code}, {"count", cause.count}, {"first", cause.first}, {"error", cause.error}};
}

} // namespace tally
