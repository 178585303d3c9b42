#include "core/audit/report_check.h"

#include "core/audit/cfp.h"
#include "core/audit/log_figures.h"
#include "core/base/quote.h"
#include "core/model/verdict_ladder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace tally::audit {
namespace {
using nlohmann::json;
using Point = ReportCheck::Point;
using Answer = ReportCheck::Point::Answer;
constexpr std::size_t most_differences = 200;

/// JSON pointers where two values differ.
void differences(const json& a, const json& b, const std::string& at, std::vector<std::string>& out) {
    if (a == b || out.size() >= most_differences) return;
    if (a.is_object() && b.is_object()) {
        std::set<std::string> keys;
        for (const json* each : {&a, &b})
            for (const auto& item : each->items())
                keys.insert(item.key());
        for (const auto& key : keys)
            differences(a.contains(key) ? a[key] : json(), b.contains(key) ? b[key] : json(), at + "/" + key,
                        out);
    } else if (a.is_array() && b.is_array() && a.size() == b.size()) {
        for (std::size_t i = 0; i < a.size(); ++i)
            differences(a[i], b[i], at + "/" + std::to_string(i), out);
    } else {
        out.push_back(at.empty() ? "/" : at);
    }
}

/// What other versions may say in other words.
json withoutWords(json body) {
    body.erase("sentence");
    body.erase("ladder");
    for (auto& finding : body["verdict"]["findings"])
        finding.erase("message");
    return body;
}

bool sameProgram(const json& body) {
    return body["app"] == report_app;
}

/// The sums in a report must agree with each other, whoever wrote it.
std::string contradiction(const ParsedReport& report) {
    const Verdict& v = report.verdict;
    const bool failed = std::any_of(v.findings.begin(), v.findings.end(),
                                    [](const Finding& f) { return !f.warning && !f.derived; });
    if (v.ok != (v.level >= VerdictLevel::is_signed)) return "ok does not follow from the verdict";
    if (failed && v.ok) return "the verdict is ok, although there are failing findings";
    if (v.level == VerdictLevel::altered && !failed) return "the verdict is ALTERED without a finding";
    const json& body = report.body;
    const auto made_us = body["made_us"].get<std::int64_t>();
    if (made_us < 0 || made_us > max_cfp_int || body["made"] != isoUtc(made_us))
        return "the time in figures and the time in words differ";
    if (!sameProgram(body)) return {};
    if (body["sentence"] != verdictSentence(v)) return "the sentence does not follow from the verdict";
    const auto ladder = verdictLadder(v);
    const json& said = body["ladder"];
    if (said.size() != ladder.size()) return "the ladder does not follow from the verdict";
    for (std::size_t i = 0; i < ladder.size(); ++i)
        if (said[i] != json{{"id", ladder[i].id},
                            {"answer", toString(ladder[i].answer)},
                            {"question", ladder[i].question},
                            {"why", ladder[i].why}})
            return "the ladder does not follow from the verdict";
    return {};
}

bool signedBy(const ParsedReport& report, const NoteSignature& s, const TrustedKey& key) {
    return (key.name.empty() || key.name == s.name) && VerifierKey::of(s.name, key.key).id == s.id &&
           verifyEd25519(key.key, report.text, s.signature);
}

Point signaturePoint(const ParsedReport& report, const std::optional<TrustedKey>& trusted) {
    if (report.signatures.empty())
        return {"signature", trusted ? Answer::no : Answer::not_checked, "the report is not signed"};
    const json& own = report.body["auditor"];
    for (const NoteSignature& s : report.signatures) {
        if (trusted && signedBy(report, s, *trusted))
            return {"signature", Answer::yes, "signed by the given key, as " + quoteForDisplay(s.name)};
    }
    if (trusted) return {"signature", Answer::no, "no valid signature of the given key"};
    const auto key = own.is_string() ? VerifierKey::parse(own.get<std::string>())
                                     : fail("report.key", "the report names no key");
    if (!key)
        return {"signature", Answer::not_checked,
                "the report does not name its key; give the auditor's key with --key"};
    for (const NoteSignature& s : report.signatures)
        if (signedBy(report, s, {key->key, key->name}))
            return {"signature", Answer::yes,
                    "signed by the key that the report itself names, as " + quoteForDisplay(s.name) +
                        "; whose key it is shows only --key"};
    return {"signature", Answer::no, "the signature does not fit the report"};
}

/// The memory as it must have been: this log's entry, and whether others were known.
std::optional<VerifierMemory> memoryOf(const ParsedReport& report) {
    const json& memory = report.body["memory"];
    if (!memory.is_object()) return std::nullopt;
    VerifierMemory out;
    if (const json& then = memory["then"]; then.is_object())
        out.logs[report.verdict.log.value_or("")] = {then["fingerprint"], then["origin"], then["size"],
                                                     then["root"]};
    if (memory["other_logs"].get<std::int64_t>() > 0) out.logs["another"] = {"", "", 1, ""};
    return out;
}

/// The organisation's key and the authorities of time stamps, as the report carries them.
Status keysOfOthers(const json& asked, VerifyOptions& options) {
    const auto digestDiffers = [] {
        return fail("report.keys",
                    "a key or certificate in the report has not the SHA-256 that stands beside it");
    };
    if (asked.contains("org_key") && asked["org_key"].is_object()) {
        TALLY_ASSIGN(options.org_key, OrgKey::fromPem(asked["org_key"]["pem"].get<std::string>()));
        if (options.org_key->fingerprint() != asked["org_key"]["sha256"]) return digestDiffers();
    }
    if (!asked.contains("tsa_ca") || asked["tsa_ca"].empty()) return {};
    std::string pem;
    for (const json& each : asked["tsa_ca"])
        pem += each["pem"].get<std::string>();
    TALLY_ASSIGN(options.tsa, TsaTrust::fromPem(pem));
    const auto& kept = options.tsa->certificates();
    if (kept.size() != asked["tsa_ca"].size()) return digestDiffers();
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (kept[i].sha256 != asked["tsa_ca"][i]["sha256"]) return digestDiffers();
    return {};
}

/// Whose keys a new verification took from the report itself.
std::string takenFromReport(const json& asked) {
    std::vector<std::string> digests;
    if (asked.contains("org_key") && asked["org_key"].is_object())
        digests.push_back("organisation " + asked["org_key"]["sha256"].get<std::string>());
    if (asked.contains("tsa_ca"))
        for (const json& each : asked["tsa_ca"])
            digests.push_back("time stamps " + each["sha256"].get<std::string>());
    if (digests.empty()) return {};
    return fmt::format("; with keys that the report carries, whose SHA-256 their owners must confirm: {}",
                       escapeForDisplay(fmt::format("{}", fmt::join(digests, ", ")), 2'000));
}

Result<AuditDone> verifyAgain(const ParsedReport& report, std::shared_ptr<const BundleData> data,
                              const CancelToken& cancel) {
    AuditDone done;
    done.data = std::move(data);
    VerifyOptions options;
    options.cancel = cancel;
    options.memory = memoryOf(report);
    const json& asked = report.body["options"];
    for (const auto& key : asked["vkeys"])
        options.vkeys.push_back(key.get<std::string>());
    if (asked["pin"].is_string()) {
        const auto pin = asked["pin"].get<std::string>();
        if (pin.find('+') == std::string::npos)
            options.pin = pin;
        else
            options.vkeys.push_back(pin);
    }
    TALLY_TRY(keysOfOthers(asked, options));
    TALLY_ASSIGN(done.verification, verifyData(done.data, options));
    for (const Finding& f : done.verification.verdict.findings)
        if (f.code == "FORK" && f.field == "memory") done.memory.root_at_then = f.stored.value_or("");
    return done;
}

/// Reports of earlier versions do not carry the key of the organisation or the authorities' certificates.
bool neededMoreThanTheReportHolds(const ParsedReport& report) {
    const json& compared = report.body["verdict"]["compared"];
    const json& asked = report.body["options"];
    if (compared.contains("organisation") && !asked.contains("org_key")) return true;
    if (!compared.contains("timestamps") || asked.contains("tsa_ca")) return false;
    const json& stamps = compared["timestamps"];
    return std::any_of(stamps.begin(), stamps.end(), [](const json& stamp) {
        return stamp.is_object() && stamp.contains("checked") && stamp["checked"] == true;
    });
}

Status checkBundle(const ParsedReport& report, const CheckReport& request, const CancelToken& cancel,
                   ReportCheck& out) {
    TALLY_ASSIGN(auto data, BundleData::open(request.bundle));
    const bool same = report.body["input"]["sha256"] == sha256Hex(data->bytes());
    out.points.push_back({"bundle", same ? Answer::yes : Answer::no,
                          same ? "it is the file that the report is about (SHA-256)"
                               : "it is not the file that the report is about: another SHA-256"});
    if (neededMoreThanTheReportHolds(report)) {
        out.points.push_back({"verdict", Answer::not_checked,
                              "it was compared with the key of an organisation or with time-stamp "
                              "certificates, which the report does not carry"});
        return {};
    }
    auto done = verifyAgain(report, std::move(data), cancel);
    if (!done && (done.error().code == "verify.cancelled" || done.error().code.starts_with("file.")))
        return fail(done.error());
    if (!done) { // the report names keys that nobody could have verified with
        out.points.push_back({"verdict", Answer::no, done.error().message});
        return {};
    }
    std::optional<LogFigures> figures;
    if (done->verification.records) {
        TALLY_ASSIGN(figures, logFigures(*done->verification.records, cancel));
    }
    const json again = reportAgain(report.body, *done, figures ? &*figures : nullptr);
    const bool words = sameProgram(report.body);
    differences(words ? report.body : withoutWords(report.body), words ? again : withoutWords(again), "",
                out.differences);
    out.points.push_back(
        {"verdict", out.differences.empty() ? Answer::yes : Answer::no,
         out.differences.empty()
             ? "a new verification gives the same verdict, findings and figures" +
                   takenFromReport(report.body["options"])
             : fmt::format("a new verification gives something else in {} places, first at {}",
                           out.differences.size(), quoteForDisplay(out.differences.front()))});
    return {};
}

std::string sentenceFor(const ReportCheck& check) {
    const auto answer = [&](const char* id) {
        const auto at = std::find_if(check.points.begin(), check.points.end(),
                                     [&](const Point& p) { return p.id == id; });
        return at == check.points.end() ? Answer::not_checked : at->answer;
    };
    for (const Point& p : check.points)
        if (p.answer == Answer::no) return "The report is not to be relied on: " + p.why + ".";
    const bool is_signed = answer("signature") == Answer::yes;
    const bool again = answer("verdict") == Answer::yes;
    if (is_signed && again)
        return "The report is unchanged since it was signed, and a new verification of the file says the "
               "same.";
    if (is_signed)
        return "The report is unchanged since it was signed; whether it is right shows only the file itself "
               "(--bundle).";
    if (again) return "The report is not signed, but a new verification of the file says the same.";
    return "Nothing speaks for this report: it is not signed, and the file was not given.";
}
} // namespace

Result<ReportCheck> checkReport(const CheckReport& request, const CancelToken& cancel) {
    const DiskFileSystem disk;
    TALLY_ASSIGN(const std::string text, disk.read(request.path, most_report_bytes));
    std::optional<TrustedKey> trusted;
    if (!request.key.empty()) {
        TALLY_ASSIGN(trusted, readTrustedKey(disk, request.key));
    }
    ReportCheck out;
    const auto report = parseReport(text);
    if (!report) {
        out.points.push_back({"form", Answer::no, report.error().message});
    } else {
        out.points.push_back({"form", Answer::yes, "canonical JSON of the known schema"});
        const std::string why = contradiction(*report);
        out.points.push_back({"words",
                              !why.empty()                ? Answer::no
                              : sameProgram(report->body) ? Answer::yes
                                                          : Answer::not_checked,
                              !why.empty() ? why
                              : sameProgram(report->body)
                                  ? "sentence and ladder follow from the verdict"
                                  : "another version wrote it; its words are not compared"});
        out.points.push_back(signaturePoint(*report, trusted));
        if (request.bundle.empty())
            out.points.push_back({"bundle", Answer::not_checked, "the file was not given (--bundle)"});
        else
            TALLY_TRY(checkBundle(*report, request, cancel, out));
    }
    const auto has = [&](const char* id) {
        return std::any_of(out.points.begin(), out.points.end(),
                           [&](const Point& p) { return p.id == id && p.answer == Answer::yes; });
    };
    out.ok = std::none_of(out.points.begin(), out.points.end(),
                          [](const Point& p) { return p.answer == Answer::no; }) &&
             (has("signature") || has("verdict"));
    out.sentence = sentenceFor(out);
    return out;
}

} // namespace tally::audit
