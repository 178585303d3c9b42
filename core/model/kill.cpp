#include "core/model/kill.h"

#include "core/model/enum_names.h"

#include <nlohmann/json.hpp>

namespace tally {
namespace {
constexpr EnumNames<KillScope, 4> scopes{{{KillScope::run, "run"},
                                          {KillScope::workflow, "workflow"},
                                          {KillScope::process, "process"},
                                          {KillScope::all, "all"}}};
}
std::string_view toString(KillScope v) {
    return scopes.name(v);
}
Result<KillScope> parseKillScope(std::string_view text) {
    return scopes.parse(text, "kill.scope", "scope");
}

void to_json(nlohmann::json& out, const KillReceipt& r) {
    out = {{"id", r.order.id.str()},
           {"scope", toString(r.order.scope)},
           {"target", r.order.target},
           {"by", r.order.by},
           {"reason", r.order.reason},
           {"ordered_us", r.ordered_us},
           {"admission_closed_us", r.admission_closed_us},
           {"stop_us", r.stop_us},
           {"inflight", r.inflight},
           {"stopped", r.stopped},
           {"retries_cancelled", r.retries_cancelled},
           {"children_ended", r.children_ended},
           {"runs_stopped", r.runs_stopped},
           {"unknown_outcome", r.unknown_outcome},
           {"tail", r.tail.toString()},
           {"log_seq", r.log_seq},
           {"complete", r.complete},
           {"resumed", r.resumed},
           {"confirmation", r.confirmation}};
}

} // namespace tally
