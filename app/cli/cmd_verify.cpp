// What an auditor asks about files: verify, the verifier's memory, pins, compare.
#include "app/cli/auditing.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "app/cli/verify_lists.h"
#include "app/cli/verify_plain.h"
#include "core/api/log_admin.h"
#include "core/audit/memory_file.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"
#include "core/model/verdict_text.h"

#include <fmt/format.h>

#include <unistd.h>

namespace tally::cli {
namespace {
struct VerifyArgs {
    api::VerifyRequest request;
    bool proof = false, no_memory = false;
    std::string dialect;
    VerifyLists lists;
};

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

std::string stateText(const LogState& state) {
    std::string out = fmt::format("{} records, root {}", thousands(state.size),
                                  state.root.empty() ? "none" : escapeForDisplay(state.root, 64));
    if (state.seen_us != 0) out += ", " + localTime(state.seen_us);
    if (!state.file.empty()) out += ", file " + quoteForDisplay(state.file, 200);
    if (!state.sha256.empty()) out += " (SHA-256 " + escapeForDisplay(state.sha256, 64) + ")";
    return out;
}

/// Both states, so that the reader sees what was withdrawn or rewritten.
std::string memoryText(const MemoryAnswer& memory) {
    std::string out;
    if (memory.then) out += "  seen before: " + stateText(*memory.then) + "\n";
    if (memory.then || memory.answer == "mismatch") out += "  seen now:    " + stateText(memory.now) + "\n";
    if (!memory.root_at_then.empty())
        out += "  its root at the size that was seen before: " + escapeForDisplay(memory.root_at_then, 64) +
               "\n";
    if (memory.remembered) out += "  remembered in " + escapeForDisplay(memory.file, 400) + "\n";
    if (!memory.note.empty()) out += "  not remembered: " + escapeForDisplay(memory.note, 600) + "\n";
    return out;
}

void verify(Context& context, const VerifyArgs& args) {
    if (args.request.path.empty())
        return context.failed({"cli.usage", "no file was named", "tally verify FILE", {}});
    if (args.proof) return verifyProof(context, args.request);
    if (verifyPlain(context, args.request.path, args.request.pin, args.dialect)) return;
    api::VerifyRequest request = args.request;
    // The JSON is the specification's: the same for the same arguments, whatever was verified before.
    request.own_memory = request.memory.empty() && !args.no_memory && !context.json;
    const auto auditor = api::makeAuditor();
    const auto file = verifiedFile(context, *auditor, request);
    if (!file) return context.failed(file.error());
    const Verdict& verdict = (*file)->verdict();
    context.exit_code = verdict.ok ? exit_ok : exit_not_ok;
    ComparedWith compared;
    compared.pin = request.pin.empty() && !request.vkeys.empty() ? request.vkeys.front() : request.pin;
    const auto lists = verifyLists(*auditor, *file, args.lists);
    if (!lists) return context.failed(lists.error());
    if (!lists->ok) context.exit_code = exit_not_ok;
    nlohmann::json all = verdict;
    all.update(lists->json);
    if (context.printJson(all)) return;
    printText(verdictText(verdict, compared));
    printText(lists->text);
    printText(memoryText((*file)->memory()));
}

void listMemory(Context& context) {
    const auto auditor = api::makeAuditor();
    const auto seen = api::wait<std::vector<SeenLog>>([&](auto reply) { auditor->seenLogs(reply); });
    if (!seen) return context.failed(seen.error());
    nlohmann::json list = nlohmann::json::array();
    Table table({"log", ">records", "last seen", "file", "root", "origin"});
    for (const auto& [log, state] : *seen) {
        list.push_back({{"log", log},
                        {"fingerprint", state.fingerprint},
                        {"origin", state.origin},
                        {"size", state.size},
                        {"root", state.root},
                        {"seen_us", state.seen_us},
                        {"file", state.file},
                        {"sha256", state.sha256},
                        {"bytes", state.bytes}});
        table.row({log, thousands(state.size), localTime(state.seen_us), state.file, state.root.substr(0, 16),
                   state.origin});
    }
    if (context.printJson({{"file", audit::MemoryFile::defaultPath()}, {"logs", list}})) return;
    if (seen->empty())
        print("no log was seen yet; %s\n", escapeForDisplay(audit::MemoryFile::defaultPath()).c_str());
    else
        table.print();
}

void listPins(Context& context) {
    const auto auditor = api::makeAuditor();
    const auto pins = api::wait<std::vector<StoredPin>>([&](auto reply) { auditor->pins(reply); });
    if (!pins) return context.failed(pins.error());
    nlohmann::json list = nlohmann::json::array();
    Table table({"name", "added", "pin", "note"});
    for (const auto& pin : *pins) {
        list.push_back({{"name", pin.name},
                        {"fingerprint", pin.fingerprint},
                        {"vkey", pin.vkey},
                        {"note", pin.note},
                        {"added_us", pin.added_us}});
        table.row(
            {pin.name, localTime(pin.added_us), pin.vkey.empty() ? pin.fingerprint : pin.vkey, pin.note});
    }
    if (context.printJson({{"pins", list}})) return;
    if (pins->empty())
        print("no pin is kept; tally verify pin add NAME FINGERPRINT keeps one\n");
    else
        table.print();
}

/// One of the calls that answer with nothing.
template <class Call>
void change(Context& context, const char* done_word, const std::string& what, Call&& call) {
    const auto auditor = api::makeAuditor();
    const auto done = api::wait<void>([&](auto reply) { call(*auditor, reply); });
    if (!done) return context.failed(done.error());
    if (!context.printJson({{"ok", true}})) print("%s: %s\n", escapeForDisplay(what).c_str(), done_word);
}

std::string rangesText(const std::vector<Comparison::Range>& ranges) {
    constexpr std::size_t most = 20;
    std::string out;
    for (std::size_t i = 0; i < std::min(ranges.size(), most); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : ", ",
                           ranges[i].from == ranges[i].to
                               ? std::to_string(ranges[i].from)
                               : fmt::format("{} to {}", ranges[i].from, ranges[i].to));
    if (ranges.size() > most)
        out += fmt::format(" and {} more ranges (--json has all)", ranges.size() - most);
    return out;
}

void printSide(const char* name, const Comparison::Side& side) {
    print("  %s %s: %s, records %lld to %lld, %lld payloads\n", name, quoteForDisplay(side.path, 300).c_str(),
          std::string(toString(side.verdict.level)).c_str(), static_cast<long long>(side.first),
          static_cast<long long>(side.end - 1), static_cast<long long>(side.openings));
}

void compare(Context& context, const api::VerifyRequest& a, const std::string& b) {
    const auto auditor = api::makeAuditor();
    const auto result =
        api::wait<Comparison>([&](auto reply) { auditor->compare(a, b, CancelToken(), reply); });
    if (!result) return context.failed(result.error());
    const Comparison& c = *result;
    context.exit_code = c.ok() ? exit_ok : exit_not_ok;
    if (context.printJson(c)) return;
    print("%s\n", c.sentence.c_str());
    printSide("A", c.a);
    printSide("B", c.b);
    if (!c.only_a.empty()) print("  only in A: %s\n", rangesText(c.only_a).c_str());
    if (!c.only_b.empty()) print("  only in B: %s\n", rangesText(c.only_b).c_str());
    if (c.openings_differ > 0 || c.openings_only_a > 0 || c.openings_only_b > 0)
        print("  payloads: %lld only in A, %lld only in B, %lld different\n",
              static_cast<long long>(c.openings_only_a), static_cast<long long>(c.openings_only_b),
              static_cast<long long>(c.openings_differ));
    if (c.changed.empty()) return;
    Table table({">A", ">B", "kind", "field", "in A", "in B", "as signed"});
    constexpr std::size_t most_rows = 200;
    std::size_t rows = 0;
    for (const auto& record : c.changed) {
        for (const auto& field : record.fields) {
            if (++rows > most_rows) break;
            table.row({std::to_string(record.seq_a), std::to_string(record.seq_b), record.kind, field.name,
                       field.a ? quoteForDisplay(*field.a, 60) : "-",
                       field.b ? quoteForDisplay(*field.b, 60) : "-", record.proven});
        }
    }
    table.print();
    if (rows > most_rows || c.changed_n > static_cast<std::int64_t>(c.changed.size()))
        print("%lld records differ in all; --json has up to %zu of them\n",
              static_cast<long long>(c.changed_n), Comparison::most_changed);
}
} // namespace

Result<std::shared_ptr<api::AuditFile>> verifiedFile(const Context& context, api::Auditor& auditor,
                                                     const api::VerifyRequest& request) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    const auto progress = [terminal](const api::VerifyProgress& p) {
        if (terminal && p.total_bytes > 0)
            std::fprintf(stderr, "\r\033[K%s: %lld %%", p.stage.c_str(),
                         static_cast<long long>(p.bytes * 100 / p.total_bytes));
    };
    auto file = api::wait<std::shared_ptr<api::AuditFile>>(
        [&](auto reply) { auditor.verify(request, progress, CancelToken(), reply); });
    if (terminal) std::fprintf(stderr, "\r\033[K");
    return file;
}

void addVerifyCommands(CLI::App& app, Context& context) {
    auto args = std::make_shared<VerifyArgs>();
    auto* verify_command = app.add_subcommand(
        "verify", "Verify an exported trace log; needs no workspace. Without --json the result is compared "
                  "with what was seen of the log before, and remembered");
    verify_command->add_option("file", args->request.path, "Bundle");
    addVerifyOptions(*verify_command, args->request);
    verify_command->add_flag("--no-memory", args->no_memory, "Neither read nor write the verifier's memory");
    verify_command->add_flag("--proof", args->proof,
                             "The file is a proof, or a list of proofs, of single entries; --vkey is the key "
                             "of the epoch that signed");
    verify_command->add_flag(
        "--payloads", args->lists.payloads,
        "Also list the payloads that are erased (by which entry, and why), withheld, not as "
        "committed, or erased but present");
    verify_command->add_option(
        "--challenge", args->lists.challenge,
        "Also look for this text of yours in a proven challenge entry: then the log was "
        "written to after you chose it");
    verify_command->add_option("--dialect", args->dialect,
                               "For a plain JSONL log of another tool: file that says how it is chained");
    verify_command->require_subcommand(0, 1);
    verify_command->callback([args, verify_command, &context] {
        if (verify_command->get_subcommands().empty()) verify(context, *args);
    });

    auto name = std::make_shared<std::string>();
    auto* memory = verify_command->add_subcommand("memory", "What was last seen of each log");
    memory->require_subcommand(1);
    memory->add_subcommand("list", "Logs with size, root, time and file")->callback([&context] {
        listMemory(context);
    });
    auto* forget = memory->add_subcommand("forget", "Forget a log; a rollback is then not noticed");
    forget->add_option("log", *name, "Log id or the beginning of it")->required();
    forget->callback([name, &context] {
        change(context, "forgotten", *name,
               [&](api::Auditor& auditor, api::Done done) { auditor.forgetLog(*name, std::move(done)); });
    });
    auto* pin = verify_command->add_subcommand("pin", "Fingerprints and keys agreed on, by name");
    pin->require_subcommand(1);
    pin->add_subcommand("list", "Pins that are kept")->callback([&context] { listPins(context); });
    auto stored = std::make_shared<StoredPin>();
    auto* add = pin->add_subcommand("add", "Keep a pin; then: tally verify FILE --pin NAME");
    add->add_option("name", stored->name, "Name, for instance of the engagement")->required();
    add->add_option("pin", stored->fingerprint, "Fingerprint or verifier key in any usual form")->required();
    add->add_option("--note", stored->note, "Where it comes from");
    add->callback([stored, &context] {
        const auto auditor = api::makeAuditor();
        const auto kept = api::wait<StoredPin>([&](auto reply) { auditor->savePin(*stored, reply); });
        if (!kept) return context.failed(kept.error());
        if (!context.printJson(
                {{"name", kept->name}, {"fingerprint", kept->fingerprint}, {"vkey", kept->vkey}}))
            print("%s: %s\n", escapeForDisplay(kept->name).c_str(),
                  escapeForDisplay(kept->vkey.empty() ? kept->fingerprint : kept->vkey).c_str());
    });
    auto* remove = pin->add_subcommand("remove", "Remove a pin");
    remove->add_option("name", *name, "Name")->required();
    remove->callback([name, &context] {
        change(context, "removed", *name,
               [&](api::Auditor& auditor, api::Done done) { auditor.removePin(*name, std::move(done)); });
    });

    auto first = std::make_shared<api::VerifyRequest>();
    auto second = std::make_shared<std::string>();
    auto* compare_command = app.add_subcommand(
        "compare", "Verify two exports and say where they part: records, fields, payloads");
    compare_command->add_option("a", first->path, "Bundle")->required();
    compare_command->add_option("b", *second, "Bundle")->required();
    compare_command->add_option("--pin", first->pin, "Fingerprint, key or name of a pin, for both");
    compare_command->callback([first, second, &context] { compare(context, *first, *second); });
}

void addVerifyOptions(CLI::App& command, api::VerifyRequest& request) {
    command.add_option("--pin", request.pin,
                       "Fingerprint or genesis key from an independent channel, in any usual form, or the "
                       "name of a pin that is kept");
    command.add_option("--vkey", request.vkeys, "Genesis key or trusted witness key; repeatable");
    command.add_option("--memory", request.memory,
                       "File that remembers what was last seen of each log, instead of your own");
    command.add_option("--tsa-ca", request.tsa_ca,
                       "Certificates (PEM) that time stamps in the file must lead to");
    command.add_option("--org-key", request.org_key,
                       "Public key or certificate (PEM) of the organisation that must have signed too");
}

} // namespace tally::cli
