#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/api/log_admin.h"
#include "core/base/encoding.h"
#include "core/base/file.h"
#include "core/base/quote.h"
#include "core/model/verdict_text.h"

#include <fmt/format.h>

#include <charconv>
#include <unistd.h>

namespace tally::cli {
namespace {
std::string absolute(const std::string& path) {
    // The owner may be another process with another working folder.
    if (path.empty() || path[0] == '/') return path;
    char folder[4096];
    return ::getcwd(folder, sizeof folder) != nullptr ? std::string(folder) + "/" + path : path;
}

struct ExportArgs {
    api::ExportRequest request;
    std::string range, run;
    std::int64_t proof = -1;
};

/// "A..B", "A.." or "..B" into first and last.
Status parseRange(const std::string& text, api::ExportRequest& out) {
    const auto dots = text.find("..");
    const auto number = [](std::string_view digits, std::int64_t& value) {
        if (digits.empty()) return true;
        const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return end.ec == std::errc() && end.ptr == digits.data() + digits.size() && value >= 0;
    };
    if (dots == std::string::npos || !number(std::string_view(text).substr(0, dots), out.first) ||
        !number(std::string_view(text).substr(dots + 2), out.last) || (out.last >= 0 && out.last < out.first))
        return fail("export.range", "a range is FIRST..LAST, two numbers of entries",
                    "For instance: --range 100..250, or --range 100..", text);
    return {};
}

Result<std::int64_t> writeBundle(Context& context, const api::ExportRequest& request) {
    if (!request.log.empty() || request.damaged) return api::exportStored(context.folder(), request);
    auto workspace = context.open();
    if (!workspace) return fail(workspace.error());
    return api::wait<std::int64_t>([&](auto reply) { (*workspace)->exportBundle(request, reply); });
}

/// Proofs are made from an export, which is then removed.
Result<std::string> writeProofs(Context& context, const ExportArgs& args) {
    DiskFileSystem disk;
    api::ExportRequest whole = args.request;
    whole.path = args.request.path + ".bundle";
    whole.openings = false;
    const auto written = writeBundle(context, whole);
    if (!written) return fail(written.error());
    auto proof =
        args.proof >= 0 ? api::proveEntry(whole.path, args.proof) : api::proveRun(whole.path, args.run);
    const auto key = api::signingKey(whole.path);
    TALLY_TRY(disk.remove(whole.path));
    if (!proof) return fail(proof.error());
    TALLY_TRY(disk.writeAtomic(args.request.path, *proof, 0600));
    return key;
}

void exportLog(Context& context, const ExportArgs& given) {
    ExportArgs args = given;
    args.request.path = absolute(args.request.path);
    if (!args.range.empty()) {
        if (const auto range = parseRange(args.range, args.request); !range)
            return context.failed(range.error());
    }
    if (args.proof >= 0 || !args.run.empty()) {
        const auto key = writeProofs(context, args);
        if (!key) return context.failed(key.error());
        if (!context.printJson({{"file", args.request.path}, {"vkey", *key}}))
            print("%s: written. It is checked with the key of the epoch that signed it, which its reader "
                  "needs from you by another way:\n  tally verify --proof FILE --vkey %s\n",
                  args.request.path.c_str(), escapeForDisplay(*key).c_str());
        return;
    }
    const auto entries = writeBundle(context, args.request);
    if (!entries) return context.failed(entries.error());
    if (context.printJson({{"file", args.request.path}, {"entries", *entries}})) return;
    print("%s: %s entries, %s; %s\n", args.request.path.c_str(), thousands(*entries).c_str(),
          args.request.damaged ? "as they are, unchecked" : "sealed",
          args.request.openings
              ? "with all prompts and answers that were not erased (--without-payloads leaves them out)"
              : "without prompts and answers");
}

void verifyProof(Context& context, const api::VerifyRequest& request) {
    const auto proofs = api::checkProofs(request.path, request.vkeys);
    if (!proofs) return context.failed(proofs.error());
    nlohmann::json list = nlohmann::json::array();
    for (const auto& proof : *proofs)
        list.push_back(
            {{"seq", proof.seq}, {"size", proof.size}, {"origin", proof.origin}, {"line", proof.line}});
    if (context.printJson({{"ok", true}, {"proofs", list}})) return;
    for (const auto& proof : *proofs)
        print("proven: entry %lld of %s, sealed among %lld, signed by the given key\n  %s\n",
              static_cast<long long>(proof.seq), quoteForDisplay(proof.origin).c_str(),
              static_cast<long long>(proof.size), quoteForDisplay(proof.line, 4'000).c_str());
    print("It shows these entries and nothing about others.\n");
}

void consistency(Context& context, const std::string& before, const std::string& after) {
    const auto result = api::compareExports(before, after);
    if (!result) return context.failed(result.error());
    context.exit_code = result->ok ? exit_ok : exit_not_ok;
    if (context.printJson({{"ok", result->ok},
                           {"why", result->why},
                           {"origin", result->origin},
                           {"old_size", result->old_size},
                           {"new_size", result->new_size},
                           {"first_difference", result->first_difference}}))
        return;
    print("%s: %lld entries, then %lld%s%s\n",
          result->ok ? "the old log is a beginning of the new one" : "NOT consistent",
          static_cast<long long>(result->old_size), static_cast<long long>(result->new_size),
          result->ok ? "" : ": ", result->why.c_str());
    if (result->first_difference >= 0)
        print("  first different entry: %lld\n", static_cast<long long>(result->first_difference));
    if (result->ok)
        print("  This compares the hash lists; `tally verify` says whether each file is signed and "
              "unchanged.\n");
}

void newLog(Context& context) {
    context.retire_damaged = true;
    const auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
    if (!info) return context.failed(info.error());
    if (!info->owner)
        return context.failed({"store.locked", "another process owns this workspace", "Close it first.", {}});
    if (context.printJson({{"origin", info->origin}, {"notice", info->notice}})) return;
    print(
        "%s\n",
        escapeForDisplay(info->notice.empty() ? "The log is well; nothing was done." : info->notice).c_str());
}

void verify(Context& context, const api::VerifyRequest& request) {
    const auto auditor = api::makeAuditor();
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    const auto progress = [terminal](const api::VerifyProgress& p) {
        if (terminal && p.total_bytes > 0)
            std::fprintf(stderr, "\r\033[K%s: %lld %%", p.stage.c_str(),
                         static_cast<long long>(p.bytes * 100 / p.total_bytes));
    };
    const auto file = api::wait<std::shared_ptr<api::AuditFile>>(
        [&](auto reply) { auditor->verify(request, progress, CancelToken(), reply); });
    if (terminal) std::fprintf(stderr, "\r\033[K");
    if (!file) return context.failed(file.error());
    const Verdict& verdict = (*file)->verdict();
    context.exit_code = verdict.ok ? exit_ok : exit_not_ok;
    ComparedWith compared;
    compared.pin = request.pin.empty() && !request.vkeys.empty() ? request.vkeys.front() : request.pin;
    if (!context.printJson(verdict)) printText(verdictText(verdict, compared));
}
} // namespace

void addLogCommands(CLI::App& app, Context& context) {
    auto args = std::make_shared<ExportArgs>();
    auto without = std::make_shared<bool>(false);
    auto* export_command = app.add_subcommand(
        "export", "Seal the trace log and export it as a bundle, or as proofs of single entries");
    export_command
        ->add_option("file", args->request.path,
                     "File to write (.tracelog, .tlog-proof); only you can read it")
        ->required();
    export_command->add_flag("--without-payloads", *without,
                             "Leave prompts and answers out (they count as withheld)");
    export_command->add_option(
        "--range", args->range,
        "Only entries FIRST..LAST, up to the next checkpoint; the rest is tied in by proofs");
    export_command->add_option("--proof", args->proof, "A proof of this one entry")
        ->check(CLI::NonNegativeNumber);
    export_command->add_option("--run", args->run, "A list of proofs: every entry of this run");
    export_command->add_option(
        "--log", args->request.log,
        "A log that was set aside, by its id or the beginning of it (tally doctor lists them)");
    export_command->add_flag("--damaged", args->request.damaged,
                             "Write a damaged log as it is, for tally verify to say what is wrong");
    export_command->callback([args, without, &context] {
        args->request.openings = !*without;
        exportLog(context, *args);
    });

    struct Pair {
        std::string a, b;
    };
    auto exports = std::make_shared<Pair>();
    auto* consistency_command =
        app.add_subcommand("consistency", "Check that an older export is a beginning of a newer one");
    consistency_command->add_option("old", exports->a, "Older bundle")->required();
    consistency_command->add_option("new", exports->b, "Newer bundle")->required();
    consistency_command->callback([exports, &context] { consistency(context, exports->a, exports->b); });

    auto tiles = std::make_shared<Pair>();
    auto* tiles_command = app.add_subcommand("tiles", "Write a bundle as static C2SP tlog-tiles");
    tiles_command->add_option("file", tiles->a, "Bundle; verify it first")->required();
    tiles_command->add_option("folder", tiles->b, "Folder to write")->required();
    tiles_command->callback([tiles, &context] {
        const auto files = api::writeTileFiles(tiles->a, tiles->b);
        if (!files) return context.failed(files.error());
        if (!context.printJson({{"folder", tiles->b}, {"files", *files}}))
            print("%s: %s files\n", tiles->b.c_str(), thousands(*files).c_str());
    });

    app.add_subcommand("new-log",
                       "Set a damaged trace log aside and begin a new one; the old one stays exportable")
        ->callback([&context] { newLog(context); });

    auto request = std::make_shared<api::VerifyRequest>();
    auto* verify_command = app.add_subcommand("verify", "Verify an exported trace log; needs no workspace");
    verify_command->add_option("file", request->path, "Bundle")->required();
    verify_command->add_option("--pin", request->pin,
                               "Fingerprint from an independent channel (64 hex digits)");
    verify_command->add_option("--vkey", request->vkeys, "Genesis key or trusted witness key; repeatable");
    verify_command->add_option("--memory", request->memory,
                               "File that remembers what was last seen of each log");
    auto proof = std::make_shared<bool>(false);
    verify_command->add_flag("--proof", *proof,
                             "The file is a proof, or a list of proofs, of single entries; --vkey is the key "
                             "of the epoch that signed");
    verify_command->callback([request, proof, &context] {
        if (*proof)
            verifyProof(context, *request);
        else
            verify(context, *request);
    });
}

} // namespace tally::cli
