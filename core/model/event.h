// Live events out of the core (DESIGN section 5). For display only: whatever they say is also in the store.
#pragma once
#include "core/model/alert.h"
#include "core/model/budget.h"
#include "core/model/kill.h"
#include "core/model/run.h"

#include <string>
#include <variant>

namespace tally {

struct RunChanged {
    RunSummary run;
};
struct StepChanged { ///< started, progressed or ended
    StepRecord step;
};
struct TextDelta { ///< streamed text of a running model step
    RunId run;
    std::string path;
    std::string text;
};
struct BudgetChanged {
    BudgetState state;
};
struct BudgetRemoved {
    BudgetId id;
};
struct KillChanged {
    KillReceipt receipt;
};
struct AlertRaised {
    Alert alert;
};
struct LogAdvanced { ///< head of the trace log
    std::int64_t size = 0;
    std::int64_t sealed = 0; ///< size of the newest checkpoint
};
struct EngineState {
    bool running = false;
    bool admission_open = true; ///< false after a kill of everything, until it is resumed
    std::int64_t live_runs = 0;
    std::int64_t inflight_calls = 0;
    double db_bytes_per_s = 0;
    std::string problem; ///< sentence; empty when well
};
struct ApprovalNeeded {
    RunId run;
    std::string path;
    std::string question;
};

using Event = std::variant<RunChanged, StepChanged, TextDelta, BudgetChanged, BudgetRemoved, KillChanged,
                           AlertRaised, LogAdvanced, EngineState, ApprovalNeeded>;

} // namespace tally
