#include "app/cli/context.h"
#include "core/api/codec.h"
#include "core/base/resources.h"

#include <filesystem>

namespace tally::cli {
namespace {
struct Finding {
    bool ok;
    std::string what, detail, fix;
};

void doctor(Context& context) {
    std::vector<Finding> findings;
    const auto resources = context.resources.empty() ? resourceDir() : Result<std::string>(context.resources);
    findings.push_back({resources.has_value(), "resource files", resources ? *resources : resources.error().message, resources ? "" : resources.error().hint});
    const auto workspace = context.open();
    const std::string folder = context.workspace.empty() ? defaultWorkspace() : context.workspace;
    findings.push_back({workspace.has_value(), "workspace", workspace ? folder : workspace.error().text(), workspace ? "" : workspace.error().hint});
    if (workspace) {
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
        if (info) {
            findings.push_back({info->notice.empty(), "trace log", info->notice.empty() ? info->origin + ", " + std::to_string(info->log_size) + " entries" : info->notice, ""});
            findings.push_back({true, "log key", info->key_storage, ""});
        } else {
            findings.push_back({false, "owner", info.error().message, info.error().hint});
        }
    }
    std::error_code error;
    const auto space = std::filesystem::space(std::filesystem::exists(folder, error) ? folder : "/", error);
    const bool roomy = !error && space.available > (std::uintmax_t{1} << 30);
    findings.push_back({roomy, "disk", error ? error.message() : std::to_string(space.available >> 20) + " MB free", roomy ? "" : "make room: every step is written to disk before it is acknowledged"});
    nlohmann::json out = nlohmann::json::array();
    bool well = true;
    for (const auto& f : findings) {
        well = well && f.ok;
        out.push_back({{"ok", f.ok}, {"what", f.what}, {"detail", f.detail}, {"fix", f.fix}});
    }
    if (!well) context.exit_code = exit_not_ok;
    if (context.printJson({{"ok", well}, {"checks", out}})) return;
    for (const auto& f : findings)
        std::printf("%-4s  %-15s %s%s%s\n", f.ok ? "ok" : "BAD", f.what.c_str(), f.detail.c_str(), f.fix.empty() ? "" : "\n      fix: ", f.fix.c_str());
}
} // namespace

void addDoctorCommands(CLI::App& app, Context& context) {
    app.add_subcommand("doctor", "Check that this installation and workspace are well")->callback([&context] { doctor(context); });
}

} // namespace tally::cli
