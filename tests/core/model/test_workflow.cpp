#include "core/base/file.h"
#include "core/model/workflow.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;

namespace {
const std::string head = "{\n  \"name\": \"w\",\n  \"process\": \"p\",\n  \"models\": {\"small\": "
                         "\"sim/a\"},\n  \"inputs\": {\"text\": {}},\n";
std::string withSteps(const std::string& steps) {
    return head + "  \"steps\": [\n    " + steps + "\n  ]\n}\n";
}
} // namespace

class WorkflowTest : public QObject {
    Q_OBJECT
private slots:
    void readsEveryKindOfStep() {
        const auto check = parseWorkflow(
            *DiskFileSystem().read(TALLY_SOURCE_DIR "/tests/fixtures/workflows/all-kinds.json", 1 << 20));
        for (const auto& d : check.diagnostics)
            qWarning("%d:%d %s: %s", d.line, d.column, d.pointer.c_str(), d.message.c_str());
        QVERIFY(check.workflow != nullptr);
        QCOMPARE(check.workflow->steps.size(), std::size_t{5});
        QCOMPARE(check.workflow->roles.at("small").candidates[1].model, std::string("org/b"));
        QCOMPARE(check.workflow->limits.cost.toString(), std::string("0.5"));
        QCOMPARE(check.workflow->sha256.size(), std::size_t{64});
    }
    void aCostBudgetThatSimulatedCallsPassIsSaid() {
        const auto check = [](const std::string& model, const std::string& budget) {
            const auto out = parseWorkflow(
                R"({"name": "w", "process": "p", "models": {"small": [")" + model + R"("]}, "budgets": [)" +
                budget + R"(], "steps": [{"id": "a", "kind": "code", "lua": "return 1"}]})");
            return out.workflow == nullptr ? std::vector<Diagnostic>(9) : out.diagnostics;
        };
        const auto found = check("sim/a", R"({"limit": "1"})");
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].severity == Diagnostic::Severity::warning);
        QCOMPARE(found[0].pointer, std::string("/budgets/0"));
        QVERIFY(found[0].message.find("'small' is played by sim/a") != std::string::npos);
        QVERIFY(found[0].fix.find(R"("simulated": true)") != std::string::npos);
        QVERIFY(check("sim/a", R"({"limit": "1", "simulated": true})").empty());
        QVERIFY(check("sim/a", R"({"limit": "1", "simulated": false})").empty());
        QVERIFY(check("sim/a", R"({"limit": 9, "meter": "calls"})").empty()); // counts every call anyway
        QVERIFY(check("openai/a", R"({"limit": "1"})").empty());
    }
    void everyMistakeHasAPlaceAndAFix_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("fix");
        const auto row = [](const char* name, const std::string& text, int line, const char* pointer,
                            const char* fix) {
            QTest::newRow(name) << QString::fromStdString(text) << line << pointer << fix;
        };
        row("comma", "{\n  \"name\": \"w\",\n}", 3, "", "remove the comma");
        row("empty", "", 1, "", "empty");
        row("not an object", "[]", 1, "", "start with {");
        row("twice", "{\n\"name\": \"a\",\n\"name\": \"b\"}", 3, "/name", "keep one");
        row("unknown field", withSteps(R"({"id": "a", "kind": "model", "role": "small", "promt": "x"})"), 7,
            "/steps/0/promt", "did you mean 'prompt'?");
        row("unknown kind", withSteps(R"({"id": "a", "kind": "modle"})"), 7, "/steps/0/kind",
            "did you mean 'model'?");
        row("unknown role", withSteps(R"({"id": "a", "kind": "model", "role": "smal", "prompt": "x"})"), 7,
            "/steps/0/role", "did you mean 'small'?");
        row("reference",
            withSteps(R"({"id": "a", "kind": "model", "role": "small", "prompt": "{{inputs.txt}}"})"), 7,
            "/steps/0/prompt", "did you mean 'text'?");
        row("later step",
            withSteps("{\"id\": \"a\", \"kind\": \"model\", \"role\": \"small\", \"prompt\": "
                      "\"{{steps.b.output}}\"},\n"
                      "{\"id\": \"b\", \"kind\": \"code\", \"lua\": \"return 1\"}"),
            7, "/steps/0/prompt", "there is none");
        row("open reference",
            withSteps(
                "{\"id\": \"a\", \"kind\": \"code\", \"lua\": \"return 1\", \"args\": \"{{inputs.text\"}"),
            7, "/steps/0/args", "add '}}'");
        row("endless loop",
            withSteps(
                R"({"id": "a", "kind": "loop", "steps": [{"id": "b", "kind": "code", "lua": "return 1"}]})"),
            7, "/steps/0", "max_iterations");
        row("command", withSteps(R"({"id": "a", "kind": "tool", "command": ["rm", "-rf"]})"), 7,
            "/steps/0/command/0", "allow");
        row("dead tier",
            withSteps(
                R"({"id": "a", "kind": "route", "prompt": "x", "tiers": [{"role": "small"}, {"role": "small"}]})"),
            7, "/steps/0/tiers/0", "accept");
        row("cost as number",
            "{\n\"name\": \"w\", \"process\": \"p\", \"steps\": [],\n\"limits\": {\"cost\": 0.5}}", 3,
            "/limits/cost", "quotes");
        row("id twice",
            withSteps("{\"id\": \"a\", \"kind\": \"code\", \"lua\": \"return 1\"},\n{\"id\": \"a\", "
                      "\"kind\": \"code\", \"lua\": \"return 1\"}"),
            8, "/steps/1/id", "own id");
        row("number range",
            withSteps(R"({"id": "a", "kind": "model", "role": "small", "prompt": "x", "max_tokens": 0})"), 7,
            "/steps/0/max_tokens", "from 1 to");
        row("deep", std::string(5000, '['), 0, "", "flatten");
    }
    void everyMistakeHasAPlaceAndAFix() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(QString, pointer);
        QFETCH(QString, fix);
        const auto check = parseWorkflow(text.toStdString());
        QVERIFY(check.workflow == nullptr);
        const auto found =
            std::find_if(check.diagnostics.begin(), check.diagnostics.end(), [&](const Diagnostic& d) {
                return d.pointer == pointer.toStdString() && d.line == line &&
                       QString::fromStdString(d.fix).contains(fix);
            });
        if (found == check.diagnostics.end())
            for (const auto& d : check.diagnostics)
                qWarning("%d:%d %s: %s [%s]", d.line, d.column, d.pointer.c_str(), d.message.c_str(),
                         d.fix.c_str());
        QVERIFY(found != check.diagnostics.end());
    }
    void hostileSizesCostLittleAndAreSaid() {
        // Every item of a long list below a long key has a long pointer.
        std::string list = "{\"" + std::string(200'000, 'k') + "\": [0";
        for (int i = 0; i < 20'000; ++i)
            list += ",0";
        QVERIFY(parseWorkflow(list + "]}").workflow == nullptr);

        // Twenty thousand mistakes: the first ones are listed, the others counted.
        std::string wrong = "{\"name\": \"w\", \"process\": \"p\", \"steps\": []";
        for (int i = 0; i < 20'000; ++i)
            wrong += ",\"x" + std::to_string(i) + "\": 0";
        const auto many = parseWorkflow(wrong + "}").diagnostics;
        QCOMPARE(many.size(), std::size_t{201});
        QCOMPARE(many.back().message, std::string("19801 more problems are not listed"));

        std::string steps;
        for (int i = 0; i < 2100; ++i)
            steps += (i > 0 ? ",\n{\"id\": \"s" : "{\"id\": \"s") + std::to_string(i) +
                     "\", \"kind\": \"code\", \"lua\": \"return 1\"}";
        const auto tooMany = parseWorkflow(withSteps(steps)).diagnostics;
        QCOMPARE(tooMany.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(tooMany[0].message).contains("more than 2000 steps"));

        std::string open;
        for (int i = 0; i < 50'000; ++i)
            open += "{{";
        QVERIFY(parseWorkflow(
                    withSteps("{\"id\": \"a\", \"kind\": \"code\", \"lua\": \"return 1\", \"args\": \"" +
                              open + "}}\"}"))
                    .workflow == nullptr);
        QVERIFY(QString::fromStdString(parseWorkflow(std::string(5 << 20, ' ')).diagnostics.at(0).message)
                    .contains("4 MiB"));
    }
    void aTruncatedDefinitionNeverCrashes() {
        const std::string whole =
            withSteps(R"({"id": "a", "kind": "model", "role": "small", "prompt": "\u00e9 {{inputs.text}}"})");
        for (std::size_t n = 0; n < whole.size(); ++n)
            if (n + 1 < whole.size()) QVERIFY(parseWorkflow(whole.substr(0, n)).workflow == nullptr);
    }
};
TALLY_TEST(WorkflowTest)
#include "test_workflow.moc"
