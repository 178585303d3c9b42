#include "core/base/file.h"
#include "core/context/layers.h"
#include "core/model/workflow.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;

namespace {
const std::string samples = TALLY_SOURCE_DIR "/resources/samples/";

void checkFilters(const Steps& steps) {
    for (const auto& s : steps) {
        if (const auto* filter = std::get_if<FilterStep>(&s.what)) {
            const auto checked = context::checkLayers(filter->layers);
            QVERIFY2(checked.has_value(), checked ? "" : checked.error().text().c_str());
        }
        if (const auto* map = std::get_if<MapStep>(&s.what)) checkFilters(*map->steps);
    }
}
} // namespace

class SampleWorkflows : public QObject {
    Q_OBJECT
private slots:
    void areValid_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("triage") << "licence-triage";
        QTest::newRow("brute force") << "brute-force-triage";
    }
    void areValid() {
        QFETCH(QString, name);
        const auto text = DiskFileSystem().read(samples + name.toStdString() + ".workflow.json", 1U << 24);
        QVERIFY(text.has_value());
        const auto check = parseWorkflow(*text);
        for (const auto& d : check.diagnostics)
            qWarning("line %d %s: %s", d.line, d.pointer.c_str(), d.message.c_str());
        QVERIFY(check.workflow != nullptr);
        QVERIFY(check.diagnostics.empty());
        QCOMPARE(check.workflow->name, name.toStdString());
        checkFilters(check.workflow->steps);
    }
    /// The comparison is fair only if both ask the same model, with the same seed, the same question.
    void bothAskTheSameLargeModel() {
        std::map<std::string, std::pair<Role, std::string>> large;
        for (const char* name : {"licence-triage", "brute-force-triage"}) {
            const auto check =
                parseWorkflow(*DiskFileSystem().read(samples + name + ".workflow.json", 1U << 24));
            QVERIFY(check.workflow != nullptr);
            std::string prompt;
            const std::function<void(const Steps&)> look = [&](const Steps& steps) {
                for (const auto& s : steps) {
                    if (const auto* model = std::get_if<ModelStep>(&s.what);
                        model != nullptr && model->role == "large")
                        prompt = model->ask.prompt;
                    if (const auto* map = std::get_if<MapStep>(&s.what)) look(*map->steps);
                }
            };
            look(check.workflow->steps);
            prompt.erase(prompt.find("{{"));
            large[name] = {check.workflow->roles.at("large"), prompt};
        }
        const auto& [a, b] = std::pair(large["licence-triage"], large["brute-force-triage"]);
        QCOMPARE(a.first.candidates, b.first.candidates);
        QCOMPARE(a.first.seed, b.first.seed);
        QCOMPARE(a.first.temperature, b.first.temperature);
        QCOMPARE(a.second, b.second);
        QVERIFY(!a.second.empty());
    }
};

TALLY_TEST(SampleWorkflows)
#include "test_sample_workflows.moc"
