#include "core/model/alert.h"

namespace tally {

std::string_view toString(AlertAction v) {
    return v == AlertAction::stop ? "stop" : "warn";
}

void to_json(nlohmann::json& out, const Alert& a) {
    out = {{"detector", a.detector},
           {"run", a.run.str()},
           {"path", a.path},
           {"workflow", a.workflow},
           {"action", toString(a.action)},
           {"sentence", a.sentence},
           {"evidence", a.evidence},
           {"at_us", a.at_us},
           {"log_seq", a.log_seq}};
}

} // namespace tally
