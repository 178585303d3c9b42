// Where items come from, what becomes of a record, and whose turn it is: everything of batches that is pure.
#include "core/engine/batch_queue.h"
#include "core/engine/batch_source.h"
#include "core/store/connection.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace tally;
using namespace tally::engine;
using nlohmann::json;

class BatchSourcesTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    std::string file(const std::string& name, const std::string& text) const {
        const std::string path = folder_.path().toStdString() + "/" + name;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    /// "n:line fields" or "n:line !problem" of every record; `each` true: opened anew for every one.
    static QStringList read(const BatchSource& source, bool each = false) {
        QStringList out;
        std::string cursor;
        auto reader = openSource(source, cursor, "");
        if (!reader) return {QString::fromStdString(reader.error().code)};
        for (SourceRecord record;;) {
            const auto more = (*reader)->next(record);
            if (!more) return out << QString::fromStdString(more.error().code);
            if (!*more) return out;
            out << QString("%1:%2 %3")
                       .arg(record.n)
                       .arg(record.line)
                       .arg(QString::fromStdString(record.problem.empty() ? record.fields.dump()
                                                                          : "!" + record.problem));
            if (!each) continue;
            cursor = (*reader)->cursor();
            reader = openSource(source, cursor, "");
            if (!reader) return out << QString::fromStdString(reader.error().code);
        }
    }
    static std::shared_ptr<const Workflow> typed() {
        return parseWorkflow("{\"name\": \"t\", \"process\": \"p\", \"version\": \"1\", \"models\": {\"m\": "
                             "[\"sim/one\"]}, \"inputs\": {\"text\": {\"type\": \"string\"}, \"n\": "
                             "{\"type\": \"integer\", \"default\": 7}, \"on\": {\"type\": \"boolean\", "
                             "\"default\": false}}, \"steps\": [{\"id\": \"a\", \"kind\": \"model\", "
                             "\"role\": \"m\", \"prompt\": \"{{inputs.text}}\"}]}")
            .workflow;
    }

private slots:
    void jsonLines() {
        BatchSource source;
        source.path = file("a.jsonl", "\xEF\xBB\xBF{\"a\":1}\r\n\n  \n{\"a\":[2]}\n[3]\n{\"a\":\n{\"a\":4}");
        const QStringList all = read(source);
        QCOMPARE(all.size(), 5);
        QCOMPARE(all[0], QString("1:1 {\"a\":1}"));
        QCOMPARE(all[1], QString("2:4 {\"a\":[2]}"));
        QCOMPARE(all[2], QString("3:5 !line 5 is not a JSON object"));
        QVERIFY(all[3].startsWith("4:6 !line 6: "));
        QCOMPARE(all[4], QString("5:7 {\"a\":4}"));
        QCOMPARE(read(source, true), all); // wherever a crash came
        source.path = file("none.jsonl", "");
        QVERIFY(read(source).isEmpty());
        source.path += ".not";
        QCOMPARE(read(source), QStringList{"file.missing"});
    }
    void aFileThatWasChangedIsNotReadOn() {
        BatchSource source;
        source.path = file("changes.jsonl", "{\"a\":1}\n{\"a\":2}\n");
        auto reader = openSource(source, "", "");
        SourceRecord record;
        QVERIFY(*(*reader)->next(record));
        file("changes.jsonl", "{\"a\":7}\n{\"a\":1}\n{\"a\":2}\n");
        const auto again = openSource(source, (*reader)->cursor(), "");
        QVERIFY(!again && again.error().code == "batch.source_changed");
    }
    void csv() {
        BatchSource source;
        source.kind = SourceKind::csv;
        source.path =
            file("a.csv", "name,text\r\nplain,1\r\n\"quoted, name\",\"two\r\nlines and \"\"quotes\"\"\"\r\n"
                          "\r\nshort\r\n\"a\"b,1\r\nx,say \"no\"\r\n,\nlast,\"\"");
        const QStringList all = read(source);
        QCOMPARE(all.size(), 7);
        QCOMPARE(all[0], QString("1:2 {\"name\":\"plain\",\"text\":\"1\"}"));
        QCOMPARE(all[1],
                 QString("2:3 {\"name\":\"quoted, name\",\"text\":\"two\\r\\nlines and \\\"quotes\\\"\"}"));
        QCOMPARE(all[2], QString("3:6 !line 6: 1 fields where the header names 2"));
        QCOMPARE(all[3], QString("4:7 !line 7: a quote stands inside a field"));
        QCOMPARE(all[4], QString("5:8 !line 8: a quote stands inside a field"));
        QCOMPARE(all[5], QString("6:9 {\"name\":\"\",\"text\":\"\"}"));
        QCOMPARE(all[6], QString("7:10 {\"name\":\"last\",\"text\":\"\"}"));
        QCOMPARE(read(source, true), all);
        source.path = file("open.csv", "a,b\n1,\"never closed\n2,3\n");
        QCOMPARE(read(source), QStringList{"1:2 !line 2: a quoted field is never closed"});
        source.path = file("twice.csv", "a,a\n1,2\n");
        QCOMPARE(read(source), QStringList{"batch.csv_header"});
    }
    void folders() {
        file("files/b.txt", "2");
        file("files/a.txt", "1");
        file("files/deeper/c.txt", "3");
        file("files/other.pdf", "4");
        const std::string base = folder_.path().toStdString() + "/files";
        BatchSource source{SourceKind::folder, base, "*.txt", ""};
        const QStringList all = read(source);
        QCOMPARE(all.size(), 3);
        QVERIFY(all[0].endsWith("a.txt\"}") && all[2].endsWith("deeper/c.txt\"}"));
        QCOMPARE(read(source, true), all);
        source.path += "/none";
        QCOMPARE(read(source), QStringList{"file.missing"});
    }
    void rows() {
        const std::string path = folder_.path().toStdString() + "/other.db";
        {
            auto db = store::Connection::open(path, store::OpenMode::read_write);
            QVERIFY(db->exec("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 'x'), (2.5, NULL), (3, x'00')"));
        }
        BatchSource source{SourceKind::sqlite, path, "", "SELECT a, b FROM t ORDER BY a"};
        const QStringList all = read(source);
        QCOMPARE(all, (QStringList{"1:0 {\"a\":1,\"b\":\"x\"}", "2:0 {\"a\":2.5,\"b\":null}",
                                   "3:0 !row 3: column b is a BLOB, which cannot be an input"}));
        QCOMPARE(read(source, true), all);
        for (const char* bad : {"DELETE FROM t", "SELECT 1; SELECT 2", "PRAGMA user_version=3", ""}) {
            source.query = bad;
            QCOMPARE(read(source), QStringList{"batch.query"});
        }
    }
    void recordsBecomeInputs() {
        const auto workflow = typed();
        QVERIFY(workflow);
        const auto item = [&](const BatchSpec& spec, json fields, bool is_typed) {
            SourceRecord record{3, 9, std::move(fields), is_typed, {}};
            const auto made = itemOf(spec, *workflow, record);
            return QString::fromStdString(made.code.empty() ? made.inputs + " " + made.key
                                                            : made.code + " | " + made.error);
        };
        BatchSpec spec;
        QCOMPARE(item(spec, {{"text", "a"}, {"n", "5"}, {"on", "true"}}, false),
                 QString("{\"n\":5,\"on\":true,\"text\":\"a\"} "));
        QCOMPARE(item(spec, {{"text", "12"}, {"n", ""}}, false),
                 QString("{\"n\":7,\"on\":false,\"text\":\"12\"} "));
        QVERIFY(item(spec, {{"text", "a"}, {"n", "five"}}, false).startsWith("run.input_type | line 9: "));
        QVERIFY(item(spec, {{"text", "a"}, {"n", "5"}}, true).startsWith("run.input_type"));
        QVERIFY(item(spec, {{"text", "a"}, {"more", 1}}, true).startsWith("run.unknown_input"));
        spec.fields = {{"text", "more"}};
        spec.inputs = {{"n", 2}};
        spec.key = "id";
        QCOMPARE(item(spec, {{"more", "b"}, {"rest", 0}, {"id", 17}}, true),
                 QString("{\"n\":2,\"on\":false,\"text\":\"b\"} 17"));
        QCOMPARE(item(spec, {{"more", "b"}, {"id", nullptr}}, true),
                 QString("batch.key | line 9: it has no key \"id\""));
        QCOMPARE(item(spec, {{"id", "x"}}, true), QString("batch.field | line 9: it has no field \"more\""));
    }
    void pausesGrowAndAreRandom() {
        BatchSpec spec;
        spec.attempts = 5;
        spec.backoff_ms = 1'000;
        spec.backoff_max_ms = 3'000;
        SeededRng rng(7);
        const Error busy{"provider.http_429", "busy", "", ""};
        std::set<std::int64_t> seen;
        for (const auto& [attempt, longest] :
             std::map<int, std::int64_t>{{1, 1'000}, {2, 2'000}, {3, 3'000}, {4, 3'000}})
            for (int i = 0; i < 50; ++i) {
                const auto end = failedItem(spec, attempt, busy, 100, rng);
                QVERIFY(end.state == ItemState::failed);
                QVERIFY(end.due_us > 100 && end.due_us <= 100 + longest * 1'000);
                seen.insert(end.due_us);
            }
        QVERIFY(seen.size() > 190);
        QVERIFY(failedItem(spec, 5, busy, 100, rng).state == ItemState::dead);
        QVERIFY(failedItem(spec, 1, {"model.not_json", "no", "", ""}, 100, rng).state == ItemState::dead);
        const auto long_one = failedItem(spec, 1, {"x", std::string(700, 'y'), "", ""}, 1, rng);
        QVERIFY(long_one.error.size() < 510);
    }
    void turnsFollowPriorities() {
        BatchQueue queue(1'000'000);
        for (std::int64_t no = 1; no <= 3; ++no) {
            Batch batch;
            batch.no = no;
            batch.id = BatchId(std::to_string(no));
            batch.spec.priority = no == 1 ? 10 : no == 2 ? 20 : 70;
            batch.spec.concurrency = 1'000;
            queue.add(batch, nullptr).window.resize(1'000);
        }
        std::map<std::int64_t, int> starts;
        const auto turn = [&](const std::function<bool(LiveBatch&)>& ready) {
            LiveBatch* next = queue.pick(ready);
            if (next == nullptr) return false;
            next->window.pop_front();
            ++starts[next->info.no];
            return true;
        };
        const auto all = [](LiveBatch&) { return true; };
        for (int i = 0; i < 100; ++i)
            QVERIFY(turn(all));
        QVERIFY(std::abs(starts[1] - 10) <= 1 && std::abs(starts[2] - 20) <= 1 &&
                std::abs(starts[3] - 70) <= 1);
        // Who could not start does not catch up.
        for (int i = 0; i < 200; ++i)
            QVERIFY(turn([](LiveBatch& each) { return each.info.no != 1; }));
        starts.clear();
        for (int i = 0; i < 100; ++i)
            QVERIFY(turn(all));
        QVERIFY(std::abs(starts[1] - 10) <= 1);
        // Concurrency, pauses and the whole's limit.
        BatchQueue small(2);
        Batch batch;
        batch.no = 1;
        LiveBatch& live = small.add(batch, nullptr);
        live.window.resize(5);
        live.working = {{1, RunId()}, {2, RunId()}};
        QVERIFY(small.pick(all) == nullptr);
        live.working.erase(1);
        QVERIFY(small.pick(all) == &live);
        live.info.state = BatchState::paused;
        QVERIFY(small.pick(all) == nullptr);
    }
};
TALLY_TEST(BatchSourcesTest)
#include "test_batch_sources.moc"
