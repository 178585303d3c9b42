#include "ui/report/report_pages.h"

#include "core/model/verdict_ladder.h"
#include "ui/models/verdict_words.h"
#include "ui/report/flow.h"
#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

namespace tally::ui {
namespace {
using nlohmann::json;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QString utc(std::int64_t wall_us) {
    if (wall_us <= 0) return {};
    return QDateTime::fromMSecsSinceEpoch(wall_us / 1000, QTimeZone::utc())
               .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) +
           QStringLiteral(" UTC");
}

QString textOf(const json& object, const char* key, int most = 200) {
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_string() ? safeText(at->get_ref<const std::string&>(), most)
                                                 : QString();
}
const json& memberOf(const json& object, const char* key) {
    static const json none;
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() ? *at : none;
}
std::int64_t numberOf(const json& object, const char* key) {
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}
const json& listOf(const json& object, const char* key) {
    static const json none = json::array();
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_array() ? *at : none;
}
/// `time` of a time stamp, in microseconds; 0 for one that no clock shows.
std::int64_t secondsOf(const json& stamp) {
    constexpr std::int64_t year_9999 = 253'402'300'799;
    const auto time = numberOf(stamp, "time");
    return time > 0 && time <= year_9999 ? time * 1'000'000 : 0;
}
PicoSum picoOf(const json& object, const char* key) {
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_string()
               ? PicoSum::parsePico(at->get<std::string>()).value_or(PicoSum())
               : PicoSum();
}

class Pages {
public:
    Pages(Paper& paper, const ReportDocument& report, int sheets)
        : report_(report)
        , v_(report.verdict)
        , flow_(paper, Words::tr("Verification of %1").arg(report.text("input/file", 120)),
                Words::tr("SHA-256 of this report's data: %1").arg(report.digest), sheets) {}

    int paint() {
        const VerdictSentence sentence = sentenceOf(v_);
        flow_.paragraph(Words::tr("Verification report"), {20, true, false, {}, 2});
        flow_.paragraph(
            Words::tr("%1 · made %2").arg(report_.text("input/file", 200), utc(report_.number("made_us"))),
            {10, false, false, lightTokens().muted, 12});
        flow_.card(toneColor(sentence.tone, lightTokens()), sentence.headline, sentence.meaning);
        flow_.fact(Words::tr("Verdict"), qs(toString(v_.level)));
        if (const QString note = report_.text("note", 2000); !note.isEmpty())
            flow_.fact(Words::tr("Note"), note);
        ladder();
        input();
        compared();
        findings();
        figures();
        limits();
        signature();
        flow_.finish();
        return flow_.sheets();
    }

private:
    void ladder() {
        flow_.heading(Words::tr("What was checked, and what was not"));
        std::vector<QStringList> rows;
        const auto rungs = ladderOf(v_);
        for (const Rung& rung : rungs)
            rows.push_back({rung.question, rung.answer.word, rung.why});
        flow_.table({{Words::tr("Question"), 3, false, false},
                     {Words::tr("Answer"), 1.6, false, false},
                     {Words::tr("Why"), 5, false, false}},
                    rows, [&](int row, int column) {
                        const Tone tone = rungs[static_cast<std::size_t>(row)].answer.tone;
                        return column == 1 && tone != Tone::neutral ? toneColor(tone, lightTokens())
                                                                    : QColor();
                    });
    }
    void input() {
        flow_.heading(Words::tr("The file"));
        flow_.fact(Words::tr("Name"), report_.text("input/file"));
        flow_.fact(Words::tr("Size"), Words::tr("%1 bytes").arg(count(report_.number("input/bytes"))));
        flow_.fact(Words::tr("SHA-256"), report_.text("input/sha256"), true);
        if (v_.level == VerdictLevel::malformed) return;
        flow_.fact(Words::tr("Log"), safeText(v_.origin.value_or(v_.log.value_or("")), 300), true);
        flow_.fact(Words::tr("Fingerprint"), safeText(v_.fingerprint.value_or(""), 80), true);
        flow_.fact(Words::tr("Newest signed root"), safeText(v_.root.value_or(""), 80), true);
        flow_.fact(Words::tr("Records"),
                   Words::tr("%1, of them %2 not signed yet; %3 checkpoints, %4 keys")
                       .arg(count(v_.entries), count(v_.unsealed), count(v_.checkpoints), count(v_.epochs)));
        if (v_.sealed_to >= 0)
            flow_.fact(Words::tr("Sealed"), Words::tr("up to record %1 of %2")
                                                .arg(count(v_.sealed_to), utc(v_.sealed_ts_us.value_or(0))));
        flow_.fact(Words::tr("Continues"), report_.text("continues", 300), true);
    }
    QString stateText(const json& state) const {
        QStringList parts{Words::tr("%1 records").arg(count(numberOf(state, "size")))};
        if (const auto at = utc(numberOf(state, "seen_us")); !at.isEmpty()) parts << at;
        if (const auto file = textOf(state, "file"); !file.isEmpty()) parts << file;
        return parts.join(QStringLiteral(", ")) + QStringLiteral("\u2028") + textOf(state, "root", 80);
    }
    void compared() {
        flow_.heading(Words::tr("Compared with"));
        const QString pin = report_.text("options/pin");
        const QString name = report_.text("options/pin_name");
        flow_.fact(Words::tr("Pin"),
                   pin.isEmpty()    ? Words::tr("none was given")
                   : name.isEmpty() ? pin
                                    : name + QStringLiteral(": ") + pin,
                   !pin.isEmpty());
        for (const json& key : listOf(memberOf(report_.body, "options"), "vkeys"))
            if (key.is_string())
                flow_.fact(Words::tr("Key"), safeText(key.get_ref<const std::string&>(), 300), true);
        signedByOthers();
        const json& memory = memberOf(report_.body, "memory");
        if (!memory.is_object()) {
            flow_.fact(Words::tr("Memory"), Words::tr("none was used"));
            return;
        }
        const bool then = memberOf(memory, "then").is_object();
        flow_.fact(Words::tr("Seen before"),
                   then ? stateText(memberOf(memory, "then")) : Words::tr("this log was not seen before"));
        if (then) flow_.fact(Words::tr("Seen now"), stateText(memberOf(memory, "now")));
        if (const QString root = textOf(memory, "root_at_then", 80); !root.isEmpty())
            flow_.fact(Words::tr("Root now at that size"), root, true);
    }
    /// The organisation and time stamping authorities, with what a reader compares: digests of their keys.
    void signedByOthers() {
        const json& options = memberOf(report_.body, "options");
        const json& said = memberOf(memberOf(report_.body, "verdict"), "compared");
        if (const QString answer = textOf(said, "organisation"); !answer.isEmpty()) {
            flow_.fact(Words::tr("Organisation"),
                       answer == QLatin1String("match") ? Words::tr("its key signed the newest checkpoint")
                       : answer == QLatin1String("missing")
                           ? Words::tr("NO signature of its key under the newest checkpoint")
                           : Words::tr("a signature of its key is NOT valid"));
            flow_.fact(Words::tr("Its key, SHA-256"), textOf(memberOf(options, "org_key"), "sha256", 80),
                       true);
        }
        constexpr std::size_t most_stamps = 50;
        const json& stamps = listOf(said, "timestamps");
        for (std::size_t i = 0; i < std::min(stamps.size(), most_stamps); ++i) {
            const bool checked = memberOf(stamps[i], "checked") == json(true);
            flow_.fact(Words::tr("Time stamp"),
                       (checked ? Words::tr("the first %1 records existed at %2, certified by %3")
                                : Words::tr("the first %1 records existed at %2, says %3; NOT checked"))
                           .arg(count(numberOf(stamps[i], "size")), utc(secondsOf(stamps[i])),
                                textOf(stamps[i], "authority", 200)));
        }
        if (stamps.size() > most_stamps)
            flow_.fact(Words::tr("Time stamp"),
                       Words::tr("and %1 more in the data").arg(stamps.size() - most_stamps));
        for (const json& each : listOf(options, "tsa_ca"))
            flow_.fact(Words::tr("Authority, SHA-256"), textOf(each, "sha256", 80), true);
    }
    void findings() {
        flow_.heading(Words::tr("Findings"));
        if (v_.findings.empty()) return flow_.paragraph(Words::tr("None."));
        std::vector<QStringList> rows;
        std::vector<Tone> tones;
        for (const Finding& f : v_.findings) {
            if (static_cast<int>(rows.size()) >= most_printed_findings) break;
            QString place = f.seq ? count(*f.seq) : QStringLiteral("–");
            if (f.to_seq) place += QStringLiteral("–") + count(*f.to_seq);
            QString what = safeText(f.message, 300);
            if (f.field) what += QStringLiteral(" (") + safeText(*f.field, 64) + QLatin1Char(')');
            QStringList values;
            if (f.original)
                values << (f.proven ? Words::tr("original, proven: %1") : Words::tr("original: %1"))
                              .arg(safeText(*f.original, 160));
            if (f.stored) values << Words::tr("in the file: %1").arg(safeText(*f.stored, 160));
            if (f.expected) values << Words::tr("expected: %1").arg(safeText(*f.expected, 160));
            rows.push_back({place, safeText(f.code, 40), what, values.join(QStringLiteral("\u2028"))});
            tones.push_back(f.derived ? Tone::neutral : f.warning ? Tone::warn : Tone::danger);
        }
        flow_.table({{Words::tr("Record"), 1.1, false, true},
                     {Words::tr("Code"), 2.6, false, true},
                     {Words::tr("What"), 3.2, false, false},
                     {Words::tr("Values"), 3.6, false, false}},
                    rows, [&](int row, int column) {
                        const Tone tone = tones[static_cast<std::size_t>(row)];
                        if (tone == Tone::neutral) return lightTokens().muted;
                        return column == 1 ? toneColor(tone, lightTokens()) : QColor();
                    });
        if (rows.size() < v_.findings.size())
            flow_.paragraph(Words::tr("%1 more findings are in the report's data.")
                                .arg(count(static_cast<std::int64_t>(v_.findings.size() - rows.size()))));
    }
    QString amount(PicoSum sum) const {
        QString out = moneyExact(sum);
        const QString currency = safeText(v_.currency.value_or("USD"), 8);
        // The sign is that of dollars.
        return currency == QLatin1String("USD") ? out : qs(sum.toString()) + QLatin1Char(' ') + currency;
    }
    void figures() {
        const json& f = memberOf(report_.body, "figures");
        if (!f.is_object() || !v_.totals) return;
        flow_.heading(Words::tr("Figures, derived again from the records"));
        flow_.paragraph(
            figuresAreProven(v_) ? Words::tr("From records that are proven. Each cost is counted once.")
                                 : Words::tr("Not proven: added up from records of which some are not under "
                                             "a valid signature, or not readable."),
            {9, false, false, figuresAreProven(v_) ? QColor() : toneColor(Tone::warn, lightTokens()), 6});
        flow_.fact(Words::tr("Total cost"), amount(picoOf(f, "cost_pico")));
        flow_.fact(Words::tr("Steps, runs"),
                   Words::tr("%1 steps in %2 runs").arg(count(v_.totals->steps), count(v_.totals->runs)));
        flow_.fact(Words::tr("Payloads"),
                   Words::tr("%1 shown, %2 erased, %3 withheld")
                       .arg(count(v_.totals->payloads_ok), count(v_.totals->payloads_erased),
                            count(v_.totals->payloads_withheld)));
        flow_.space(6);
        std::vector<QStringList> rows;
        for (const json& m : listOf(f, "models")) {
            const QString model = textOf(m, "provider").isEmpty() && textOf(m, "model").isEmpty()
                                      ? Words::tr("without a model")
                                      : textOf(m, "provider") + QStringLiteral(" / ") + textOf(m, "model");
            rows.push_back({model, count(numberOf(m, "steps")), amount(picoOf(m, "cost_pico"))});
        }
        flow_.table({{Words::tr("Model"), 5, false, false},
                     {Words::tr("Steps"), 1.5, true, true},
                     {Words::tr("Cost"), 2.5, true, true}},
                    rows);
        runs(f);
        budgets(f);
    }
    void runs(const json& f) {
        std::vector<const json*> runs;
        for (const json& run : listOf(f, "runs"))
            runs.push_back(&run);
        const auto all = static_cast<std::int64_t>(runs.size()) + numberOf(f, "runs_left_out");
        std::stable_sort(runs.begin(), runs.end(), [](const json* a, const json* b) {
            return picoOf(*a, "cost_pico") > picoOf(*b, "cost_pico");
        });
        if (static_cast<int>(runs.size()) > most_printed_runs) runs.resize(most_printed_runs);
        std::vector<QStringList> rows;
        for (const json* run : runs)
            rows.push_back({textOf(*run, "run"), textOf(*run, "workflow"), textOf(*run, "process"),
                            textOf(*run, "status").isEmpty() ? Words::tr("open") : textOf(*run, "status"),
                            count(numberOf(*run, "steps")), amount(picoOf(*run, "cost_pico"))});
        flow_.table({{Words::tr("Run, dearest first"), 2.6, false, true},
                     {Words::tr("Workflow"), 2.2, false, false},
                     {Words::tr("Process"), 2, false, false},
                     {Words::tr("End"), 1, false, false},
                     {Words::tr("Steps"), 1, true, true},
                     {Words::tr("Cost"), 2, true, true}},
                    rows);
        if (static_cast<std::int64_t>(rows.size()) < all)
            flow_.paragraph(Words::tr("%1 of %2 runs are shown; the others are in the report's data.")
                                .arg(count(static_cast<std::int64_t>(rows.size())), count(all)));
    }
    void budgets(const json& f) {
        std::vector<QStringList> rows;
        for (const json& b : listOf(f, "budgets")) {
            QString limit = Words::tr("none");
            if (memberOf(b, "limit_pico").is_string())
                limit = amount(picoOf(b, "limit_pico"));
            else if (memberOf(b, "limit_qty").is_number_integer())
                limit = count(numberOf(b, "limit_qty")) + QLatin1Char(' ') + textOf(b, "meter");
            rows.push_back({textOf(b, "scope"), textOf(b, "window"), limit, count(numberOf(b, "changes")),
                            count(numberOf(b, "warned")), count(numberOf(b, "exhausted"))});
        }
        flow_.table({{Words::tr("Budget"), 3, false, false},
                     {Words::tr("Window"), 1.4, false, false},
                     {Words::tr("Limit"), 2.2, true, true},
                     {Words::tr("Changes"), 1.2, true, true},
                     {Words::tr("Warned"), 1.2, true, true},
                     {Words::tr("Used up"), 1.2, true, true}},
                    rows);
    }
    void limits() {
        flow_.heading(Words::tr("What no verification can show"));
        QStringList lines{Words::tr("Whether everything was recorded: work that was never written to the log "
                                    "leaves no trace in it."),
                          Words::tr("Whether what was recorded is true: quantities are those that providers "
                                    "and meters reported.")};
        if (v_.level < VerdictLevel::pinned)
            lines << Words::tr("Whether the whole log was put in the place of another: no pin was compared.");
        if (v_.level < VerdictLevel::continuous)
            lines << Words::tr("Whether a longer or other version was shown elsewhere: that needs a memory "
                               "of earlier checks, or witnesses.");
        for (const QString& each : lines)
            flow_.paragraph(QStringLiteral("·  ") + each, {9, false, false, {}, 2});
    }
    void signature() {
        flow_.heading(Words::tr("Signature"));
        if (report_.signers.isEmpty())
            flow_.paragraph(Words::tr("The report is not signed."));
        else
            flow_.fact(Words::tr("Signed as"), report_.signers.join(QStringLiteral(", ")));
        flow_.fact(Words::tr("Key"), report_.text("auditor", 300), true);
        flow_.fact(Words::tr("SHA-256 of the data"), report_.digest, true);
        flow_.fact(Words::tr("Written by"),
                   Words::tr("%1 after %2").arg(report_.text("app"), report_.text("spec")));
        flow_.paragraph(
            Words::tr(
                "These pages are a picture of the report's data. What counts is the data file: “tally report "
                "check FILE --key KEY --bundle BUNDLE” checks its signature and verifies the bundle again."),
            {8.5, false, false, lightTokens().muted, 0});
    }

    const ReportDocument& report_;
    const Verdict& v_;
    Flow flow_;
};
} // namespace

int paintReport(Paper& paper, const ReportDocument& report, int sheets) {
    return Pages(paper, report, sheets).paint();
}

} // namespace tally::ui
