#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace tally::cli {
namespace {
constexpr std::int64_t hour_us = std::int64_t{3'600} * 1'000'000;

struct EraseArgs {
    ErasePolicy policy;
    std::string age, reason;
    bool dry_run = false, yes = false, no_compact = false;
};

std::string orderer(const Context& context) {
    return context.by.empty() ? "operator" : context.by;
}

/// "30d", "4w", "36h" in microseconds; a bare number means days.
Result<std::int64_t> parseAge(const std::string& text) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end.ptr, static_cast<std::size_t>(text.data() + text.size() - end.ptr));
    const std::int64_t hours = unit == "h" ? 1 : unit == "w" ? 168 : unit.empty() || unit == "d" ? 24 : 0;
    if (end.ec != std::errc() || hours == 0 || number < 0 || number > 100'000)
        return fail("erase.age", "an age is a number of days, weeks or hours", "For instance: 30d, 4w or 36h",
                    text);
    return number * hours * hour_us;
}

std::int64_t nowUs() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void printPlan(const ErasePlan& plan, const char* verb) {
    print("%s %s payloads of %s steps in %s ended runs, %s bytes with inputs and outputs\n", verb,
          thousands(plan.payloads).c_str(), thousands(plan.steps).c_str(), thousands(plan.runs).c_str(),
          thousands(plan.bytes).c_str());
    if (plan.runs > 0)
        print("  ended between %s and %s\n", localTime(plan.oldest_end_us).c_str(),
              localTime(plan.last_end_us).c_str());
    for (const auto& run : plan.examples)
        print("  run %s\n", run.str().c_str());
    if (plan.runs > static_cast<std::int64_t>(plan.examples.size()))
        print("  and %s more\n",
              thousands(plan.runs - static_cast<std::int64_t>(plan.examples.size())).c_str());
    if (plan.open_runs == 0) return;
    print("left, because they are open and still need their answers: %s runs\n",
          thousands(plan.open_runs).c_str());
    for (const auto& run : plan.open_examples)
        print("  run %s  (to erase it: tally abandon %s)\n", run.str().c_str(), run.str().c_str());
}

/// A run may be named by the beginning or end of its id.
Result<std::string> fullRunId(api::Workspace& workspace, const std::string& part) {
    if (part.empty()) return part;
    api::RunQuery query;
    query.text = part;
    TALLY_ASSIGN(const auto page, api::wait<api::RunPage>([&](auto reply) { workspace.runs(query, reply); }));
    std::vector<std::string> found;
    for (const auto& run : page.runs)
        if (run.id.str().starts_with(part) || run.id.str().ends_with(part)) found.push_back(run.id.str());
    if (found.size() == 1) return found.front();
    if (found.empty()) return fail("run.unknown", "there is no run '" + part + "'", "run: tally runs");
    return fail("run.ambiguous", std::to_string(found.size()) + " runs are meant by '" + part + "'",
                "give the whole id");
}

void erase(Context& context, EraseArgs args) {
    if (!args.age.empty()) {
        const auto age = parseAge(args.age);
        if (!age) return context.failed(age.error());
        args.policy.ended_before_us = std::max<std::int64_t>(1, nowUs() - *age);
    }
    const bool order = args.yes && !args.dry_run;
    auto workspace = context.open(order ? Opening::brief : Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto run = fullRunId(**workspace, args.policy.run);
    if (!run) return context.failed(run.error());
    args.policy.run = *run;
    if (!order) {
        const auto plan =
            api::wait<ErasePlan>([&](auto reply) { (*workspace)->planErasure(args.policy, reply); });
        if (!plan) return context.failed(plan.error());
        if (!args.dry_run) context.exit_code = exit_not_ok;
        if (context.printJson({{"done", false}, {"plan", *plan}})) return;
        printPlan(*plan, "would erase");
        print(args.dry_run ? "nothing was changed\n"
                           : "nothing was changed; this cannot be undone: repeat the command with --yes\n");
        return;
    }
    const EraseOrder what{args.policy, args.reason, orderer(context), !args.no_compact};
    const auto done = api::wait<ErasureDone>([&](auto reply) { (*workspace)->erasePayloads(what, reply); });
    if (!done) return context.failed(done.error());
    if (!done->wiped) context.exit_code = exit_not_ok;
    if (context.printJson({{"done", true}, {"erasure", *done}})) return;
    printPlan(done->erased, "erased");
    if (done->first_seq >= 0)
        print("logged as entries %s to %s; the log verifies as before\n", thousands(done->first_seq).c_str(),
              thousands(done->last_seq).c_str());
    if (done->wiped && done->erased.runs > 0)
        print(args.no_compact ? "wiped from the write-ahead log; unused parts of the file may keep copies "
                                "until an erasure without --no-compact\n"
                              : "wiped from the files of this workspace\n");
    else if (!done->wiped)
        print("NOT wiped yet: %s\n", escapeForDisplay(done->notice).c_str());
    if (done->wiped && !done->notice.empty()) print("%s\n", escapeForDisplay(done->notice).c_str());
    if (done->erased.runs > 0)
        print("Exports and backups that were made before still hold it, and so may the providers.\n");
}

void printRule(const Retention& rule) {
    if (rule.days == 0) return print("no standing rule: payloads are kept until somebody erases them\n");
    print("payloads of runs that ended more than %lld days ago are erased%s%s%s%s\n",
          static_cast<long long>(rule.days), rule.process.empty() ? "" : ", process ",
          escapeForDisplay(rule.process).c_str(), rule.workflow.empty() ? "" : ", workflow ",
          escapeForDisplay(rule.workflow).c_str());
    print("  reason: %s; by %s, %s\n", escapeForDisplay(rule.reason).c_str(),
          escapeForDisplay(rule.by).c_str(), localTime(rule.set_us).c_str());
    print("  %s\n", rule.applied_us == 0
                        ? "not applied yet: it is when the workspace is opened to work, and daily then"
                        : ("last applied " + localTime(rule.applied_us)).c_str());
}

void showRetention(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto rule = api::wait<Retention>([&](auto reply) { (*workspace)->retention(reply); });
    if (!rule) return context.failed(rule.error());
    if (!context.printJson(*rule)) printRule(*rule);
}

void setRetention(Context& context, const Retention& wanted) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto rule = api::wait<Retention>([&](auto reply) { (*workspace)->setRetention(wanted, reply); });
    if (!rule) return context.failed(rule.error());
    if (!context.printJson(*rule)) printRule(*rule);
}

void challenge(Context& context, const std::string& nonce) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto done = api::wait<ChallengeDone>(
        [&](auto reply) { (*workspace)->challenge(nonce, orderer(context), reply); });
    if (!done) return context.failed(done.error());
    if (context.printJson(*done)) return;
    print("challenge %s is entry %lld of %s, sealed\n", quoteForDisplay(done->nonce).c_str(),
          static_cast<long long>(done->seq), quoteForDisplay(done->origin).c_str());
    print("The auditor sees that the log was written to after the challenge was chosen:\n"
          "  tally export FILE        and give FILE to the auditor, who runs\n"
          "  tally verify FILE --pin FINGERPRINT --challenge TEXT\n"
          "or, to show this entry alone: tally export FILE --proof %lld\n",
          static_cast<long long>(done->seq));
}
} // namespace

void addEraseCommands(CLI::App& app, Context& context) {
    auto args = std::make_shared<EraseArgs>();
    auto* erase_command = app.add_subcommand(
        "erase",
        "Erase prompts, answers, inputs and outputs of ended runs; logged, and the log still verifies");
    erase_command->add_option("--older-than", args->age, "Runs that ended longer ago than 30d, 4w or 36h");
    erase_command->add_option("--process", args->policy.process, "Runs of this business process");
    erase_command->add_option("--workflow", args->policy.workflow, "Runs of this workflow");
    erase_command->add_option("--run", args->policy.run, "One run, by its id or the beginning or end of it");
    erase_command->add_option("--subject", args->policy.subject,
                              "Runs of this user or customer id: who started the run, its label, or a value "
                              "anywhere in its inputs. Prompts are not searched");
    erase_command->add_option("--reason", args->reason, "Why, in neutral words: it is in the log for good");
    erase_command->add_flag("--dry-run", args->dry_run, "Only say what would be erased");
    erase_command->add_flag("--yes", args->yes, "Do it; it cannot be undone");
    erase_command->add_flag("--no-compact", args->no_compact,
                            "Do not write the database file anew: quicker, but unused parts of its pages may "
                            "keep copies of small texts");
    erase_command->footer(
        "Everything that is given must fit. Exit code 1: nothing was erased because --yes is "
        "missing, or bytes could not be wiped from the files yet.");
    erase_command->callback([args, &context] { erase(context, *args); });

    auto* rule_command = app.add_subcommand("retention", "The standing rule for erasing prompts and answers");
    rule_command->require_subcommand(1);
    rule_command->add_subcommand("show", "Show the rule")->callback([&context] { showRetention(context); });
    auto rule = std::make_shared<Retention>();
    auto* set_command = rule_command->add_subcommand(
        "set", "Erase payloads of runs that ended more than DAYS days ago, when work starts and daily");
    set_command->add_option("days", rule->days, "Days to keep")->required()->check(CLI::Range(1, 36'500));
    set_command->add_option("--process", rule->process, "Only runs of this process");
    set_command->add_option("--workflow", rule->workflow, "Only runs of this workflow");
    set_command->add_option("--reason", rule->reason, "Why, in neutral words")->required();
    set_command->callback([rule, &context] {
        rule->by = orderer(context);
        setRetention(context, *rule);
    });
    rule_command->add_subcommand("remove", "Remove the rule")->callback([&context] {
        Retention none;
        none.by = orderer(context);
        setRetention(context, none);
    });

    auto nonce = std::make_shared<std::string>();
    auto* challenge_command = app.add_subcommand(
        "challenge", "Write an auditor's words into the live log and seal it, to prove that the log is live");
    challenge_command
        ->add_option("text,--nonce", *nonce, "What the auditor chose, at best random (openssl rand -hex 16)")
        ->required();
    challenge_command->callback([nonce, &context] { challenge(context, *nonce); });
}

} // namespace tally::cli
