#include "core/guard/guard.h"

namespace tally::guard {

void Guard::configure(const std::string& workflow, const GuardConfig& config) {
    configs_[workflow] = config;
}

const GuardConfig& Guard::config(const std::string& workflow) const {
    const auto found = configs_.find(workflow);
    return found == configs_.end() ? default_ : found->second;
}

std::vector<Alert> Guard::observe(const StepObservation& step) {
    const GuardConfig& settings = config(step.workflow);
    Thread& thread = runs_[step.run].threads[step.thread];
    std::vector<Alert> out;
    const auto keep = [&](std::optional<Alert> alert) {
        if (!alert) return;
        alert->run = step.run;
        alert->workflow = step.workflow;
        alert->path = step.path;
        alert->at_us = step.at_us;
        out.push_back(std::move(*alert));
    };
    keep(thread.loop.feed(step, settings));
    keep(thread.growth.feed(step, settings));
    keep(thread.checks.feed(step, settings));
    if (!step.cost.isZero())
        keep(costs_.add({step.workflow, step.name, step.model}, step.run, step.item, step.cost, settings));
    return out;
}

std::optional<Alert> Guard::streamText(const RunId& run, const std::string& workflow, const std::string& path,
                                       std::string_view text, std::int64_t at_us) {
    auto alert = runs_[run].streams[path].feed(text, config(workflow));
    if (!alert) return alert;
    alert->run = run;
    alert->workflow = workflow;
    alert->path = path;
    alert->at_us = at_us;
    return alert;
}

void Guard::streamEnded(const RunId& run, const std::string& path) {
    const auto found = runs_.find(run);
    if (found != runs_.end()) found->second.streams.erase(path);
}

std::optional<Alert> Guard::admitCost(const CostKey& key, const RunId& run, const std::string& path,
                                      const std::string& item, std::int64_t at_us) const {
    auto alert = costs_.judge(key, run, item, config(key.workflow));
    if (!alert) return alert;
    alert->workflow = key.workflow;
    alert->path = path;
    alert->at_us = at_us;
    return alert;
}

void Guard::learnCost(const CostKey& key, Pico cost) {
    costs_.learn(key, cost);
}

void Guard::itemEnded(const RunId& run, const std::string& thread, const std::string& item) {
    costs_.itemEnded(run, item);
    const auto found = runs_.find(run);
    if (found != runs_.end()) found->second.threads.erase(thread);
}

void Guard::runEnded(const RunId& run) {
    costs_.runEnded(run);
    runs_.erase(run);
}

} // namespace tally::guard
