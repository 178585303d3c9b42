// Reports of a verification: written, signed, checked, shown, drawn.
#include "app/cli/auditing.h"
#include "app/cli/helper_program.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/audit/report.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"
#include "core/model/verdict_ladder.h"
#include "core/model/verdict_text.h"

#include <algorithm>

namespace tally::cli {
namespace {
struct MakeArgs {
    api::VerifyRequest verify;
    ReportRequest report;
    std::string pdf, language;
    bool no_memory = false;
};

std::string passphrase() {
    const char* word = std::getenv("TALLY_REPORT_PASSPHRASE");
    return word != nullptr ? word : "";
}

void make(Context& context, const MakeArgs& args) {
    if (args.report.out.empty() && !args.pdf.empty())
        return context.failed(
            {"cli.usage", "a PDF is drawn from a report that is kept", "Add --out FILE.", {}});
    api::VerifyRequest verify = args.verify;
    verify.own_memory = verify.memory.empty() && !args.no_memory;
    ReportRequest request = args.report;
    request.passphrase = passphrase();
    const auto auditor = api::makeAuditor();
    const auto file = verifiedFile(context, *auditor, verify);
    if (!file) return context.failed(file.error());
    const auto written =
        api::wait<ReportInfo>([&](auto reply) { auditor->writeReport(*file, request, reply); });
    if (!written) return context.failed(written.error());
    if (!args.pdf.empty()) {
        if (const auto drawn = renderReport(request.out, args.pdf, args.language); !drawn)
            return context.failed(drawn.error());
    }
    const Verdict& verdict = (*file)->verdict();
    context.exit_code = verdict.ok ? exit_ok : exit_not_ok;
    if (request.out.empty()) return printText(written->text);
    if (context.printJson({{"file", request.out},
                           {"pdf", args.pdf.empty() ? nlohmann::json() : nlohmann::json(args.pdf)},
                           {"sha256", written->sha256},
                           {"vkey", written->vkey.empty() ? nlohmann::json() : nlohmann::json(written->vkey)},
                           {"verdict", toString(verdict.level)},
                           {"ok", verdict.ok}}))
        return;
    print("%s\n", verdictSentence(verdict).c_str());
    print("%s: written, %s\n", escapeForDisplay(request.out).c_str(),
          written->vkey.empty() ? "not signed (--key FILE signs it)" : "signed");
    if (!args.pdf.empty()) print("%s: drawn\n", escapeForDisplay(args.pdf).c_str());
    if (!written->vkey.empty())
        print("Give the reader your key by another way:\n  %s\n", escapeForDisplay(written->vkey).c_str());
}

void check(Context& context, const CheckReport& request) {
    const auto auditor = api::makeAuditor();
    const auto result =
        api::wait<ReportCheck>([&](auto reply) { auditor->checkReport(request, CancelToken(), reply); });
    if (!result) return context.failed(result.error());
    context.exit_code = result->ok ? exit_ok : exit_not_ok;
    nlohmann::json points = nlohmann::json::array();
    for (const auto& p : result->points)
        points.push_back({{"id", p.id}, {"answer", toString(p.answer)}, {"why", p.why}});
    if (context.printJson({{"ok", result->ok},
                           {"sentence", result->sentence},
                           {"points", points},
                           {"differences", result->differences}}))
        return;
    print("%s\n", escapeForDisplay(result->sentence).c_str());
    Table table({"checked", "answer", "why"});
    for (const auto& p : result->points)
        table.row({p.id, std::string(toString(p.answer)), p.why});
    table.print();
    constexpr std::size_t most_shown = 20;
    for (std::size_t i = 0; i < std::min(result->differences.size(), most_shown); ++i)
        print("  differs: %s\n", escapeForDisplay(result->differences[i], 300).c_str());
    if (result->differences.size() > most_shown)
        print("  and %zu more (--json)\n", result->differences.size() - most_shown);
}

void show(Context& context, const std::string& path) {
    const DiskFileSystem disk;
    const auto text = disk.read(path, audit::most_report_bytes);
    if (!text) return context.failed(text.error());
    const auto report = audit::parseReport(*text);
    if (!report) return context.failed(report.error().at(path));
    if (context.printJson(report->body)) return;
    const auto word = [](const nlohmann::json& value) {
        return quoteForDisplay(value.is_string() ? value.get<std::string>() : value.dump(), 300);
    };
    print("%s\n", verdictSentence(report->verdict).c_str());
    print("  file %s, SHA-256 %s\n  made %s by %s\n", word(report->body["input"]["file"]).c_str(),
          word(report->body["input"]["sha256"]).c_str(), word(report->body["made"]).c_str(),
          word(report->body["app"]).c_str());
    for (const auto& s : report->signatures)
        print("  a signature as %s; tally report check tells whether it is valid\n",
              quoteForDisplay(s.name).c_str());
    if (report->signatures.empty()) print("  not signed\n");
    Table table({"question", "answer", "why"});
    for (const auto& rung : verdictLadder(report->verdict))
        table.row({rung.question, std::string(toString(rung.answer)), rung.why});
    table.print();
    ComparedWith compared;
    if (report->body["options"]["pin"].is_string())
        compared.pin = report->body["options"]["pin"].get<std::string>();
    printText(verdictText(report->verdict, compared));
}

void sign(Context& context, const std::string& path, const ReportRequest& request) {
    DiskFileSystem disk;
    const auto written = [&]() -> Result<std::string> {
        TALLY_ASSIGN(const auto key, audit::loadReportKey(request.key, passphrase(), request.name));
        TALLY_ASSIGN(const auto text, disk.read(path, audit::most_report_bytes));
        TALLY_ASSIGN(const auto out, audit::signReport(text, key));
        TALLY_TRY(disk.writeAtomic(path, out, 0644));
        return key.verifier().text();
    }();
    if (!written) return context.failed(written.error());
    if (!context.printJson({{"file", path}, {"vkey", *written}}))
        print("%s: signed with\n  %s\n", escapeForDisplay(path).c_str(), escapeForDisplay(*written).c_str());
}

void newKey(Context& context, const ReportRequest& request) {
    DiskFileSystem disk;
    SystemRng rng;
    const auto key = audit::makeReportKey(disk, request.key, request.name.empty() ? "auditor" : request.name,
                                          passphrase(), rng);
    if (!key) return context.failed(key.error());
    const std::string vkey = key->verifier().text();
    if (context.printJson({{"key", request.key}, {"public", request.key + ".pub"}, {"vkey", vkey}})) return;
    print("%s: your private key%s, keep it to yourself\n%s.pub: the public one, for those who check your "
          "reports\n"
          "  %s\n",
          escapeForDisplay(request.key).c_str(),
          passphrase().empty() ? ", not encrypted (TALLY_REPORT_PASSPHRASE encrypts it)" : ", encrypted",
          escapeForDisplay(request.key).c_str(), escapeForDisplay(vkey).c_str());
}

void showKey(Context& context, const ReportRequest& request) {
    const auto key = audit::loadReportKey(request.key, passphrase(), request.name);
    if (!key) return context.failed(key.error());
    const std::string vkey = key->verifier().text();
    if (!context.printJson({{"name", key->name}, {"vkey", vkey}}))
        print("%s\n", escapeForDisplay(vkey).c_str());
}

void addKeyCommands(CLI::App& report, Context& context) {
    auto* key = report.add_subcommand("key", "Your own key for reports (Ed25519, PEM)");
    key->require_subcommand(1);
    auto request = std::make_shared<ReportRequest>();
    for (const bool fresh : {true, false}) {
        auto* command = fresh ? key->add_subcommand("new", "Make one: FILE (0600) and FILE.pub")
                              : key->add_subcommand("show", "The verifier key of one");
        command->add_option("file", request->key, "File of the private key")->required();
        command->add_option("--name", request->name, "Name of the key, for instance auditor.example/jane");
        command->callback(
            [fresh, request, &context] { fresh ? newKey(context, *request) : showKey(context, *request); });
    }
}
} // namespace

void addReportCommands(CLI::App& app, Context& context) {
    auto* report = app.add_subcommand(
        "report",
        "A verification as a document: inputs, options, what was checked, verdict, findings, figures");
    report->require_subcommand(1);

    auto args = std::make_shared<MakeArgs>();
    auto* make_command = report->add_subcommand("make", "Verify a bundle and write the report of it");
    make_command->add_option("bundle", args->verify.path, "Bundle")->required();
    addVerifyOptions(*make_command, args->verify);
    make_command->add_flag("--no-memory", args->no_memory, "Neither read nor write the verifier's memory");
    make_command->add_option("-o,--out", args->report.out, "File to write; without it the report is printed");
    make_command->add_option("--pdf", args->pdf, "Draw it as PDF too");
    make_command->add_option("--language", args->language, "Of the PDF: en or de (default: the desktop's)");
    make_command->add_option("--key", args->report.key,
                             "Sign it with this private key; TALLY_REPORT_PASSPHRASE opens an encrypted one");
    make_command->add_option("--name", args->report.name, "Name of the key, if the file has none");
    make_command->add_option("--note", args->report.note, "For the reader: engagement, client, remark");
    make_command->callback([args, &context] { make(context, *args); });

    auto asked = std::make_shared<CheckReport>();
    auto* check_command = report->add_subcommand(
        "check", "Is a report unchanged, whose is it, and does a new verification of the file say the same");
    check_command->add_option("file", asked->path, "Report")->required();
    check_command->add_option("--key", asked->key, "The auditor's public key: FILE.pub, or its text");
    check_command->add_option("--bundle", asked->bundle, "The file that was verified");
    check_command->callback([asked, &context] { check(context, *asked); });

    auto path = std::make_shared<std::string>();
    auto* show_command = report->add_subcommand("show", "A report as text");
    show_command->add_option("file", *path, "Report")->required();
    show_command->callback([path, &context] { show(context, *path); });

    auto signing = std::make_shared<ReportRequest>();
    auto* sign_command = report->add_subcommand("sign", "Put a signature under a report");
    sign_command->add_option("file", *path, "Report")->required();
    sign_command->add_option("--key", signing->key, "Private key")->required();
    sign_command->add_option("--name", signing->name, "Name of the key, if the file has none");
    sign_command->callback([path, signing, &context] { sign(context, *path, *signing); });

    auto drawn = std::make_shared<MakeArgs>();
    auto* pdf = report->add_subcommand("pdf", "Draw a report as PDF (or as pictures: OUT.png)");
    pdf->add_option("file", *path, "Report")->required();
    pdf->add_option("out", drawn->pdf, "File to write")->required();
    pdf->add_option("--language", drawn->language, "en or de (default: the desktop's)");
    pdf->callback([path, drawn, &context] {
        if (const auto done = renderReport(*path, drawn->pdf, drawn->language); !done)
            return context.failed(done.error());
        if (!context.printJson({{"file", drawn->pdf}}))
            print("%s: drawn\n", escapeForDisplay(drawn->pdf).c_str());
    });
    addKeyCommands(*report, context);
}

} // namespace tally::cli
