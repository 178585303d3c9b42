// `tally batch` as a script uses it: JSON on stdout, one exit code per outcome.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;
using test::Said;

class TestBatch : public QObject {
    Q_OBJECT
    static QString workflow(const ApiFolder& folder) {
        return QString::fromStdString(folder.write(
            "items.json",
            R"({"name": "items", "process": "tests", "version": "1", "models": {"reader": ["sim/sim-small"]},
                "inputs": {"text": {"type": "string"}, "n": {"type": "integer"}},
                "steps": [{"id": "ask", "kind": "model", "role": "reader", "prompt": "Say {{inputs.text}} {{inputs.n}}.", "max_tokens": 50}]})"));
    }
    static QString text(const Said& said) { return QString::fromStdString(said.out.dump()) + said.err; }

private slots:
    void addedFollowedLookedAt() {
        const ApiFolder folder;
        const QString csv = QString::fromStdString(folder.write(
            "in.csv", "id,text,number\n1,\"one, two\",1\n2,three,no number\n3,four,3\n1,again,4\n"));
        const QStringList source{"--csv", csv, "--key", "id", "--field", "text=text", "--field", "n=number"};
        const Said done = test::tally(
            folder, QStringList{"batch", "add", workflow(folder), "--name", "night", "--follow"} + source);
        QVERIFY2(done.code == 1, qPrintable(text(done))); // one dead letter
        QCOMPARE(done.out.value("state", ""), std::string("done"));
        QCOMPARE(done.out.value("done", 0), 2);
        QCOMPARE(done.out.value("dead", 0), 1);
        QCOMPARE(done.out.value("duplicates", 0), 1);
        const Said list = test::tally(folder, {"batch", "list"});
        QVERIFY(list.code == 0 && list.out["batches"].size() == 1);
        const Said dead = test::tally(folder, {"batch", "dead", "night"});
        QVERIFY2(dead.code == 0 && dead.out["causes"][0].value("code", "") == "run.input_type",
                 qPrintable(text(dead)));
        const Said items = test::tally(folder, {"batch", "items", "1", "--state", "done"});
        QVERIFY2(items.code == 0 && items.out["items"].size() == 2, qPrintable(text(items)));
        const Said costs = test::tally(folder, {"costs", "--by", "batch"});
        QVERIFY2(costs.code == 0 && costs.out.dump().find("night") != std::string::npos,
                 qPrintable(text(costs)));
        // A line that cannot be read has nothing to try again.
        QCOMPARE(test::tally(folder, {"batch", "retry", "night"}).code, 1);
        QCOMPARE(test::tally(folder, {"batch", "pause", "night"}).code, 1); // over
    }
    void addedByOneWorkedOnByAnother() {
        const ApiFolder folder;
        std::string lines;
        for (int i = 0; i < 20; ++i)
            lines += R"({"text":"a","n":)" + std::to_string(i) + "}\n";
        const QString jsonl = QString::fromStdString(folder.write("in.jsonl", lines));
        const Said added = test::tally(folder, {"batch", "add", workflow(folder), "--jsonl", jsonl});
        QVERIFY2(added.code == 0, qPrintable(text(added)));
        QCOMPARE(added.out.value("items", 0), 20);
        QCOMPARE(added.out.value("done", -1), 0);
        const QString id = QString::fromStdString(added.out.value("id", ""));
        QCOMPARE(test::tally(folder, {"batch", "set", id, "--concurrency", "3", "--limit-cost", "1"}).code,
                 0);
        QCOMPARE(test::tally(folder, {"batch", "pause", id}).code, 0);
        const Said resumed = test::tally(folder, {"batch", "resume", id, "--follow"});
        QVERIFY2(resumed.code == 0, qPrintable(text(resumed)));
        QCOMPARE(resumed.out.value("done", 0), 20);
        QCOMPARE(resumed.out["spec"].value("concurrency", 0), 3);
        QCOMPARE(test::tally(folder, {"doctor"}).code, 0);
    }
    void mistakes() {
        const ApiFolder folder;
        const auto code = [&](const QStringList& line) {
            const Said said = test::tally(folder, line);
            return QString("%1 %2").arg(said.code).arg(QString::fromStdString(
                said.out.is_object() && said.out.contains("error") ? said.out["error"].value("code", "")
                                                                   : said.out.value("load_error", "none")));
        };
        QCOMPARE(code({"batch", "add", workflow(folder)}), QString("2 cli.source"));
        QCOMPARE(code({"batch", "add", workflow(folder), "--jsonl", "a", "--csv", "b"}),
                 QString("2 cli.source"));
        QCOMPARE(code({"batch", "add", workflow(folder), "--jsonl", "a", "--concurrency", "0"}),
                 QString("1 batch.spec"));
        QCOMPARE(code({"batch", "add", workflow(folder), "--jsonl", "a", "--field", "nope=x"}),
                 QString("1 run.unknown_input"));
        QCOMPARE(code({"batch", "show", "nope"}), QString("1 batch.unknown"));
        QVERIFY(code({"batch", "add", workflow(folder), "--jsonl", "/not/there.jsonl"})
                    .startsWith("2 there is no such file"));
    }
};
TALLY_TEST(TestBatch)
#include "test_batch.moc"
