// A verification report on paper: pages, their words, text of others made safe, two languages.
#include "tests/support/suite.h"
#include "ui/report/report_pages.h"

#include <QFile>
#include <QLocale>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace tally;
using namespace tally::ui;
using nlohmann::json;

namespace {
/// A report over the published verdict of good.tracelog, with many runs and findings.
json body(int runs, int findings) {
    QFile file(QStringLiteral(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/good.verdict.json"));
    if (!file.open(QIODevice::ReadOnly)) qFatal("the fixture is missing");
    json verdict = json::parse(file.readAll().toStdString());
    for (int i = 0; i < findings; ++i)
        verdict["findings"].push_back({{"code", "ALTERED"},
                                       {"severity", "fail"},
                                       {"seq", i},
                                       {"to_seq", nullptr},
                                       {"pos", nullptr},
                                       {"field", "cost_pico"},
                                       {"stored", "117813720000"},
                                       {"original", "117813750000"},
                                       {"expected", nullptr},
                                       {"proven", true},
                                       {"derived", false},
                                       {"message", "record changed \u202e<b>backwards</b>"}});
    if (findings > 0) {
        verdict["verdict"] = "ALTERED";
        verdict["ok"] = verdict["intact"] = false;
    }
    json list = json::array();
    for (int i = 0; i < runs; ++i)
        list.push_back({{"run", "r-" + std::to_string(i)},
                        {"workflow", "triage"},
                        {"process", "intake"},
                        {"label", ""},
                        {"status", "ok"},
                        {"seq", i},
                        {"steps", 3},
                        {"cost_pico", std::to_string(1000000 * (i + 1))},
                        {"stated_pico", nullptr}});
    const json state = {{"fingerprint", "aa"},
                        {"origin", "log.example/x"},
                        {"size", 96},
                        {"root", std::string(64, 'c')},
                        {"seen_us", 1'790'000'000'000'000},
                        {"file", "old.tracelog"},
                        {"sha256", nullptr},
                        {"bytes", 7}};
    return {{"schema", "tally-report/v1"},
            {"app", "tallystick 0.1.0"},
            {"spec", "trace-log/v1"},
            {"made_us", 1'790'000'000'000'000},
            {"made", "2026-09-21T14:13:20.000Z"},
            {"note", "Engagement 7"},
            {"input", {{"file", "acme.tracelog"}, {"bytes", 98765}, {"sha256", std::string(64, 'b')}}},
            {"options", {{"pin", std::string(64, 'd')}, {"pin_name", "acme-2026"}, {"vkeys", json::array()}}},
            {"memory",
             {{"answer", "match"},
              {"then", state},
              {"now", state},
              {"root_at_then", nullptr},
              {"other_logs", 0},
              {"remembered", true}}},
            {"sentence", "…"},
            {"ladder", json::array()},
            {"verdict", verdict},
            {"currency", "USD"},
            {"continues", nullptr},
            {"signed_to", 136},
            {"figures",
             {{"proven", true},
              {"cost_pico", "4442323820526"},
              {"steps", 80},
              {"unreadable", 0},
              {"runs", list},
              {"runs_left_out", 0},
              {"models", json::array({{{"provider", "openai"},
                                       {"model", "o-think"},
                                       {"steps", 3},
                                       {"cost_pico", "41577800000"},
                                       {"qty", json::object()}}})},
              {"budgets", json::array({{{"scope", "org:acme"},
                                        {"window", "day"},
                                        {"limit_pico", "5000000000000"},
                                        {"meter", nullptr},
                                        {"limit_qty", nullptr},
                                        {"changes", 1},
                                        {"warned", 0},
                                        {"exhausted", 0},
                                        {"seq", 4}}})}}},
            {"auditor", "auditor.example/jane+00000000+AAAA"}};
}
std::string text(const json& b) {
    return b.dump() + "\n\n\u2014 auditor.example/jane AAAA\n";
}
int sheetsIn(const QByteArray& pdf) {
    int n = 0;
    auto matches =
        QRegularExpression(QStringLiteral("/Type\\s*/Page\\b(?!s)")).globalMatch(QString::fromLatin1(pdf));
    for (; matches.hasNext(); matches.next())
        ++n;
    return n;
}
/// As the document information holds it.
QByteArray utf16(const QString& words) {
    QByteArray out;
    for (const QChar c : words) {
        out += static_cast<char>(c.unicode() >> 8);
        out += static_cast<char>(c.unicode() & 0xff);
    }
    return out;
}
/// Everything that is drawn, in the order of drawing.
class SpyPaper final : public Paper {
public:
    SpyPaper()
        : image_(1, 1, QImage::Format_RGB32) {
        painter_.begin(&image_);
    }
    ~SpyPaper() override { painter_.end(); }
    QPainter* painter() override { return &painter_; }
    void nextSheet() override { ++sheets; }
    [[nodiscard]] double scale() const override { return 2; }
    int sheets = 1;

private:
    QImage image_;
    QPainter painter_;
};
} // namespace

class TestReport : public QObject {
    Q_OBJECT
    QTemporaryDir dir_;
    QByteArray pdf(const std::string& report) {
        const QString path = dir_.filePath(QStringLiteral("report.pdf"));
        const auto sheets = renderReport(report, path);
        if (!sheets) qFatal("%s", sheets.error().text().c_str());
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) qFatal("not written");
        const QByteArray out = file.readAll();
        if (sheetsIn(out) != *sheets)
            qFatal("%d sheets were counted, %d are in the file", *sheets, sheetsIn(out));
        return out;
    }
private Q_SLOTS:
    void thePdfHasItsTitleAndSheets() {
        const QByteArray small = pdf(text(body(3, 0)));
        QVERIFY(small.startsWith("%PDF-"));
        QVERIFY(sheetsIn(small) >= 2 && sheetsIn(small) <= 4);
        QVERIFY(small.contains(utf16(QStringLiteral("acme.tracelog"))));
        const QByteArray large = pdf(text(body(500, 500)));
        QVERIFY(sheetsIn(large) > sheetsIn(small));
        QVERIFY(sheetsIn(large) < 40); // lists are cut, and say so
    }
    void picturesShowTheSameSheets() {
        const auto report = ReportDocument::read(text(body(10, 10)));
        QVERIFY(report.has_value());
        const auto sheets = reportPictures(*report, 72);
        QVERIFY(sheets.size() >= 2);
        for (const QImage& sheet : sheets) {
            QCOMPARE(sheet.size(), QSize(595, 842));
            int dark = 0;
            for (int y = 0; y < sheet.height(); ++y)
                for (int x = 0; x < sheet.width(); ++x)
                    dark += qGray(sheet.pixel(x, y)) < 128 ? 1 : 0;
            QVERIFY(dark > 200);
            // Nothing runs over the margins.
            for (int y = 0; y < sheet.height(); ++y)
                QVERIFY(qGray(sheet.pixel(sheet.width() - 20, y)) == 255 && qGray(sheet.pixel(20, y)) == 255);
        }
        SpyPaper spy;
        const int painted = paintReport(spy, *report, 9);
        QCOMPARE(spy.sheets, painted);
    }
    void wordsOfOthersAreSafe() {
        const auto report = ReportDocument::read(text(body(1, 1)));
        QVERIFY(report.has_value());
        json b = body(0, 0);
        b["note"] = "good\u202egnp.exe\nsecond line\u0007";
        const auto hostile = ReportDocument::read(text(b));
        QCOMPARE(hostile->text("note"), QStringLiteral("good⟨U+202E⟩gnp.exe second line⟨U+0007⟩"));
        QCOMPARE(hostile->signers, QStringList{QStringLiteral("auditor.example/jane")});
    }
    void whatIsNoReportIsRefused() {
        for (const char* bad : {"", "{}\n", "[]\n", "{\"schema\":\"tally-report/v1\"}\n",
                                "{\"schema\":\"tally-report/v1\",\"verdict\":{}}\n"})
            QCOMPARE(ReportDocument::read(bad).error().code, std::string("report.format"));
        QCOMPARE(renderReport(text(body(1, 0)), QStringLiteral("/does/not/exist/a.pdf")).error().code,
                 std::string("report.write"));
        // Members of another type are left out, not trusted.
        for (const char* key : {"input", "options", "memory", "figures", "signed_to", "made_us", "note"})
            for (const json& value :
                 {json(), json(7), json("x"), json::array({1}), json::object({{"models", 3}})}) {
                json b = body(1, 1);
                b[key] = value;
                const auto report = ReportDocument::read(text(b));
                QVERIFY(report.has_value());
                QVERIFY(!reportPictures(*report, 36).empty());
            }
    }
    void germanIsComplete() {
        QTranslator german;
        QVERIFY(german.load(QStringLiteral(":/tally/i18n/tallystick_de")));
        QCoreApplication::installTranslator(&german);
        QLocale::setDefault(QLocale(QLocale::German));
        const QByteArray out = pdf(text(body(70, 250)));
        QLocale::setDefault(QLocale::c());
        QCoreApplication::removeTranslator(&german);
        QVERIFY(out.contains(utf16(QStringLiteral("Prüfung von acme.tracelog"))));
    }
};

TALLY_TEST(TestReport)
#include "test_report.moc"
