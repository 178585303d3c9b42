// A lab with a workflow of two model steps, and what tests ask of its batches.
#pragma once
#include "core/store/batch_repo.h"
#include "tests/core/engine/support_engine.h"

#include <fstream>
#include <map>

namespace tally::test {

constexpr const char* item_definition = R"_({
 "name": "item", "process": "tests", "version": "1", "models": {"m": ["sim/one"]},
 "inputs": {"x": {"type": "string"}},
 "steps": [
  {"id": "a", "kind": "model", "role": "m", "prompt": "first {{inputs.x}}", "max_tokens": 16, "retry": {"max_attempts": 1}},
  {"id": "b", "kind": "model", "role": "m", "prompt": "second {{inputs.x}}", "max_tokens": 16, "retry": {"max_attempts": 1}}],
 "output": "{{steps.b.output}}"})_";

struct BatchLab : Lab {
    std::shared_ptr<const Workflow> workflow = workflowOf(item_definition);
    BatchLab() { batch_work = engine::BatchWork::run; }

    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(root + "/" + name) << text;
        return root + "/" + name;
    }
    /// {"x": "1"} to {"x": "n"}, a line each.
    /// A file of its own each time: an earlier one may still be read.
    std::string lines(int n) {
        std::string text;
        for (int i = 1; i <= n; ++i)
            text += nlohmann::json{{"x", std::to_string(i)}}.dump() + "\n";
        return file("lines-" + std::to_string(++files_) + ".jsonl", text);
    }
    Result<Batch> add(const std::string& path, const std::function<void(BatchSpec&)>& change = {}) {
        BatchSpec spec;
        spec.source.path = path;
        if (change) change(spec);
        return replyOf<Batch>([&](auto reply) { engine->addBatch(spec, workflow, reply); });
    }
    Status order(const BatchId& id, BatchOrder what) {
        auto reply = replyOf<bool>([&](auto done) {
            engine->orderBatch(id, what, "test",
                               [done](Status s) { s ? done(true) : done(fail(s.error())); });
        });
        return reply ? Status() : Status(fail(reply.error()));
    }
    Status change(const BatchId& id, const nlohmann::json& limits) {
        auto reply = replyOf<bool>([&](auto done) {
            engine->changeBatch(id, limits, "test",
                                [done](Status s) { s ? done(true) : done(fail(s.error())); });
        });
        return reply ? Status() : Status(fail(reply.error()));
    }
    Result<std::int64_t> retry(const BatchId& id, const std::string& code = {}, std::int64_t n = 0) {
        return replyOf<std::int64_t>([&](auto reply) { engine->retryBatch(id, code, n, reply); });
    }
    Batch now(const BatchId& id) {
        auto batch =
            read<std::optional<Batch>>([&](store::Connection& db) { return store::BatchRepo::byId(db, id); });
        return batch && *batch ? **batch : Batch();
    }
    std::vector<BatchItem> items(const BatchId& id) {
        store::ItemFilter all;
        all.limit = 100'000;
        auto items = read<std::vector<BatchItem>>(
            [&](store::Connection& db) { return store::BatchRepo::items(db, now(id).no, all); });
        return items ? *items : std::vector<BatchItem>();
    }
    bool becomes(const BatchId& id, BatchState state) {
        return until([&] { return now(id).state == state; });
    }
    /// "" when the counters are what the states come to, and every item's run says the same as the item.
    std::string unbalanced(const BatchId& id) {
        const Batch batch = now(id);
        std::map<ItemState, std::int64_t> count;
        PicoSum cost;
        for (const BatchItem& each : items(id)) {
            ++count[each.state];
            if (each.state != ItemState::leased) cost += each.cost;
            if (each.state == ItemState::done) {
                auto row = read<std::optional<store::RunRow>>(
                    [&](store::Connection& db) { return store::RunRepo::byId(db, each.run); });
                if (!row || !*row || (*row)->summary.status != RunStatus::ok || (*row)->item != each.n ||
                    (*row)->batch != batch.no)
                    return "the run of item " + std::to_string(each.n);
            }
        }
        if (count[ItemState::done] != batch.done || count[ItemState::dead] != batch.dead ||
            count[ItemState::cancelled] != batch.cancelled || cost != batch.cost)
            return nlohmann::json(batch).dump();
        return {};
    }
    /// How often each prompt was answered.
    std::map<std::string, int> asked() {
        std::map<std::string, int> out;
        const std::lock_guard lock(script->mutex);
        for (const ModelCall& each : script->calls)
            ++out[each.messages.back().text];
        return out;
    }

private:
    int files_ = 0;
};

} // namespace tally::test
