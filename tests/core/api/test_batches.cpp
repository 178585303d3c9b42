// Batches through the door: a second process adds and orders through the owner's socket, and writes orders
// itself when the owner has gone; who owns the workspace next goes on.
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;

namespace {
constexpr const char* definition = R"({"name": "items", "process": "tests", "version": "1",
  "models": {"reader": ["sim/sim-small"]}, "inputs": {"x": {"type": "string"}},
  "steps": [{"id": "ask", "kind": "model", "role": "reader", "prompt": "Say {{inputs.x}}.", "max_tokens": 50}]})";

Result<std::unique_ptr<api::Workspace>> openFor(const ApiFolder& folder, api::Batches batches) {
    api::OpenOptions options;
    options.dir = folder.workspace();
    options.resources = TALLY_SOURCE_DIR "/resources";
    options.sim_time_scale = 0;
    options.batches = batches;
    return api::openWorkspace(std::move(options));
}
Result<Batch> add(api::Workspace& workspace, const BatchSpec& spec) {
    return api::wait<Batch>([&](auto reply) { workspace.addBatch(spec, reply); });
}
Batch now(api::Workspace& workspace, const BatchId& id) {
    const auto all = api::wait<std::vector<Batch>>([&](auto reply) { workspace.batches(reply); });
    for (const Batch& each : all ? *all : std::vector<Batch>())
        if (each.id == id) return each;
    return {};
}
Status order(api::Workspace& workspace, const BatchId& id, BatchOrder what) {
    return test::done([&](api::Done d) { workspace.orderBatch(id, what, "operator", d); });
}
} // namespace

class TestBatches : public QObject {
    Q_OBJECT
private slots:
    void aViewerAddsThroughTheSocketAndOrdersWithoutAnOwner() {
        const ApiFolder folder;
        BatchSpec spec;
        spec.workflow = "items";
        spec.name = "night";
        spec.source.path = folder.write("in.jsonl", "{\"x\":\"1\"}\nbroken\n{\"x\":\"2\"}\n");
        spec.limit_cost = *Pico::parse("2");
        spec.fields = {{"x", "x"}};
        spec.roles = {{"reader", *ModelRef::parse("sim/sim-small")}};
        auto owner = openFor(folder, api::Batches::run);
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        auto viewer = openFor(folder, api::Batches::none);
        QVERIFY2(viewer.has_value(), viewer ? "" : viewer.error().text().c_str());
        const auto saved =
            api::wait<std::string>([&](auto reply) { (*viewer)->saveWorkflow(definition, reply); });
        QVERIFY(saved.has_value());
        const auto first = add(**viewer, spec);
        QVERIFY2(first.has_value(), first ? "" : first.error().text().c_str());
        QVERIFY(first->spec == [&] {
            BatchSpec with = spec;
            with.by = "operator";
            return with;
        }());
        QTRY_VERIFY_WITH_TIMEOUT(now(**viewer, first->id).state == BatchState::done, 60'000);
        const Batch end = now(**viewer, first->id);
        QCOMPARE(end.done, 2);
        QCOMPARE(end.dead, 1);
        QVERIFY(end.workflow_sha256.size() == 64);
        const auto causes =
            api::wait<std::vector<BatchCause>>([&](auto reply) { (*viewer)->batchCauses(first->id, reply); });
        QVERIFY(causes && causes->size() == 1 && causes->front().code == "batch.record");
        api::BatchItemQuery query;
        query.batch = first->id;
        query.state = ItemState::done;
        const auto items =
            api::wait<std::vector<BatchItem>>([&](auto reply) { (*viewer)->batchItems(query, reply); });
        QVERIFY(items && items->size() == 2);
        const auto run =
            api::wait<RunSummary>([&](auto reply) { (*viewer)->run(items->front().run, reply); });
        QVERIFY(run && run->status == RunStatus::ok && run->label == "night 1");
        const auto none =
            api::wait<std::int64_t>([&](auto reply) { (*viewer)->retryBatch(first->id, "", 0, reply); });
        QVERIFY(none && *none == 0); // a line that could not be read has nothing to try

        spec.workflow = "nobody";
        const auto refused = add(**viewer, spec);
        QVERIFY(!refused && refused.error().code == "workflow.unknown");
        spec.workflow = "items";
        spec.paused = true;
        const auto second = add(**viewer, spec);
        QVERIFY(second && second->state == BatchState::paused);
        QTRY_VERIFY_WITH_TIMEOUT(now(**viewer, second->id).loading == LoadState::loaded, 60'000);
        owner->reset();
        // Nobody owns the workspace: the order is one durable row, and nothing is started by it.
        const auto resumed = order(**viewer, second->id, BatchOrder::resume);
        QVERIFY2(resumed, resumed ? "" : resumed.error().text().c_str());
        QVERIFY(now(**viewer, second->id).state == BatchState::running);
        QCOMPARE(now(**viewer, second->id).done, 0);
        const auto gone = order(**viewer, BatchId("nope"), BatchOrder::pause);
        QVERIFY(!gone && gone.error().code == "batch.unknown");
        viewer->reset();
        owner = openFor(folder, api::Batches::run);
        QVERIFY(owner.has_value());
        QTRY_VERIFY_WITH_TIMEOUT(now(**owner, second->id).state == BatchState::done, 60'000);
        QCOMPARE(now(**owner, second->id).done, 2);
    }
};
TALLY_TEST(TestBatches)
#include "test_batches.moc"
