#include "core/audit/report.h"

#include "core/base/json_text.h"
#include "core/model/verdict_ladder.h"
#include "core/model/verdict_read.h"

#include <algorithm>
#include <filesystem>

namespace tally::audit {
namespace {
using nlohmann::json;

template <class T>
json orNull(const std::optional<T>& value) {
    return value ? json(*value) : json();
}
json orNull(const std::string& text) {
    return text.empty() ? json() : json(text);
}

json stateToJson(const LogState& s) {
    return {{"fingerprint", s.fingerprint},
            {"origin", s.origin},
            {"size", s.size},
            {"root", s.root},
            {"seen_us", s.seen_us},
            {"file", orNull(s.file)},
            {"sha256", orNull(s.sha256)},
            {"bytes", s.bytes}};
}

json memoryToJson(const MemoryAnswer& m) {
    if (m.file.empty()) return {};
    return {{"answer", orNull(m.answer)}, {"then", m.then ? stateToJson(*m.then) : json()},
            {"now", stateToJson(m.now)},  {"root_at_then", orNull(m.root_at_then)},
            {"other_logs", m.other_logs}, {"remembered", m.remembered}};
}

json figuresToJson(const LogFigures& f, const Verdict& verdict) {
    std::vector<std::size_t> order(f.runs.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    if (order.size() > most_report_runs) {
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return f.runs[a].cost > f.runs[b].cost; });
        order.resize(most_report_runs);
        std::sort(order.begin(), order.end());
    }
    json runs = json::array(), models = json::array(), budgets = json::array();
    for (const std::size_t i : order) {
        const auto& r = f.runs[i];
        runs.push_back({{"run", r.run},
                        {"workflow", r.workflow},
                        {"process", r.process},
                        {"label", r.label},
                        {"status", orNull(r.status)},
                        {"seq", r.first_seq},
                        {"steps", r.steps},
                        {"cost_pico", r.cost.picoString()},
                        {"stated_pico", r.stated ? json(r.stated->picoString()) : json()}});
    }
    for (const auto& m : f.models) {
        json qty = json::object();
        for (const auto& [meter, n] : m.qty)
            qty[meter] = n.picoString();
        models.push_back({{"provider", m.provider},
                          {"model", m.model},
                          {"steps", m.steps},
                          {"cost_pico", m.cost.picoString()},
                          {"qty", qty}});
    }
    for (const auto& b : f.budgets)
        budgets.push_back({{"scope", b.scope},
                           {"window", b.window},
                           {"limit_pico", b.limit ? json(b.limit->picoString()) : json()},
                           {"meter", orNull(b.meter)},
                           {"limit_qty", b.limit_qty < 0 ? json() : json(b.limit_qty)},
                           {"changes", b.changes},
                           {"warned", b.warned},
                           {"exhausted", b.exhausted},
                           {"seq", b.last_seq}});
    return {{"proven", figuresAreProven(verdict)},
            {"cost_pico", f.cost.picoString()},
            {"steps", f.steps},
            {"unreadable", f.unreadable},
            {"runs", runs},
            {"runs_left_out", f.runs.size() - order.size()},
            {"models", models},
            {"budgets", budgets}};
}

json orgKeyToJson(const AuditDone& done) {
    if (!done.org_key) return {};
    return {{"pem", done.org_key->pem()}, {"sha256", done.org_key->fingerprint()}};
}
json authoritiesToJson(const AuditDone& done) {
    json out = json::array();
    if (!done.tsa) return out;
    for (const auto& certificate : done.tsa->certificates())
        out.push_back({{"pem", certificate.pem}, {"sha256", certificate.sha256}});
    return out;
}

json ladderToJson(const Verdict& verdict) {
    json out = json::array();
    for (const auto& rung : verdictLadder(verdict))
        out.push_back({{"id", rung.id},
                       {"answer", toString(rung.answer)},
                       {"question", rung.question},
                       {"why", rung.why}});
    return out;
}

/// Members that every report has, with the types that they may have.
bool hasForm(const json& b) {
    const auto is = [&](const char* key, auto... types) {
        const auto at = b.find(key);
        return at != b.end() && ((at->type() == types) || ...);
    };
    using T = json::value_t;
    static const char* const keys[] = {"schema",   "app",       "spec",      "made_us",  "made",   "note",
                                       "input",    "options",   "memory",    "sentence", "ladder", "verdict",
                                       "currency", "continues", "signed_to", "figures",  "auditor"};
    for (const char* key : keys)
        if (!b.contains(key)) return false;
    const auto text = [](const json& object, const char* key) {
        const auto at = object.find(key);
        return at != object.end() && at->is_string();
    };
    const auto whole = [](const json& object, const char* key) {
        const auto at = object.find(key);
        return at != object.end() && at->is_number_integer();
    };
    if (b.size() != std::size(keys) || !is("app", T::string) || !is("spec", T::string) ||
        !is("made", T::string) || !is("note", T::string) || !is("sentence", T::string) ||
        !is("input", T::object) || !is("options", T::object) || !is("memory", T::object, T::null) ||
        !is("ladder", T::array) || !is("verdict", T::object) || !is("currency", T::string, T::null) ||
        !is("continues", T::string, T::null) || !is("figures", T::object, T::null) ||
        !is("auditor", T::string, T::null) || !whole(b, "made_us") || !whole(b, "signed_to"))
        return false;
    const json& input = b["input"];
    if (!text(input, "file") || !text(input, "sha256") || !whole(input, "bytes")) return false;
    if (const json& memory = b["memory"]; memory.is_object()) {
        const auto then = memory.find("then"), now = memory.find("now");
        if (now == memory.end() || !now->is_object() || then == memory.end() ||
            !(then->is_null() || (then->is_object() && text(*then, "fingerprint") && text(*then, "root") &&
                                  text(*then, "origin") && whole(*then, "size"))) ||
            !whole(memory, "other_logs"))
            return false;
    }
    const json& options = b["options"];
    // Not in reports of versions before these two.
    if (const auto key = options.find("org_key"); key != options.end() && !key->is_null())
        if (!key->is_object() || !text(*key, "pem") || !text(*key, "sha256")) return false;
    if (const auto all = options.find("tsa_ca"); all != options.end())
        if (!all->is_array() || !std::all_of(all->begin(), all->end(), [&](const json& each) {
                return each.is_object() && text(each, "pem") && text(each, "sha256");
            }))
            return false;
    return options.contains("pin") && options.contains("pin_name") && options.contains("vkeys") &&
           options["vkeys"].is_array() &&
           std::all_of(options["vkeys"].begin(), options["vkeys"].end(),
                       [](const json& v) { return v.is_string(); });
}

void fillVerified(json& b, const AuditDone& done, const LogFigures* figures) {
    const Verdict& v = done.verification.verdict;
    b["spec"] = "trace-log/v1";
    b["sentence"] = verdictSentence(v);
    b["ladder"] = ladderToJson(v);
    b["verdict"] = v;
    b["currency"] = orNull(v.currency);
    b["continues"] = orNull(v.continues);
    b["signed_to"] = v.signed_to;
    b["figures"] = figures != nullptr ? figuresToJson(*figures, v) : json();
    b["input"]["bytes"] = done.data->bytes().size();
    b["input"]["sha256"] = sha256Hex(done.data->bytes());
}
} // namespace

json reportBody(const AuditDone& done, const LogFigures* figures, const ReportParts& parts) {
    json pin;
    if (done.pin) pin = done.pin->vkey.empty() ? done.pin->fingerprint : done.pin->vkey;
    json b = {{"schema", report_schema},
              {"app", report_app},
              {"spec", "trace-log/v1"},
              {"made_us", parts.made_us},
              {"made", isoUtc(parts.made_us)},
              {"note", parts.note},
              {"input", {{"file", std::filesystem::path(parts.path).filename().string()}}},
              {"options",
               {{"pin", pin},
                {"pin_name", done.pin ? orNull(done.pin->name) : json()},
                {"vkeys", done.vkeys},
                {"org_key", orgKeyToJson(done)},
                {"tsa_ca", authoritiesToJson(done)}}},
              {"memory", memoryToJson(done.memory)},
              {"auditor", orNull(parts.auditor)}};
    fillVerified(b, done, figures);
    return b;
}

std::string reportText(const json& body) {
    // Keys sorted, no blanks, integers only, the short escapes: for such values this is RFC 8785.
    return body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<std::string> signReport(std::string_view report, const ReportKey& key) {
    TALLY_ASSIGN(const auto parsed, parseReport(report));
    for (const auto& s : parsed.signatures)
        if (s.name == key.name && s.id == key.verifier().id)
            return fail("report.signed", "this key signed the report already");
    TALLY_ASSIGN(const std::string line, signatureLine(parsed.text, key.name, key.key));
    return std::string(report) + (parsed.signatures.empty() ? "\n" : "") + line;
}

Result<ParsedReport> parseReport(std::string_view report) {
    const auto bad = [](std::string why) {
        return fail("report.format", "this is not a verification report: " + std::move(why),
                    "A report is one line of JSON and, when signed, an empty line and its signatures.");
    };
    if (report.size() > most_report_bytes) return bad("it is too long");
    const std::size_t end = report.find('\n');
    if (end == std::string_view::npos) return bad("its first line does not end");
    ParsedReport out;
    out.text = std::string(report.substr(0, end + 1));
    if (end + 1 < report.size()) {
        auto note = parseNote(report, most_report_bytes);
        if (!note) return bad(note.error().message);
        if (note->text != out.text) return bad("something stands between the JSON and the signatures");
        out.signatures = std::move(note->signatures);
    }
    auto body = parseJson(std::string_view(out.text).substr(0, end));
    if (!body) return bad(body.error().message);
    out.body = std::move(*body);
    // Also refuses a key that occurs twice, of which readers keep different ones.
    if (!out.body.is_object() || reportText(out.body) != out.text) return bad("the JSON is not canonical");
    if (out.body.value("schema", json()) != report_schema) return bad("it has another schema");
    if (!hasForm(out.body)) return bad("members are missing, unknown or of another type");
    auto verdict = verdictFromJson(out.body["verdict"]);
    if (!verdict) return bad(verdict.error().message);
    out.verdict = std::move(*verdict);
    const auto text = [&](const char* key) {
        return out.body[key].is_string() ? std::optional(out.body[key].get<std::string>()) : std::nullopt;
    };
    out.verdict.currency = text("currency");
    out.verdict.continues = text("continues");
    out.verdict.signed_to = out.body["signed_to"].get<std::int64_t>();
    return out;
}

json reportAgain(const json& body, const AuditDone& done, const LogFigures* figures) {
    json b = body;
    fillVerified(b, done, figures);
    json& memory = b["memory"];
    if (memory.is_object()) {
        const Verdict& v = done.verification.verdict;
        memory["answer"] = orNull(v.memory);
        json& now = memory["now"];
        now["fingerprint"] = v.fingerprint.value_or("");
        now["origin"] = v.origin.value_or("");
        now["size"] = done.verification.size;
        now["root"] = v.root.value_or("");
        now["bytes"] = done.data->bytes().size();
        if (now.contains("sha256") && !now["sha256"].is_null()) now["sha256"] = b["input"]["sha256"];
        memory["root_at_then"] = orNull(done.memory.root_at_then);
    }
    return b;
}

} // namespace tally::audit
