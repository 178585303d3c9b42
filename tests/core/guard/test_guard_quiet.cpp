// What must not raise an alarm: code, tables, lists, JSON, polling, long legitimate work.
#include "core/guard/guard.h"
#include "tests/support/suite.h"

#include <QDirIterator>
#include <QFile>
#include <QTest>
#include <fmt/format.h>

using namespace tally;
using namespace tally::guard;

namespace {

std::string times(int n, const std::function<std::string(int)>& line) {
    std::string out;
    for (int i = 0; i < n; ++i)
        out += line(i);
    return out;
}

using Corpus = std::vector<std::pair<std::string, std::string>>;

Corpus written() {
    return {
        {"cpp switch",
         times(80, [](int i) { return fmt::format("    case Kind::k{}:\n        return true;\n", i); })},
        {"cpp closing braces",
         times(60, [](int) { return std::string("                }\n            }\n        }\n"); })},
        {"array of zeros",
         "static const int table[] = {" + times(600, [](int) { return std::string("0, "); }) + "};"},
        {"python asserts",
         times(90, [](int i) { return fmt::format("    assert convert({}) == {}\n", i, i * i); })},
        {"python pass", times(60, [](int) { return std::string("    pass\n"); })},
        {"markdown table, same rows", "| package | licence |\n|---|---|\n" +
                                          times(120, [](int) { return std::string("| none | none |\n"); })},
        {"markdown table",
         times(120, [](int i) { return fmt::format("| lib{} | MIT | no | approved |\n", i); })},
        {"wide table, same cells",
         times(60,
               [](int i) {
                   return fmt::format("| item {} | not applicable | not applicable | not applicable |\n", i);
               })},
        {"csv", times(300, [](int) { return std::string("n/a,n/a,n/a,0\n"); })},
        {"list of equal items", times(40, [](int) { return std::string("- not applicable\n"); })},
        {"numbered list", times(100, [](int i) { return fmt::format("{}. Check the clause\n", i + 1); })},
        {"checklist",
         times(60, [](int i) { return fmt::format("- [x] clause {} reviewed and accepted\n", i); })},
        {"json same objects",
         "[" + times(200, [](int) { return std::string("{\"label\": \"none\", \"score\": 0}, "); }) + "{}]"},
        {"json numbers", "[" + times(500, [](int i) { return fmt::format("{}, ", i % 2); }) + "0]"},
        {"json records",
         "[" +
             times(150,
                   [](int i) {
                       return fmt::format(
                           "{{\"id\": {}, \"licence\": \"GPL-2.0-or-later\", \"copyleft\": true}},\n", i);
                   }) +
             "{}]"},
        {"rule", times(3, [](int) { return std::string(300, '-') + "\nSection\n"; })},
        {"indentation", times(3, [](int) { return std::string(600, ' ') + "x\n"; })},
        {"dep5", times(60,
                       [](int i) {
                           return fmt::format(
                               "Files: src/module{}/*\nCopyright: 20{:02} The Authors\nLicense: Expat\n\n", i,
                               i % 30);
                       })},
        {"log lines", times(80,
                            [](int i) {
                                return fmt::format("2026-11-22T05:{:02}:00Z INFO worker {} finished\n",
                                                   i % 60, i);
                            })},
        {"sql inserts",
         times(90, [](int i) { return fmt::format("INSERT INTO t (a, b) VALUES ({}, 'x');\n", i); })},
        {"hex dump",
         times(100,
               [](int i) { return fmt::format("{:08x}  00 00 00 00 00 00 00 00  |........|\n", i * 8); })},
        {"xml",
         times(70, [](int i) { return fmt::format("  <item id=\"{}\"><value>none</value></item>\n", i); })},
        {"long reasoning", times(60,
                                 [](int i) {
                                     static const char* const verbs[] = {"check", "compare", "read", "weigh",
                                                                         "doubt", "confirm", "list"};
                                     static const char* const things[] = {
                                         "the first clause", "the notice", "the grant of rights",
                                         "the warranty text", "the file header"};
                                     static const char* const ends[] = {"because it names another holder",
                                                                        "and find no contradiction",
                                                                        "before I decide"};
                                     return fmt::format("Step {}: now I {} {} {}. ", i, verbs[i % 7],
                                                        things[i * 3 % 5], ends[i * 5 % 3]);
                                 })},
        {"poem with a refrain", times(5,
                                      [](int i) {
                                          return fmt::format(
                                              "Verse {} tells another part of the old story of the "
                                              "sea,\nwith wind {} and a lantern lit for me.\n"
                                              "Row on, row on, the harbour light is near.\n",
                                              i, i * i);
                                      })},
    };
}

/// What is written above, and the files kept as fixtures.
const Corpus& corpus() {
    static const Corpus all = [] {
        Corpus made = written();
        QDirIterator files(QStringLiteral(TALLY_SOURCE_DIR "/tests/fixtures/guard"), QDir::Files);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly))
                made.emplace_back(files.fileName().toStdString(), file.readAll().toStdString());
        }
        return made;
    }();
    return all;
}

} // namespace

class TestGuardQuiet : public QObject {
    Q_OBJECT
private slots:
    void streams_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < corpus().size(); ++i)
            QTest::newRow(corpus()[i].first.c_str()) << static_cast<int>(i);
    }
    void streams() {
        QFETCH(int, index);
        const std::string& text = corpus()[static_cast<std::size_t>(index)].second;
        for (const std::size_t piece : {1, 13, 100'000}) {
            Guard guard;
            for (std::size_t i = 0; i < text.size(); i += piece) {
                const auto alert =
                    guard.streamText(RunId("r"), "w", "p", std::string_view(text).substr(i, piece), 1);
                QVERIFY2(!alert, alert ? alert->sentence.c_str() : "");
            }
        }
    }

    void answers_data() { streams_data(); }
    /// The same texts as finished answers: no repeat, no mistake in them, nothing cut off.
    void answers() {
        QFETCH(int, index);
        QVERIFY2(corpus().size() > 26, "the files are there");
        Guard guard;
        for (int i = 0; i < 2; ++i) {
            StepObservation step;
            step.run = RunId("r");
            step.name = "write";
            step.model = "p/m";
            step.path = std::to_string(i);
            step.args = "write " + std::to_string(i);
            step.result = step.output = corpus()[static_cast<std::size_t>(index)].second;
            const auto alerts = guard.observe(step);
            QVERIFY2(alerts.empty(), alerts.empty() ? "" : alerts.front().sentence.c_str());
        }
    }

    void anHonestSession() {
        // Edits, compiles, reads other errors, tests, looks twice at the same file; everything leads on.
        Guard guard;
        for (int i = 0; i < 120; ++i) {
            StepObservation step;
            step.run = RunId("r");
            step.name = "shell";
            step.path = std::to_string(i);
            switch (i % 6) {
            case 0:
                step.args = fmt::format("edit module{}.c", i);
                step.result = fmt::format("module{}.c written", i);
                break;
            case 1:
                step.args = "make";
                step.result = fmt::format("module{}.c: error: '{}' undeclared", i,
                                          times(1 + i % 9, [](int) { return std::string("a"); }));
                break;
            case 2:
                step.args = "cat common.h";
                step.result = "#define LIMIT 7";
                break;
            case 3:
                step.args = fmt::format("edit module{}.c", i - 3);
                step.result = fmt::format("module{}.c written again", i - 3);
                break;
            case 4:
                step.args = "make";
                step.result = fmt::format("built {} objects", i);
                break;
            default:
                step.args = "make test";
                step.result = fmt::format("{} tests passed, 0 failed", i);
            }
            for (const Alert& alert : guard.observe(step))
                QVERIFY2(alert.action != AlertAction::stop && alert.detector != "loop.stuck",
                         alert.sentence.c_str());
        }
    }

    void polling() {
        Guard guard;
        for (int i = 0; i < 500; ++i) {
            StepObservation step;
            step.run = RunId("r");
            step.name = "status";
            step.path = std::to_string(i);
            step.args = "job 7";
            step.result = fmt::format("{{\"done\": {}, \"of\": 500}}", i);
            QVERIFY(guard.observe(step).empty());
        }
    }

    void batchOfLikeItems() {
        Guard guard;
        for (int i = 0; i < 500; ++i) { // many files with the same licence text and the same answer
            StepObservation step;
            step.run = RunId("r");
            step.workflow = "w";
            step.name = "classify";
            step.path = fmt::format("triage[{}]/classify", i);
            step.thread = step.item = fmt::format("triage[{}]", i);
            step.args = "MIT text";
            step.result = step.output = "{\"licence\":\"MIT\"}";
            step.model = "p/m";
            step.cost = Pico::of(100'000 + i % 13 * 7'000 +
                                 (i % 50 == 0 ? 90'000 : 0)); // every fiftieth is twice as long
            QVERIFY(guard.observe(step).empty());
            guard.itemEnded(step.run, step.thread, step.item);
        }
    }

    void readingThroughPages() {
        Guard guard;
        for (int i = 0; i < 200; ++i) {
            StepObservation step;
            step.run = RunId("r");
            step.name = "read_page";
            step.path = std::to_string(i);
            step.args = fmt::format("{{\"page\": {}}}", i);
            step.result = i % 3 == 0 ? "(empty page)"
                                     : fmt::format("text of page {}", i); // a new call with an old result
            QVERIFY(guard.observe(step).empty());
        }
    }
};

TALLY_TEST(TestGuardQuiet)
#include "test_guard_quiet.moc"
