// The organisation's key that signs every checkpoint of a workspace besides the log's own: set, shown,
// removed.
#include "app/cli/context.h"
#include "app/cli/print.h"
#include "core/api/log_admin.h"
#include "core/base/encoding.h"
#include "core/base/file.h"

#include <unistd.h>

namespace tally::cli {
namespace {
struct OrgKeyArgs {
    std::string where, public_file;
};

/// The setting is read by processes in other working folders.
std::string fullPlace(const std::string& where) {
    if (where.empty() || where[0] == '/' || where.starts_with("pkcs11:")) return where;
    char folder[4096];
    return ::getcwd(folder, sizeof folder) != nullptr ? std::string(folder) + "/" + where : where;
}

nlohmann::json toJson(const api::OrgKeyInfo& key) {
    const auto orNull = [](const std::string& text) {
        return text.empty() ? nlohmann::json() : nlohmann::json(text);
    };
    return {{"where", orNull(key.where)},
            {"key_sha256", orNull(key.sha256)},
            {"public_pem", orNull(key.public_pem)},
            {"problem", orNull(key.problem)}};
}

void show(Context& context, const std::string& public_file) {
    const auto key = api::orgKeyOf(context.folder());
    if (!key) return context.failed(key.error());
    if (!key->problem.empty()) context.exit_code = exit_not_ok;
    if (!public_file.empty() && !key->public_pem.empty()) {
        DiskFileSystem disk;
        if (const auto written = disk.writeAtomic(public_file, key->public_pem, 0644); !written)
            return context.failed(written.error());
    }
    if (context.printJson(toJson(*key))) return;
    if (key->where.empty())
        return print("no organisation signs the checkpoints of this workspace; tally log org-key set sets "
                     "one\n");
    print("every checkpoint is signed with the key at %s\n  SHA-256 of the public key: %s\n",
          escapeForDisplay(key->where).c_str(), escapeForDisplay(key->sha256).c_str());
    if (!key->problem.empty())
        print("  NOT usable now, so nothing is sealed: %s\n", escapeForDisplay(key->problem).c_str());
    else if (public_file.empty())
        print("Readers check it with: tally verify FILE --org-key PUBLIC.pem (tally log org-key show "
              "--public PUBLIC.pem writes it)\n");
    else
        print("%s: the public key\n", escapeForDisplay(public_file).c_str());
}

void change(Context& context, const OrgKeyArgs& args) {
    context.org_key = fullPlace(args.where);
    {
        const auto workspace = context.open();
        if (!workspace) return context.failed(workspace.error());
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*workspace)->info(reply); });
        if (!info) return context.failed(info.error());
        if (!info->owner)
            return context.failed(
                {"store.locked", "another process owns this workspace and signs its checkpoints",
                 "Close it first: the key is read when the log is opened.", context.folder()});
    }
    show(context, args.public_file);
}
} // namespace

void addOrgKeyCommands(CLI::App& app, Context& context) {
    auto* log = app.add_subcommand("log", "How the trace log of this workspace is sealed");
    log->require_subcommand(1);
    auto* command = log->add_subcommand(
        "org-key", "A key of your organisation (ECDSA P-256) that signs every checkpoint besides the log's "
                   "own; only its place and the SHA-256 of its public half are stored");
    command->require_subcommand(1);
    auto args = std::make_shared<OrgKeyArgs>();
    auto* set = command->add_subcommand("set", "Sign with this key from now on");
    set->add_option("key", args->where,
                    "Private key: a PEM file, or a pkcs11: URI (with pin-source=file:/…, never the PIN "
                    "itself)")
        ->required();
    auto* shown = command->add_subcommand("show", "Which key signs, and whether it can be used now");
    for (auto* each : {set, shown})
        each->add_option("--public", args->public_file, "Also write the public key (PEM) to this file");
    set->callback([args, &context] { change(context, *args); });
    shown->callback([args, &context] { show(context, args->public_file); });
    command->add_subcommand("remove", "Sign with the log's own key only")->callback([&context] {
        change(context, {});
    });
}

} // namespace tally::cli
