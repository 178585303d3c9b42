#include "app/cli/context.h"
#include "app/cli/print.h"
#include "core/api/budget_admin.h"
#include "core/api/codec.h"
#include "core/api/log_admin.h"
#include "core/base/clock.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"
#include "core/base/resources.h"

#include <filesystem>

namespace tally::cli {
namespace {
struct Finding {
    bool ok;
    std::string what, detail, fix;
};

/// What the log itself says, read from the folder: also when the workspace does not open.
void logFindings(const std::string& folder, std::vector<Finding>& findings) {
    const auto logs = api::listLogs(folder);
    if (!logs) return findings.push_back({false, "trace log", logs.error().message, logs.error().hint});
    for (const auto& log : *logs) {
        const std::string id = escapeForDisplay(log.id.substr(0, 8), 8);
        const auto check = api::checkLog(folder, log.id);
        const std::string name = log.current ? "entries" : "old log " + id;
        if (!check) {
            findings.push_back({false, name, check.error().message, check.error().hint});
            continue;
        }
        std::int64_t failures = 0;
        std::string first;
        const auto count = [&](const tally::Finding& f) {
            if (f.warning || f.derived) return;
            if (++failures > 1) return;
            first = f.code + (f.seq ? " record " + std::to_string(*f.seq) : "") +
                    (f.field ? " field " + escapeForDisplay(*f.field, 40) : "") + ": " +
                    escapeForDisplay(f.message, 300);
        };
        for (const auto& f : check->verdict.findings)
            count(f);
        for (const auto& f : check->findings)
            count(f);
        const bool queries =
            !check->findings.empty() && check->verdict.ok && check->findings.front().code == "INDEX_MISMATCH";
        if (check->ok())
            findings.push_back(
                {true, name,
                 std::to_string(log.entries) + " entries and " + std::to_string(check->payloads) +
                     " payloads as they were sealed" +
                     (log.current ? ", lists and sums fit them" : "; kept, because it must not be continued"),
                 ""});
        else
            findings.push_back(
                {false, name, std::to_string(failures) + " finding(s); " + first,
                 queries
                     ? "tally doctor --rebuild makes the query tables again from the log"
                     : "tally export --damaged" + (log.current ? std::string() : " --log " + id) +
                           " FILE, then tally verify FILE says all of it; tally new-log begins a new log"});
        if (!log.continues.empty())
            findings.push_back(
                {true, "continues", "this log continues " + quoteForDisplay(log.continues), ""});
    }
}

void doctor(Context& context) {
    std::vector<Finding> findings;
    const auto resources = context.resources.empty() ? resourceDir() : Result<std::string>(context.resources);
    findings.push_back({resources.has_value(), "resource files",
                        resources ? *resources : resources.error().message,
                        resources ? "" : resources.error().hint});
    const auto workspace = context.open(context.rebuild_index ? Opening::brief : Opening::look);
    const std::string folder = context.workspace.empty() ? defaultWorkspace() : context.workspace;
    findings.push_back({workspace.has_value(), "workspace", workspace ? folder : workspace.error().text(),
                        workspace ? "" : workspace.error().hint});
    if (workspace) {
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
        if (info) {
            findings.push_back({info->notice.empty(), "trace log",
                                info->notice.empty()
                                    ? info->origin + ", " + std::to_string(info->log_size) + " entries"
                                    : info->notice,
                                ""});
            if (!info->key_storage.empty()) findings.push_back({true, "log key", info->key_storage, ""});
        } else {
            findings.push_back({false, "owner", info.error().message, info.error().hint});
        }
    }
    if (workspace || workspace.error().code.starts_with("log.")) logFindings(folder, findings);
    if (workspace) {
        const auto wrong = api::wrongBudgets(folder, SystemClock().wallUs());
        if (!wrong)
            findings.push_back({false, "budgets", wrong.error().message, wrong.error().hint});
        else if (wrong->empty())
            findings.push_back({true, "budgets", "what each has spent is what its calls come to", ""});
        else
            for (const std::string& sentence : *wrong)
                findings.push_back({false, "budgets", sentence,
                                    "the next start of an engine corrects it and says so: tally alerts"});
    }
    std::error_code error;
    const auto space = std::filesystem::space(std::filesystem::exists(folder, error) ? folder : "/", error);
    const bool roomy = !error && space.available > (std::uintmax_t{1} << 30);
    findings.push_back({roomy, "disk",
                        error ? error.message() : std::to_string(space.available >> 20) + " MB free",
                        roomy ? "" : "make room: every step is written to disk before it is acknowledged"});
    nlohmann::json out = nlohmann::json::array();
    bool well = true;
    for (const auto& f : findings) {
        well = well && f.ok;
        out.push_back({{"ok", f.ok}, {"what", f.what}, {"detail", f.detail}, {"fix", f.fix}});
    }
    if (!well) context.exit_code = exit_not_ok;
    if (context.printJson({{"ok", well}, {"checks", out}})) return;
    for (const auto& f : findings)
        print("%-4s  %-15s %s%s%s\n", f.ok ? "ok" : "BAD", f.what.c_str(), f.detail.c_str(),
              f.fix.empty() ? "" : "\n      fix: ", f.fix.c_str());
}
} // namespace

void addDoctorCommands(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand(
        "doctor", "Check that this installation and workspace are well, and the whole trace log");
    command->add_flag("--rebuild", context.rebuild_index,
                      "First make the query tables again from the trace log");
    command->callback([&context] { doctor(context); });
}

} // namespace tally::cli
