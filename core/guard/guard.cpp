#include "core/guard/guard.h"

#include "core/guard/reasoning/shown_work.h"

namespace tally::guard {
namespace {

constexpr std::size_t longest_work = 64 * 1024; ///< bytes of task and answer that are checked
constexpr std::size_t most_texts = 8;           ///< of one step, in which a task is looked for

/// The texts that a step was given: its argument as it is, or the strings in it when it is JSON.
std::vector<std::string> textsOf(const std::string& args) {
    if (args.empty() || (args[0] != '{' && args[0] != '[' && args[0] != '"')) return {args};
    const nlohmann::json given = nlohmann::json::parse(args, nullptr, false);
    if (given.is_discarded()) return {args};
    std::vector<std::string> out;
    const nlohmann::json flat = given.flatten();
    for (const nlohmann::json& each : flat)
        if (each.is_string() && out.size() < most_texts) out.push_back(each.get<std::string>());
    if (out.empty()) out.emplace_back();
    return out;
}

std::optional<Alert> shownWork(const StepObservation& step, const GuardConfig& config) {
    if (config.reasoning == Reaction::off || step.model.empty() || step.output.empty() ||
        step.output.size() > longest_work || step.args.size() > longest_work)
        return std::nullopt;
    const reasoning::Steps steps = reasoning::stepsOf(step.output);
    std::optional<reasoning::Finding> found;
    for (const std::string& task : textsOf(step.args))
        if (!found) found = reasoning::firstMistake(task, steps);
    if (!found) return std::nullopt;
    Alert alert;
    alert.detector = "reasoning." + found->kind;
    alert.action = config.reasoning == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    alert.sentence = found->sentence;
    alert.evidence = {{"step", found->step + 1}, {"kind", found->kind}};
    return alert;
}

} // namespace

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
    for (Alert& each : thread.counters.feed(step, settings))
        keep(std::move(each));
    for (Alert& each : thread.answers.feed(step, settings))
        keep(std::move(each));
    keep(shownWork(step, settings));
    for (Alert& each : usage_.feed(step, settings))
        keep(std::move(each));
    for (Alert& each : rhythm_.feed(step, settings))
        keep(std::move(each));
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

std::optional<Alert> Guard::checkPrice(const std::string& workflow, const PricedCall& call) {
    return prices_.feed(call, config(workflow));
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
    usage_.runEnded(run);
    rhythm_.runEnded(run);
    runs_.erase(run);
}

} // namespace tally::guard
