// The scripted auditor and the values that it answers with.
#include "tests/ui/fake_api.h"
#include "tests/ui/fake_data.h"
#include "tests/ui/fake_numbers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace tally::test {
namespace {
std::vector<std::pair<std::string, std::string>> jsonFields(const std::string& line) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    if (!parsed.is_object()) return out;
    for (const auto& item : parsed.items())
        out.emplace_back(item.key(),
                         item.value().is_string() ? item.value().get<std::string>() : item.value().dump());
    return out;
}
} // namespace

Verdict fakeVerdict(bool altered, std::int64_t entries) {
    Verdict v;
    v.level = altered ? VerdictLevel::altered : VerdictLevel::is_signed;
    v.ok = !altered;
    v.intact = !altered;
    v.log = "0193f0a2";
    v.origin = "tallystick.example/ana/default";
    v.fingerprint = "5f0a7c19be6db1c6d8f8d0e7f8f1e0a53c6b9a2e4d70e2d3d9f4a1c08b7e6a44";
    v.entries = entries;
    v.sealed_to = v.signed_to = entries - 5;
    v.unsealed = 4;
    v.checkpoints = 12;
    v.epochs = 1;
    VerdictTotals t;
    t.authentic = true;
    t.complete = true;
    t.cost = microDollars(9'412'033);
    t.steps = entries * 9 / 10;
    t.runs = 3;
    v.totals = t;
    if (altered) {
        Finding f;
        f.code = "ALTERED";
        f.seq = entries * 61 / 96;
        f.field = "cost_pico";
        f.stored = "1200000";
        f.original = "186400000";
        f.proven = true;
        f.message = "the record was changed";
        v.findings.push_back(f);
    }
    Finding note;
    note.code = "W_NOT_PINNED";
    note.warning = true;
    note.message = "no pin was given: the whole log could be a substitute";
    v.findings.push_back(note);
    Finding tail;
    tail.code = "W_UNSEALED";
    tail.warning = true;
    tail.seq = entries - 4;
    tail.to_seq = entries - 1;
    tail.message = "records after the newest checkpoint are not sealed yet";
    v.findings.push_back(tail);
    return v;
}

api::AuditRecord fakeRecord(const Verdict& v, std::int64_t pos) {
    static const std::array<const char*, 4> kinds = {"step", "budget", "step", "run"};
    api::AuditRecord r;
    r.pos = pos;
    r.seq = pos;
    r.ts_us = FakeWorkspace::now_us - (v.entries - pos) * 1'071'000;
    r.kind = kinds[static_cast<std::size_t>(pos) % kinds.size()];
    r.what = r.kind == "step"     ? fmt::format("triage[{}]/read", pos / 4)
             : r.kind == "budget" ? "workflow:licence-triage"
                                  : "licence-triage";
    r.prev = fmt::format("{:016x}9f4a1c08b7e6a445f0a7c19be6db1c6d8f8d0e7f8f1e0a5c", pos * 7919 + 220);
    const auto line = [&](std::int64_t cost) {
        return fmt::format(
            R"({{"cost_pico":{},"in":"1f0c","in_qty":412,"kind":"{}","log":"0193f0a2","model":"gpt-4o-mini",)"
            R"("name":"read{}","out":"77aa","out_qty":138,"price_seq":5,"prev":"{}","provider":"openai",)"
            R"("run":"r-0001","seq":{},"status":"ok","ts_us":{},"v":1}})",
            cost, r.kind, "\xE2\x80\xAE", r.prev, pos, r.ts_us);
    };
    r.leaf_computed =
        fmt::format("{:016x}d8f8d0e7f8f1e0a53c6b9a2e4d70e2d3d9f4a1c08b7e6a4f", pos * 104729 + 400);
    r.leaf_stored = r.leaf_computed;
    const bool bad = v.level == VerdictLevel::altered && !v.findings.empty() && v.findings.front().seq == pos;
    r.stored_line = line(bad ? 1'200'000 : 186'400'000);
    r.canonical_line = line(186'400'000);
    if (bad) r.leaf_stored = "77b0d8f8d0e7f8f1e0a53c6b9a2e4d70e2d3d9f4a1c08b7e6a44aaaabbbb19cd";
    r.state = bad                 ? api::AuditRecord::State::altered
              : pos > v.sealed_to ? api::AuditRecord::State::unsealed
                                  : api::AuditRecord::State::proven;
    return r;
}

LogFigures fakeFigures() {
    LogFigures out;
    out.cost = microDollars(9'412'033);
    out.steps = 86;
    out.runs = {{"r-0001", "licence-triage", "compliance", "", "ok", 2, 41, microDollars(4'301'221),
                 microDollars(4'301'221)},
                {"r-0002", "licence-triage", "compliance", "", "ok", 31, 38, microDollars(5'109'412),
                 microDollars(5'295'812)},
                {"r-0003", "invoice-reading", "finance", "", "", 80, 7, microDollars(1'400), std::nullopt}};
    out.models = {{"openai", "gpt-4o-mini", 71, microDollars(9'102'033), {}},
                  {"local", "triage-3b", 15, microDollars(310'000), {}}};
    out.models[0].qty = {{"in", PicoSum::of(182'440)}, {"out", PicoSum::of(41'030)}};
    out.models[1].qty = {{"compute_ms", PicoSum::of(38'112)}};
    out.budgets = {{"workflow:licence-triage", "day", microDollars(25'000'000), "", -1, 2, 1, 0, 77},
                   {"org:acme", "month", microDollars(400'000'000), "", -1, 1, 0, 1, 12}};
    return out;
}

api::PayloadList fakePayloads() {
    using State = api::PayloadSlot::State;
    api::PayloadList out;
    out.payloads = {{44, "out", "triage[11]/read", State::mismatching, 812},
                    {4, "in", "triage[1]/read", State::opened, 2'410},
                    {4, "out", "triage[1]/read", State::opened, 377},
                    {8, "in", "triage[2]/read", State::erased, -1},
                    {12, "docs", "triage[3]/find", State::withheld, -1}};
    out.all = 5;
    for (const auto& p : out.payloads)
        ++out.count[static_cast<std::size_t>(p.state)];
    return out;
}

Comparison fakeComparison(const std::string& a, const std::string& b) {
    Comparison out;
    out.a.path = a;
    out.a.verdict = fakeVerdict(false, 96);
    out.a.end = 96;
    out.b.path = b;
    out.b.verdict = fakeVerdict(true, 137);
    out.b.end = 137;
    out.relation = Relation::differing;
    out.common = 95;
    out.first_difference = 61;
    out.changed = {{61, 61, "step", {{"cost_pico", "186400000", "1200000"}}, "a"}};
    out.changed_n = 1;
    out.only_b = {{96, 136}};
    out.only_b_n = 41;
    return out;
}

namespace {
class FakeAuditFile : public api::AuditFile {
public:
    FakeAuditFile(std::string path, Verdict verdict, MemoryAnswer memory)
        : path_(std::move(path))
        , verdict_(std::move(verdict))
        , memory_(std::move(memory)) {}
    [[nodiscard]] const Verdict& verdict() const override { return verdict_; }
    [[nodiscard]] std::string path() const override { return path_; }
    [[nodiscard]] std::int64_t records() const override { return verdict_.entries; }
    [[nodiscard]] std::optional<std::int64_t> positionOf(std::int64_t seq) const override { return seq; }
    [[nodiscard]] Result<api::AuditRecord> record(std::int64_t pos) const override {
        return fakeRecord(verdict_, pos);
    }
    [[nodiscard]] api::RecordFields fields(const api::AuditRecord& record) const override {
        api::RecordFields out;
        out.has_original = record.stored_line != record.canonical_line;
        const auto before = jsonFields(record.canonical_line);
        const auto now = jsonFields(record.stored_line);
        for (std::size_t i = 0; i < now.size() && i < before.size(); ++i) {
            api::RecordField field{now[i].first, now[i].second, std::nullopt, false};
            if (out.has_original) field.original = before[i].second;
            field.changed = out.has_original && field.original != field.stored;
            out.fields.insert(field.changed ? out.fields.begin() : out.fields.end(), field);
        }
        return out;
    }
    [[nodiscard]] MemoryAnswer memory() const override { return memory_; }

private:
    std::string path_;
    Verdict verdict_;
    MemoryAnswer memory_;
};
} // namespace

void FakeAuditor::verify(api::VerifyRequest request, std::function<void(api::VerifyProgress)> progress,
                         CancelToken cancel, api::Reply<std::shared_ptr<api::AuditFile>> reply) {
    last_cancel = cancel;
    requests.push_back(request);
    progress({81'000'000, 100'000'000, entries_ * 81 / 100, "content"});
    held_ = [this, request, cancel, reply] {
        if (cancel.cancelled())
            return reply(tally::fail("audit.cancelled", "the check was cancelled: nothing is proven"));
        if (failure) return reply(tally::fail(*failure));
        reply(std::shared_ptr<api::AuditFile>(std::make_shared<FakeAuditFile>(
            request.path, verdict ? *verdict : fakeVerdict(altered_, entries_), memory)));
    };
    if (!hold) finish();
}

void FakeAuditor::finish() {
    if (auto answer = std::exchange(held_, nullptr)) answer();
}

void FakeAuditor::figures(std::shared_ptr<api::AuditFile>, CancelToken, api::Reply<LogFigures> reply) {
    ++figures_asked;
    reply(fakeFigures());
}
void FakeAuditor::payloads(std::shared_ptr<api::AuditFile>, CancelToken, api::Reply<api::PayloadList> reply) {
    ++payloads_asked;
    reply(fakePayloads());
}
/// "in" is short, "out" has parts, with a character that lies across their border; "docs" was erased.
void FakeAuditor::payload(std::shared_ptr<api::AuditFile>, api::PayloadRequest request, CancelToken,
                          api::Reply<api::PayloadText> reply) {
    using State = api::PayloadSlot::State;
    read.push_back(request);
    api::PayloadText out;
    out.slot.seq = request.seq;
    out.slot.slot = request.slot;
    std::string all = "Which licences does this file name?\nCopyright 2019 Ada \xE2\x80\xAE.";
    if (request.slot == "out") {
        all = std::string(static_cast<std::size_t>(api::PayloadRequest::most_at_once) - 1, 'a') + "\xC3\xA4" +
              std::string(100, 'b');
        out.slot.state = request.state.value_or(State::opened);
    } else if (request.slot == "in") {
        out.slot.state = State::opened;
    } else {
        out.slot.state = State::erased;
        return reply(out);
    }
    out.slot.bytes = static_cast<std::int64_t>(all.size());
    out.from = request.from;
    out.bytes = all.substr(static_cast<std::size_t>(request.from),
                           static_cast<std::size_t>(api::PayloadRequest::most_at_once));
    reply(out);
}
void FakeAuditor::compare(api::VerifyRequest a, std::string b, CancelToken, api::Reply<Comparison> reply) {
    requests.push_back(a);
    reply(fakeComparison(a.path, b));
}
void FakeAuditor::checkProofs(api::ProofRequest request, api::Reply<std::vector<api::ProofCheck>> reply) {
    proofs.push_back(request);
    if (request.vkeys.empty()) return reply(tally::fail("proof.key", "a proof needs a key"));
    if (request.text.find("tlog-proof@v1") == std::string::npos)
        return reply(tally::fail("proof.format", "this is no proof"));
    reply(std::vector<api::ProofCheck>{{21, 137, "tallystick.example/ana/default", R"({"seq":21})"}});
}
void FakeAuditor::signingKey(std::string, api::Reply<std::string> reply) {
    reply(std::string("tallystick.example/ana/default+c20a1116+Aeg7"));
}
void FakeAuditor::writeReport(std::shared_ptr<api::AuditFile>, ReportRequest request,
                              api::Reply<ReportInfo> reply) {
    reports.push_back(request);
    if (request.out.empty()) return reply(tally::fail("file.write", "no file"));
    reply(ReportInfo{"{}", std::string(64, 'a'), request.key.empty() ? "" : "auditor+1+AA"});
}
void FakeAuditor::pins(api::Reply<std::vector<StoredPin>> reply) {
    reply(saved_pins);
}
void FakeAuditor::savePin(StoredPin pin, api::Reply<StoredPin> reply) {
    if (pin.fingerprint.size() < 8)
        return reply(tally::fail("pin.form", "this is no fingerprint and no key"));
    saved_pins.push_back(pin);
    reply(pin);
}

} // namespace tally::test
