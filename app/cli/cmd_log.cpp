#include "app/cli/context.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/base/clock.h"
#include "core/base/encoding.h"

#include <unistd.h>

#include <fmt/format.h>

namespace tally::cli {
namespace {
void exportLog(Context& context, const std::string& path, bool without_payloads) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    std::string target = path;
    // The owner may be another process with another working folder.
    if (!target.empty() && target[0] != '/') {
        char folder[4096];
        if (::getcwd(folder, sizeof folder) != nullptr) target = std::string(folder) + "/" + target;
    }
    const auto entries = api::wait<std::int64_t>([&](auto reply) { (*workspace)->exportBundle({target, !without_payloads}, reply); });
    if (!entries) return context.failed(entries.error());
    if (!context.printJson({{"file", target}, {"entries", *entries}})) std::printf("%s: %s entries, sealed\n", path.c_str(), thousands(*entries).c_str());
}

const char* notExcluded(VerdictLevel level) {
    switch (level) {
    case VerdictLevel::self_consistent: return "Not signed, or the signatures could not be checked: anybody could have written this.";
    case VerdictLevel::is_signed: return "Not excluded: that the whole log was substituted. Give the fingerprint or key from an independent channel with --pin or --vkey.";
    case VerdictLevel::pinned: return "Not excluded: a rollback, or a fork by a holder of the keys. Keep a --memory file, or ask for witness signatures.";
    case VerdictLevel::continuous: return "Not excluded: a different log shown to somebody else (only a witness or comparing checkpoints shows that).";
    default: return "";
    }
}

void printFinding(const Finding& f) {
    std::string line = (f.warning ? "  warning " : "  FINDING ") + f.code;
    if (f.seq) line += f.to_seq ? fmt::format(" records {} to {}", *f.seq, *f.to_seq) : fmt::format(" record {}", *f.seq);
    if (f.pos) line += fmt::format(" at line {}", *f.pos);
    if (f.field) line += " field " + *f.field;
    if (!f.message.empty()) line += ": " + f.message;
    if (f.stored) line += " · stored " + *f.stored;
    if (f.original) line += " · original " + *f.original + (f.proven ? " (proven by its hash)" : "");
    if (f.expected) line += " · expected " + *f.expected;
    std::printf("%s\n", escapeForDisplay(line).c_str());
}

void printVerdict(const Verdict& v) {
    std::printf("%s%s\n", std::string(toString(v.level)).c_str(), v.ok ? "" : "  (not ok)");
    if (v.level != VerdictLevel::malformed) {
        std::printf("  %s entries, sealed up to record %lld%s, %s unsealed, %lld checkpoints, %lld key epochs\n", thousands(v.entries).c_str(),
                    static_cast<long long>(v.sealed_to), v.sealed_ts_us ? (" of " + localTime(*v.sealed_ts_us)).c_str() : "", thousands(v.unsealed).c_str(),
                    static_cast<long long>(v.checkpoints), static_cast<long long>(v.epochs));
        std::printf("  fingerprint %s\n  pin: %s; earlier state: %s\n", v.fingerprint.value_or("none").c_str(), v.pin.value_or("not given").c_str(), v.memory.value_or("not given").c_str());
    }
    if (v.totals)
        std::printf("  re-derived: %lld steps in %lld runs cost %s; payloads %lld present, %lld erased, %lld withheld\n", static_cast<long long>(v.totals->steps),
                    static_cast<long long>(v.totals->runs), v.totals->cost.toString().c_str(), static_cast<long long>(v.totals->payloads_ok),
                    static_cast<long long>(v.totals->payloads_erased), static_cast<long long>(v.totals->payloads_withheld));
    for (const auto& finding : v.findings)
        printFinding(finding);
    if (*notExcluded(v.level) != 0) std::printf("  %s\n", notExcluded(v.level));
}

void verify(Context& context, const api::VerifyRequest& request) {
    const auto auditor = api::makeAuditor();
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    const auto progress = [terminal](const api::VerifyProgress& p) {
        if (terminal && p.total_bytes > 0)
            std::fprintf(stderr, "\r\033[K%s: %lld %%", p.stage.c_str(), static_cast<long long>(p.bytes * 100 / p.total_bytes));
    };
    const auto file = api::wait<std::shared_ptr<api::AuditFile>>([&](auto reply) { auditor->verify(request, progress, CancelToken(), reply); });
    if (terminal) std::fprintf(stderr, "\r\033[K");
    if (!file) return context.failed(file.error());
    const Verdict& verdict = (*file)->verdict();
    context.exit_code = verdict.ok ? exit_ok : exit_not_ok;
    if (!context.printJson(verdict)) printVerdict(verdict);
}
} // namespace

void addLogCommands(CLI::App& app, Context& context) {
    auto path = std::make_shared<std::string>();
    auto without = std::make_shared<bool>(false);
    auto* export_command = app.add_subcommand("export", "Seal the trace log and export it as a bundle");
    export_command->add_option("file", *path, "File to write (.tracelog)")->required();
    export_command->add_flag("--without-payloads", *without, "Leave prompts and answers out (they count as withheld)");
    export_command->callback([path, without, &context] { exportLog(context, *path, *without); });

    auto request = std::make_shared<api::VerifyRequest>();
    auto* verify_command = app.add_subcommand("verify", "Verify an exported trace log; needs no workspace");
    verify_command->add_option("file", request->path, "Bundle")->required();
    verify_command->add_option("--pin", request->pin, "Fingerprint from an independent channel (64 hex digits)");
    verify_command->add_option("--vkey", request->vkeys, "Genesis key or trusted witness key; repeatable");
    verify_command->add_option("--memory", request->memory, "File that remembers what was last seen of each log");
    verify_command->callback([request, &context] { verify(context, *request); });
}

} // namespace tally::cli
