#include "tests/core/store/support_rows.h"

namespace tally::test {

Rows::Rows(bool started) {
    store::StoreOptions options;
    options.dir = folder.path().toStdString() + "/ws";
    options.app = "test";
    options.check_location = false;
    auto opened = store::Store::open(options, clock, rng);
    if (!opened) throw std::runtime_error(opened.error().text());
    store = std::move(*opened);
    if (started) store->start();
}
Rows::~Rows() = default;

store::RunRow runRow(store::RunNo no, const std::string& workflow, RunStatus status) {
    store::RunRow row;
    row.no = no;
    row.summary.id = RunId("run-" + std::to_string(no));
    row.summary.workflow = workflow;
    row.summary.workflow_sha256 = "ab";
    row.summary.process = "compliance";
    row.summary.label = "label " + std::to_string(no);
    row.summary.status = status;
    row.summary.started_us = no * 1'000;
    row.root = row.summary.id;
    row.inputs = "{}";
    row.limits = "{}";
    row.machine_version = 1;
    return row;
}

KillReceipt killReceipt(const std::string& id) {
    KillReceipt receipt;
    receipt.order = {KillId(id), KillScope::workflow, "triage", "operator", "too dear"};
    receipt.ordered_us = 1'000;
    return receipt;
}

} // namespace tally::test
