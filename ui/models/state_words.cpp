#include "ui/models/state_words.h"

#include "ui/widgets/format.h"

#include <QCoreApplication>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
};
} // namespace

StateLook lookOf(RunStatus status) {
    switch (status) {
    case RunStatus::queued:
        return {Tone::neutral, Shape::ring, Words::tr("Queued")};
    case RunStatus::running:
        return {Tone::info, Shape::dot, Words::tr("Running")};
    case RunStatus::waiting:
        return {Tone::warn, Shape::triangle, Words::tr("Waiting")};
    case RunStatus::stopped:
        return {Tone::danger, Shape::square, Words::tr("Stopped")};
    case RunStatus::ok:
        return {Tone::ok, Shape::dot, Words::tr("Done")};
    case RunStatus::error:
        return {Tone::danger, Shape::square, Words::tr("Failed")};
    case RunStatus::abandoned:
        return {Tone::neutral, Shape::bar, Words::tr("Given up")};
    }
    return {};
}

StateLook lookOf(const RunSummary& run) {
    StateLook look = lookOf(run.status);
    if (run.status == RunStatus::stopped && run.status_detail.find("udget") != std::string::npos)
        look.word = Words::tr("Stopped: budget");
    return look;
}

StateLook lookOf(StepStatus status) {
    switch (status) {
    case StepStatus::waiting:
        return {Tone::neutral, Shape::ring, Words::tr("Waiting")};
    case StepStatus::running:
        return {Tone::info, Shape::dot, Words::tr("Running")};
    case StepStatus::ok:
        return {Tone::ok, Shape::dot, Words::tr("OK")};
    case StepStatus::error:
        return {Tone::danger, Shape::square, Words::tr("Failed")};
    case StepStatus::killed:
        return {Tone::danger, Shape::square, Words::tr("Killed")};
    case StepStatus::unknown:
        return {Tone::warn, Shape::triangle, Words::tr("Unknown")};
    case StepStatus::refused:
        return {Tone::warn, Shape::diamond, Words::tr("Refused")};
    case StepStatus::cached:
        return {Tone::neutral, Shape::dot, Words::tr("Cached")};
    }
    return {};
}

StateLook lookOf(api::AuditRecord::State state) {
    using State = api::AuditRecord::State;
    switch (state) {
    case State::proven:
        return {Tone::ok, Shape::dot, Words::tr("Proven")};
    case State::wrong:
        return {Tone::danger, Shape::triangle, Words::tr("Wrong as signed")};
    case State::altered:
        return {Tone::danger, Shape::square, Words::tr("ALTERED")};
    case State::unproven:
        return {Tone::warn, Shape::triangle, Words::tr("Unproven")};
    case State::unsealed:
        return {Tone::neutral, Shape::ring, Words::tr("Unsealed")};
    }
    return {};
}

QString wordOfStage(std::string_view stage) {
    if (stage == "hash list") return Words::tr("reading the hash list");
    if (stage == "records") return Words::tr("reading");
    if (stage == "comparing") return Words::tr("comparing");
    if (stage == "changed records") return Words::tr("looking for originals");
    if (stage == "content") return Words::tr("checking content");
    if (stage == "signatures") return Words::tr("checking signatures");
    if (stage == "payloads") return Words::tr("checking payloads");
    return safeText(stage, 60);
}

QString wordOf(StepKind kind) {
    switch (kind) {
    case StepKind::model:
        return Words::tr("model");
    case StepKind::tool:
        return Words::tr("tool");
    case StepKind::retrieve:
        return Words::tr("retrieve");
    case StepKind::filter:
        return Words::tr("filter");
    case StepKind::check:
        return Words::tr("check");
    case StepKind::route:
        return Words::tr("route");
    case StepKind::map:
        return Words::tr("map");
    case StepKind::loop:
        return Words::tr("loop");
    case StepKind::branch:
        return Words::tr("branch");
    case StepKind::approve:
        return Words::tr("approve");
    case StepKind::call:
        return Words::tr("call");
    case StepKind::code:
        return Words::tr("code");
    }
    return {};
}

QString wordOf(LimitMeter meter) {
    switch (meter) {
    case LimitMeter::cost:
        return Words::tr("cost");
    case LimitMeter::tokens:
        return Words::tr("tokens");
    case LimitMeter::calls:
        return Words::tr("calls");
    case LimitMeter::wall_ms:
        return Words::tr("wall time");
    case LimitMeter::compute_ms:
        return Words::tr("compute time");
    case LimitMeter::concurrent:
        return Words::tr("calls at once");
    case LimitMeter::state_bytes:
        return Words::tr("memory of a run");
    }
    return {};
}

QString wordOf(Window window) {
    switch (window) {
    case Window::run:
        return Words::tr("per run");
    case Window::hour:
        return Words::tr("per hour");
    case Window::day:
        return Words::tr("per day");
    case Window::week:
        return Words::tr("per week");
    case Window::month:
        return Words::tr("per month");
    case Window::total:
        return Words::tr("in total");
    }
    return {};
}

QString wordOf(BudgetPolicy policy) {
    switch (policy) {
    case BudgetPolicy::hard:
        return Words::tr("hard stop");
    case BudgetPolicy::wait:
        return Words::tr("wait");
    case BudgetPolicy::warn:
        return Words::tr("warn only");
    }
    return {};
}

QString wordOf(const Scope& scope) {
    const QString name = safeText(scope.name, 120);
    switch (scope.type) {
    case ScopeType::org:
        return Words::tr("Workspace");
    case ScopeType::process:
        return Words::tr("Process: %1").arg(name);
    case ScopeType::workflow:
        return Words::tr("Workflow: %1").arg(name);
    case ScopeType::run:
        return scope.name.empty() ? Words::tr("Every run") : Words::tr("Run: %1").arg(shortId(scope.name));
    case ScopeType::model:
        return Words::tr("Model: %1").arg(name);
    case ScopeType::user:
        return Words::tr("User: %1").arg(name);
    }
    return name;
}

QString wordOfMeter(std::string_view meter) {
    if (meter.empty()) return Words::tr("outcome unknown");
    if (meter == "in") return Words::tr("input");
    if (meter == "cache_read") return Words::tr("cached input");
    if (meter == "cache_write") return Words::tr("cache write");
    if (meter == "cache_write_1h") return Words::tr("cache write, 1 h");
    if (meter == "out") return Words::tr("output");
    if (meter == "reasoning") return Words::tr("reasoning");
    if (meter == "request") return Words::tr("requests");
    if (meter == "search") return Words::tr("searches");
    if (meter == "compute_ms") return Words::tr("compute time, ms");
    return safeText(meter, 40);
}

QString amountText(LimitMeter meter, PicoSum amount) {
    switch (meter) {
    case LimitMeter::cost:
        return moneyShort(amount);
    case LimitMeter::wall_ms:
    case LimitMeter::compute_ms:
        return duration(static_cast<std::int64_t>(amount.value()) * 1000);
    case LimitMeter::state_bytes:
        return bytes(static_cast<std::int64_t>(amount.value()));
    default:
        return countBig(amount);
    }
}

QString amountText(LimitMeter meter, PicoSum amount, PicoSum whole) {
    if (meter != LimitMeter::cost) return amountText(meter, amount);
    return money(amount, whole.value() >= Pico::units(1).value() ? 2 : 4);
}

} // namespace tally::ui
