#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/log_admin.h"
#include "core/base/encoding.h"
#include "core/base/file.h"

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
}

} // namespace tally::cli
