#include "app/cli/context.h"

#include "app/cli/helper_vault.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

#include <unistd.h>

namespace tally::cli {
std::string defaultWorkspace() {
    if (const char* asked = std::getenv("TALLYSTICK_WORKSPACE"); asked != nullptr && *asked != 0) return asked;
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const std::string base = data != nullptr && *data != 0 ? data : std::string(home != nullptr ? home : "/tmp") + "/.local/share";
    return base + "/tallystick/workspace";
}

Result<std::unique_ptr<api::Workspace>> Context::open() const {
    api::OpenOptions options;
    options.dir = workspace.empty() ? defaultWorkspace() : workspace;
    options.resources = resources;
    options.contract_prices = contract;
    static HelperVault vault;
    options.seed_vault = &vault;
    options.sim_time_scale = sim_time_scale;
    return api::openWorkspace(std::move(options));
}

void Context::failed(const Error& error, int code) {
    exit_code = code;
    if (json) printJson({{"error", api::errorToJson(error)}});
    else std::fprintf(stderr, "tally: %s\n", escapeForDisplay(error.text()).c_str());
}

bool Context::printJson(const nlohmann::json& value) const {
    if (json) std::printf("%s\n", value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return json;
}

} // namespace tally::cli
