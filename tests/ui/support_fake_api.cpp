#include "tests/ui/fake_api.h"
#include "tests/ui/fake_data.h"

#include <algorithm>

namespace tally::test {

FakeWorkspace::FakeWorkspace(Amount amount)
    : amount_(amount) {
    makeRuns();
}

void FakeWorkspace::makeRuns() {
    if (amount_ == Amount::none) return;
    const int n = amount_ == Amount::little ? 7 : 400;
    for (int i = 0; i < n; ++i)
        runs_.push_back(fakeRun(i, amount_ == Amount::much));
}

std::vector<StepRecord> FakeWorkspace::stepsOf(const RunId& run) const {
    if (amount_ == Amount::none) return {};
    return fakeSteps(run, amount_ == Amount::much ? 3000 : 60);
}

void FakeWorkspace::info(api::Reply<api::WorkspaceInfo> reply) {
    answer(reply, [this] {
        api::WorkspaceInfo i;
        i.folder = "/home/ana/.local/share/tallystick/default";
        i.origin = "tallystick.example/ana/default";
        i.fingerprint = "5f0a7c19be6db1c6d8f8d0e7f8f1e0a53c6b9a2e4d70e2d3d9f4a1c08b7e6a44";
        i.vkey = "tallystick.example/ana/default+1f2e3d4c+AbcdEfghIjklMnopQrstUvwxYz0123456789AbcdEfgh";
        i.app_version = "0.1.0";
        i.schema_version = 3;
        i.log_size = amount_ == Amount::none ? 1 : 20418;
        i.log_sealed = amount_ == Amount::none ? 1 : 20352;
        i.key_storage = "file, mode 0600";
        return i;
    });
}

void FakeWorkspace::workflows(api::Reply<std::vector<api::WorkflowInfo>> reply) {
    answer(reply, [this] {
        return amount_ == Amount::none ? std::vector<api::WorkflowInfo>{}
                                       : fakeWorkflows(amount_ == Amount::much);
    });
}
void FakeWorkspace::workflowText(std::string name, api::Reply<std::string> reply) {
    answer(reply, [&] { return fakeWorkflowText(name); });
}
void FakeWorkspace::checkWorkflow(std::string text, api::Reply<std::vector<Diagnostic>> reply) {
    answer(reply, [&] { return fakeDiagnostics(text); });
}
void FakeWorkspace::saveWorkflow(std::string, api::Reply<std::string> reply) {
    answer(reply, [] { return std::string("licence-triage"); });
}
void FakeWorkspace::start(api::StartRun request, api::Reply<RunId> reply) {
    started.push_back(std::move(request));
    answer(reply, [this] {
        return runs_.empty() ? RunId("0193f0a2-0000-7000-8000-00000000ffff") : runs_.front().id;
    });
}

void FakeWorkspace::runs(api::RunQuery query, api::Reply<api::RunPage> reply) {
    answer(reply, [&] {
        api::RunPage page;
        page.total = static_cast<std::int64_t>(runs_.size());
        for (std::int64_t i = query.offset; i < std::min(page.total, query.offset + query.limit); ++i)
            page.runs.push_back(runs_[static_cast<std::size_t>(i)]);
        return page;
    });
}
void FakeWorkspace::run(RunId id, api::Reply<RunSummary> reply) {
    answer(reply, [&]() -> RunSummary {
        const auto it =
            std::find_if(runs_.begin(), runs_.end(), [&](const RunSummary& r) { return r.id == id; });
        return it == runs_.end() ? RunSummary{} : *it;
    });
}
void FakeWorkspace::steps(api::StepQuery query, api::Reply<api::StepPage> reply) {
    answer(reply, [&] {
        const std::vector<StepRecord> all = stepsOf(query.run);
        api::StepPage page;
        page.total = static_cast<std::int64_t>(all.size());
        for (std::int64_t i = query.offset; i < std::min(page.total, query.offset + query.limit); ++i)
            page.steps.push_back(all[static_cast<std::size_t>(i)]);
        return page;
    });
}
void FakeWorkspace::step(RunId run, std::string path, int attempt, api::Reply<StepDetail> reply) {
    for (const StepRecord& s : stepsOf(run))
        if (s.path == path && s.attempt == attempt) return answer(reply, [&] { return fakeDetail(s); });
    reply(tally::fail("step.unknown", "this run has no step " + path));
}
void FakeWorkspace::runOutput(RunId, api::Reply<nlohmann::json> reply) {
    answer(reply, [] { return nlohmann::json::array({"MIT", "GPL-2.0-or-later"}); });
}
void FakeWorkspace::alerts(std::optional<RunId>, api::Reply<std::vector<Alert>> reply) {
    answer(reply, [] { return std::vector<Alert>{}; });
}
void FakeWorkspace::approvals(std::optional<RunId> run, api::Reply<std::vector<api::OpenApproval>> reply) {
    answer(reply, [&] {
        std::vector<api::OpenApproval> out;
        for (const api::OpenApproval& each : open_approvals)
            if (!run || each.run == *run) out.push_back(each);
        return out;
    });
}
void FakeWorkspace::doubtfulCalls(api::Reply<std::vector<api::DoubtfulCall>> reply) {
    reply(std::vector<api::DoubtfulCall>());
}
void FakeWorkspace::settleCall(api::SettleCall, api::Reply<Pico> reply) {
    reply(Pico());
}
void FakeWorkspace::decide(RunId run, std::string path, bool approve, std::string, api::Done done) {
    std::erase_if(open_approvals, [&](const auto& each) { return each.run == run && each.path == path; });
    decisions.emplace_back(std::move(path), approve);
    done({});
}
void FakeWorkspace::replay(RunId id, api::Reply<api::ReplayReport> reply) {
    answer(reply, [&] {
        api::ReplayReport r;
        r.run = id;
        r.identical = true;
        return r;
    });
}

void FakeWorkspace::overview(api::Reply<api::Overview> reply) {
    answer(reply, [this] { return fakeOverview(static_cast<int>(amount_), now_us); });
}
void FakeWorkspace::costs(api::CostQuery query, api::Reply<api::CostTable> reply) {
    answer(reply, [&] {
        return amount_ == Amount::none ? api::CostTable{query.by, {}, {}, {}} : fakeCosts(query);
    });
}
void FakeWorkspace::budgets(api::Reply<std::vector<api::BudgetView>> reply) {
    answer(reply, [this] {
        return amount_ == Amount::none ? std::vector<api::BudgetView>{}
                                       : fakeBudgets(amount_ == Amount::much, now_us);
    });
}
void FakeWorkspace::setBudget(Budget budget, api::Reply<BudgetId> reply) {
    saved_budgets.push_back(std::move(budget));
    answer(reply, [] { return BudgetId("b-new"); });
}
void FakeWorkspace::removeBudget(BudgetId, std::string, std::string, api::Done done) {
    done({});
}
void FakeWorkspace::whatIf(Budget, api::Reply<api::WhatIf> reply) {
    answer(reply, [] {
        api::WhatIf w;
        w.steps_seen = 2031;
        w.steps_blocked = 41;
        w.runs_touched = 3;
        w.cost_blocked = PicoSum::of(Int128{4'120'000} * 1'000'000);
        w.first_block_us = now_us - std::int64_t{3} * 86'400 * 1'000'000;
        w.sentence = "Over the last 30 days this budget would have stopped work on 2 days.";
        return w;
    });
}
void FakeWorkspace::prices(std::string, api::Reply<std::vector<api::PriceRow>> reply) {
    answer(reply, [] { return std::vector<api::PriceRow>{}; });
}

KillReceipt FakeWorkspace::receiptFor(const KillOrder& order) const {
    KillReceipt r;
    r.order = order;
    r.order.id = KillId("0193f0a2-aaaa-7000-8000-000000000001");
    r.ordered_us = now_us;
    r.admission_closed_us = 38;
    r.stop_us = 2140;
    r.inflight = 12;
    r.stopped = 12;
    r.retries_cancelled = 1;
    r.runs_stopped = 2;
    r.unknown_outcome = 3;
    r.tail = PicoSum::of(Int128{60'120'000'000});
    r.log_seq = 20419;
    r.complete = true;
    r.confirmation = "12 streams were closed and confirmed by their servers; whether a provider bills beyond "
                     "that is not confirmed.";
    return r;
}
void FakeWorkspace::publishReceipt(const KillReceipt& receipt) {
    feed_.publish(KillChanged{receipt});
}
void FakeWorkspace::kill(KillOrder order, api::Reply<KillId> accepted) {
    kills.push_back(order);
    answer(accepted, [] { return KillId("0193f0a2-aaaa-7000-8000-000000000001"); });
}
void FakeWorkspace::receipts(api::Reply<std::vector<KillReceipt>> reply) {
    answer(reply, [this] {
        std::vector<KillReceipt> out;
        for (const KillOrder& order : kills)
            out.insert(out.begin(), receiptFor(order));
        return out;
    });
}
void FakeWorkspace::resumeKill(KillId id, bool, std::string, api::Done done) {
    resumed.push_back(std::move(id));
    done({});
}
void FakeWorkspace::resumeRun(RunId, std::string, api::Done done) {
    done({});
}
void FakeWorkspace::abandonRun(RunId, std::string, api::Done done) {
    done({});
}
void FakeWorkspace::providers(api::Reply<std::vector<api::ProviderInfo>> reply) {
    answer(reply, [this] { return fakeProviders(amount_ == Amount::much); });
}
void FakeWorkspace::addProvider(api::AddProvider request, api::Done done) {
    added_providers.push_back(std::move(request));
    done({});
}
void FakeWorkspace::removeProvider(std::string, api::Done done) {
    done({});
}
void FakeWorkspace::testProvider(std::string name, api::Reply<std::string> sentence) {
    answer(sentence, [&] { return name + " answered in 212 ms and lists 3 models."; });
}
void FakeWorkspace::settings(api::Reply<api::WorkspaceSettings> reply) {
    answer(reply, [this] {
        api::WorkspaceSettings s;
        if (amount_ == Amount::none) return s;
        s.contract = {"/srv/finance/contract-2026.json", "our contract 2026", 5, 12, now_us - 86'400'000'000};
        s.network = {"http://proxy.example:3128", amount_ == Amount::much ? "/etc/ssl/company/root.pem" : ""};
        return s;
    });
}
void FakeWorkspace::setNetwork(api::NetworkSettings network, api::Done done) {
    if (network.proxy.find("://") == std::string::npos && !network.proxy.empty())
        return done(tally::fail("network.proxy", "the proxy is not an address", "write http://host:port"));
    networks.push_back(std::move(network));
    done({});
}
void FakeWorkspace::checkContract(std::string path, api::Reply<api::ContractInfo> reply) {
    if (path.find("wrong") != std::string::npos)
        return reply(
            tally::fail("price.rate", "The rate is a number; amounts are text, so that no digit is lost",
                        "Write it in quotes: \"1.25\"", path + " /providers/0/models/0/lines/0/rates/out"));
    answer(reply, [&] { return api::ContractInfo{path, "our contract 2027", 6, 14, 0}; });
}
void FakeWorkspace::setContract(std::string path, api::Reply<api::ContractInfo> reply) {
    contracts.push_back(path);
    answer(reply, [&] {
        return path.empty() ? api::ContractInfo{}
                            : api::ContractInfo{path, "our contract 2027", 6, 14, now_us};
    });
}
void FakeWorkspace::exportBundle(api::ExportRequest, api::Reply<std::int64_t> entries) {
    answer(entries, [] { return std::int64_t{20418}; });
}
void FakeWorkspace::planErasure(ErasePolicy policy, api::Reply<ErasePlan> reply) {
    planned.push_back(policy);
    answer(reply, [&] {
        ErasePlan plan;
        if (policy.process == "nobody") return plan;
        plan.runs = policy.run.empty() ? 7 : 1;
        plan.steps = 41 * plan.runs;
        plan.payloads = 2 * plan.steps;
        plan.bytes = 190'000 * plan.runs;
        plan.oldest_end_us = now_us - std::int64_t{400} * 86'400'000'000;
        plan.last_end_us = now_us - std::int64_t{31} * 86'400'000'000;
        plan.open_runs = policy.subject.empty() ? 0 : 1;
        return plan;
    });
}
void FakeWorkspace::erasePayloads(EraseOrder order, api::Reply<ErasureDone> reply) {
    erased.push_back(order);
    answer(reply, [&] {
        ErasureDone done;
        done.erased.runs = 7;
        done.erased.steps = 287;
        done.erased.payloads = 574;
        done.first_seq = 20'418;
        done.last_seq = 20'991;
        return done;
    });
}
void FakeWorkspace::retention(api::Reply<Retention> reply) {
    answer(reply, [this] {
        if (!rules.empty()) return rules.back();
        Retention rule;
        if (amount_ != Amount::much) return rule;
        rule.days = 90;
        rule.process = "compliance";
        rule.reason = "retention period of the licence archive";
        rule.by = "ana";
        rule.set_us = now_us - std::int64_t{20} * 86'400'000'000;
        rule.applied_us = now_us - 3'600'000'000;
        return rule;
    });
}
void FakeWorkspace::setRetention(Retention rule, api::Reply<Retention> reply) {
    rule.set_us = now_us;
    rules.push_back(rule);
    answer(reply, [&] { return rule; });
}
void FakeWorkspace::startDemo(api::Reply<std::vector<RunId>> reply) {
    answer(reply, [] { return std::vector<RunId>{}; });
}
void FakeWorkspace::demoResult(api::Reply<api::SampleComparison> reply) {
    answer(reply, [this] { return fakeOverview(static_cast<int>(amount_), now_us).samples; });
}

} // namespace tally::test
