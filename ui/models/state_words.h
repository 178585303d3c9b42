// The words, shapes and colours of every state in one place.
#pragma once
#include "core/api/auditor.h"
#include "core/api/values.h"
#include "ui/widgets/state_look.h"

namespace tally::ui {

StateLook lookOf(RunStatus status);
/// With the reason when it was stopped by a limit or a person.
StateLook lookOf(const RunSummary& run);
StateLook lookOf(StepStatus status);
StateLook lookOf(api::AuditRecord::State state);
QString wordOf(StepKind kind);
QString wordOf(LimitMeter meter);
QString wordOf(Window window);
QString wordOf(BudgetPolicy policy);
QString wordOf(const Scope& scope);
QString wordOfMeter(std::string_view meter);
/// What a verification is doing.
QString wordOfStage(std::string_view stage);
/// An amount of a budget in the unit of its meter.
QString amountText(LimitMeter meter, PicoSum amount);
/// With the decimals that suit `whole`, so that parts of one sum look alike.
QString amountText(LimitMeter meter, PicoSum amount, PicoSum whole);

} // namespace tally::ui
