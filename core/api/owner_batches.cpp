// Batches of an owner, asked for here or through the socket.
#include "core/api/fields.h"
#include "core/api/owner_workspace.h"
#include "core/api/start_check.h"

namespace tally::api {

using nlohmann::json;

void OwnerWorkspace::addBatch(BatchSpec spec, Reply<Batch> reply) {
    std::string name = spec.workflow;
    reads_->workflowText(
        std::move(name), [this, spec = std::move(spec), reply = std::move(reply)](Result<std::string> text) {
            if (!text) return reply(fail(text.error()));
            const WorkflowCheck check = parseWorkflow(std::move(*text));
            if (!check.workflow)
                return reply(fail("workflow.invalid",
                                  "the stored definition of '" + spec.workflow + "' has errors",
                                  "run: tally workflow check"));
            if (const auto ready = checkModels(*parts_, *check.workflow, spec.roles); !ready)
                return reply(fail(ready.error()));
            parts_->engine->addBatch(spec, check.workflow, reply);
        });
}
void OwnerWorkspace::orderBatch(BatchId id, BatchOrder order, std::string by, Done done) {
    parts_->engine->orderBatch(std::move(id), order, std::move(by), std::move(done));
}
void OwnerWorkspace::changeBatch(BatchId id, json limits, std::string by, Done done) {
    parts_->engine->changeBatch(std::move(id), std::move(limits), std::move(by), std::move(done));
}
void OwnerWorkspace::retryBatch(BatchId id, std::string code, std::int64_t item, Reply<std::int64_t> reply) {
    parts_->engine->retryBatch(std::move(id), std::move(code), item, std::move(reply));
}

void OwnerWorkspace::serveBatch(const std::string& op, const json& args, OwnerServer::Answer answer) {
    const auto done = [answer](const Status& status) {
        if (status)
            answer(json::object());
        else
            answer(fail(status.error()));
    };
    const auto value = [answer](const auto& result) {
        if (result)
            answer(json(*result));
        else
            answer(fail(result.error()));
    };
    const BatchId id(textOf(args, "id"));
    if (op == "add_batch") {
        auto spec = batchSpecFromJson(args);
        if (!spec) return answer(fail(spec.error()));
        return addBatch(std::move(*spec), value);
    }
    if (op == "change_batch") return changeBatch(id, objectOf(args, "limits"), textOf(args, "by"), done);
    if (op == "retry_batch") return retryBatch(id, textOf(args, "code"), numberOf(args, "item"), value);
    const auto order = parseBatchOrder(textOf(args, "order"));
    if (!order) return answer(fail(order.error()));
    orderBatch(id, *order, textOf(args, "by"), done);
}

} // namespace tally::api
