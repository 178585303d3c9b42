#include "app/cli/context.h"

#include "app/cli/helper_vault.h"
#include "app/cli/print.h"
#include "app/cli/signals.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

#include <algorithm>
#include <poll.h>
#include <set>
#include <unistd.h>

namespace tally::cli {
std::string defaultWorkspace() {
    if (const char* asked = std::getenv("TALLYSTICK_WORKSPACE"); asked != nullptr && *asked != 0)
        return asked;
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const std::string base =
        data != nullptr && *data != 0 ? data : std::string(home != nullptr ? home : "/tmp") + "/.local/share";
    return base + "/tallystick/workspace";
}

Result<Opened> Context::open(Opening how) const {
    api::OpenOptions options;
    options.dir = workspace.empty() ? defaultWorkspace() : workspace;
    options.resources = resources;
    options.contract_prices = contract;
    static HelperVault vault;
    options.seed_vault = &vault;
    options.sim_time_scale = sim_time_scale;
    options.retire_damaged = retire_damaged;
    options.rebuild_index = rebuild_index;
    options.org_key = org_key;
    options.read_only = how == Opening::look;
    const bool hosting = how == Opening::hosting || how == Opening::batches;
    options.hosts_runs = hosting;
    if (how == Opening::stop) options.patience_ms = 0;
    options.batches = how == Opening::batches   ? api::Batches::run
                      : how == Opening::loading ? api::Batches::load
                                                : api::Batches::none;
    TALLY_ASSIGN(auto opened, api::openWorkspace(std::move(options)));
    if (!contract.empty() && how == Opening::hosting) {
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { opened->info(reply); });
        if (info && !info->owner)
            std::fprintf(stderr,
                         "tally: --contract has no effect here: the run is priced by the process that owns "
                         "the workspace. Rates for every process: tally price contract set FILE\n");
    }
    return Opened(opened.release(), Leave{hosting});
}

namespace {
/// Runs that rest here until a person has answered do not keep the process; nobody should have to find out.
void sayWhoRests(api::Workspace& workspace) {
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
    if (!info || !info->owner || !info->problem.empty()) return;
    const auto questions =
        api::wait<std::vector<api::OpenApproval>>([&](auto reply) { workspace.approvals({}, reply); });
    if (!questions) return;
    std::set<RunId> waiting;
    for (const api::OpenApproval& each : *questions)
        if (each.status == RunStatus::waiting) waiting.insert(each.run);
    if (!waiting.empty())
        std::fprintf(stderr,
                     "tally: runs that wait for a person: %zu. They go on in whichever process has the "
                     "workspace next; see the questions with: tally approvals\n",
                     waiting.size());
}
} // namespace

void Leave::operator()(api::Workspace* workspace) const {
    const std::unique_ptr<api::Workspace> ends(workspace);
    const Signals signals;
    Signals::answered();
    bool told = false;
    while (hosting && Signals::end() == 0) {
        const auto open = api::wait<std::vector<RunId>>([&](auto reply) { workspace->leave(reply); });
        if (!open) return;
        if (open->empty()) return sayWhoRests(*workspace);
        if (!told && !open->front().empty()) {
            std::fprintf(
                stderr,
                "tally: %zu other runs go on here; waiting for their end (Ctrl+C stops them, so that "
                "they can be resumed)\n",
                open->size());
            told = true;
        }
        if (Signals::interrupts() > 0) return;
        ::poll(nullptr, 0, 50);
    }
}

int exitCodeOf(const Error& error) {
    for (const char* ours :
         {"cli.", "store.", "file.", "owner.", "log.", "json.", "api.", "engine.", "verify.", "memory.",
          "pin.", "note.", "report.", "org.", "tsa.", "dialect.", "key."})
        if (error.code.rfind(ours, 0) == 0) return exit_usage;
    return exit_not_ok;
}

void Context::failed(const Error& error) {
    exit_code = exitCodeOf(error);
    if (json)
        printJson({{"error", api::errorToJson(error)}});
    else
        std::fprintf(stderr, "tally: %s\n", escapeForDisplay(error.text()).c_str());
}

bool Context::printJson(const nlohmann::json& value) const {
    // On a terminal every character beyond ASCII is an escape of JSON's own, so that none can steer the
    // terminal.
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    if (json) printText(value.dump(-1, ' ', terminal, nlohmann::json::error_handler_t::replace) + "\n");
    return json;
}

std::string payloadText(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace tally::cli
