// The licence sample end to end on a model server that we did not write (llama.cpp), through `tally` as a
// person uses it: only the server is added and a role is changed. The model is tiny and makes no sense, so
// its answers fail their check, are sent back once and go up to the large model; that is the point. Skipped
// where the server cannot be had.
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/core/integration_provider/support_servers.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

using namespace tally;
using nlohmann::json;

namespace {
struct Said {
    int code = -1;
    json out;
    QString err;
};
} // namespace

class TestDemoLlama : public QObject {
    Q_OBJECT
    test::ChildServer server_;
    test::ApiFolder folder_;

    Said tally(QStringList arguments) const {
        QProcess process;
        arguments = QStringList{"--workspace", QString::fromStdString(folder_.workspace()),
                                "--resources", QString::fromStdString(folder_.smallResources()),
                                "--sim-speed", "0",
                                "--json"} +
                    arguments;
        process.start(QString(TALLY_BINARY_DIR) + "/bin/tally", arguments);
        Said said;
        if (!process.waitForFinished(120'000)) return said;
        said.code = process.exitCode();
        said.out = json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
        said.err = QString::fromUtf8(process.readAllStandardError());
        return said;
    }
    /// All steps of a run that have this name, repairs included.
    [[nodiscard]] std::vector<StepRecord> stepsNamed(const std::string& run, const std::string& name) const {
        auto ws = folder_.open(true);
        std::vector<StepRecord> out;
        if (!ws) return out;
        const auto page = api::wait<api::StepPage>([&](auto reply) {
            (*ws)->steps({RunId(run), 0, 1000}, reply);
        });
        if (!page) return out;
        for (const StepRecord& s : page->steps)
            if (s.name == name) out.push_back(s);
        return out;
    }

private slots:
    void initTestCase() {
        QString why;
        const QString folder = test::llamaFolder(why);
        if (folder.isEmpty()) QSKIP(qPrintable("llama.cpp's server cannot be had: " + why));
        const int port = test::freePort();
        if (!server_.start(folder + "/llama-server",
                           {"-m", folder + "/tiny.gguf", "--host", "127.0.0.1", "--port",
                            QString::number(port), "-c", "8192", "-np", "4", "-t", "1", "--alias", "tiny"},
                           port, "/health", why))
            QSKIP(qPrintable("llama.cpp's server does not start: " + why));
        const Said added = tally({"provider", "add", "box", "--kind", "openai", "--url",
                                  "http://127.0.0.1:" + QString::number(port) + "/v1"});
        QVERIFY2(added.code == 0, qPrintable(added.err));
    }
    /// No price: refused before anything is sent, and the hint is a command that works.
    void refusesAndLeadsToAPrice() {
        const QStringList run{"run", "licence-triage", "-i", "machine=false", "--role", "small=box/tiny"};
        const Said refused = tally(run);
        QCOMPARE(refused.code, 1);
        QCOMPARE(refused.out["error"]["code"].get<std::string>(), std::string("price.unknown_provider"));
        const QString hint = QString::fromStdString(refused.out["error"]["hint"].get<std::string>());
        const auto command = QRegularExpression("tally (provider set box --price-as local)").match(hint);
        QVERIFY2(command.hasMatch(), qPrintable(hint));
        QCOMPARE(tally(command.captured(1).split(' ')).code, 0);
    }
    void smallRoleOnTheServer() {
        const Said ran = tally(
            {"run", "licence-triage", "-i", "machine=false", "--role", "small=box/tiny", "--label", "small"});
        QVERIFY2(ran.code == 0, qPrintable(ran.err + QString::fromStdString(ran.out.dump())));
        QCOMPARE(ran.out["status"].get<std::string>(), std::string("ok"));
        QCOMPARE(ran.out["output"].size(), std::size_t{7});
        for (const json& answer : ran.out["output"])
            QVERIFY2(answer.is_object() && answer["licences"].is_array(),
                     answer.dump().c_str()); // no file is lost
        const std::string id = ran.out["id"].get<std::string>();
        const auto small = stepsNamed(id, "small");
        QVERIFY(small.size() >= 3); // one for each of the odd files, more where the check sent an answer back
        std::int64_t tokens = 0;
        for (const StepRecord& s : small) {
            QCOMPARE(s.provider + "/" + s.model, std::string("box/tiny"));
            QCOMPARE(static_cast<int>(s.status), static_cast<int>(StepStatus::ok));
            QVERIFY(s.ttft_us > 0 && !s.simulated); // it streamed
            QCOMPARE(s.cost.value(), std::int64_t{0});
            tokens += s.usage.tokens();
        }
        QVERIFY(tokens > 0);
        std::size_t malformed = 0;
        for (const StepRecord& s : stepsNamed(id, "small_form"))
            malformed += s.status == StepStatus::error ? 1 : 0;
        // Every answer that stayed malformed after its repair went up.
        if (malformed > 0) QVERIFY(!stepsNamed(id, "large").empty());
    }
    void bothRolesAtAContractPrice() {
        const std::string rates = folder_.write(
            "rates.json",
            R"({"format": "tally-prices/1", "name": "house rates", "version": "1", "currency": "USD",
            "per": {"*": 1000000}, "providers": [{"id": "box", "models": [{"name": "*", "lines": [{"rates": {"in": "0.10", "cache_read": "0.05", "out": "0.40"}}]}]}]})");
        QCOMPARE(tally({"price", "contract", "set", QString::fromStdString(rates)}).code, 0);
        QCOMPARE(tally({"provider", "set", "box", "--price-as", ""}).code, 0);
        const Said ran = tally({"run", "licence-triage", "-i", "machine=false", "--role", "small=box/tiny",
                                "--role", "large=box/tiny"});
        QVERIFY2(ran.code == 0, qPrintable(ran.err + QString::fromStdString(ran.out.dump())));
        QCOMPARE(ran.out["output"].size(), std::size_t{7});
        const std::string id = ran.out["id"].get<std::string>();
        PicoSum sum;
        for (const char* name : {"small", "large"})
            for (const StepRecord& s : stepsNamed(id, name)) {
                // 0.10, 0.05 and 0.40 dollars per million: whole picos per token, so the sum is exact by
                // hand.
                std::int64_t expected = 0;
                for (const auto& [meter, quantity] : s.usage.qty)
                    expected += quantity * (meter == "out"          ? 400'000
                                            : meter == "cache_read" ? 50'000
                                                                    : 100'000);
                QCOMPARE(s.cost.value(), expected);
                sum += s.cost;
            }
        QVERIFY(sum.value() > 0);
        QCOMPARE(ran.out["cost"].get<std::string>(), sum.toString());
        for (const json& answer : ran.out["output"]) {
            // A well-formed answer may be nonsense; a malformed one never counts and calls a person.
            QVERIFY(answer["confidence"].get<double>() >= 0 && answer["confidence"].get<double>() <= 1);
        }
    }
    void theLogVerifies() {
        const QString bundle = QString::fromStdString(folder_.path("demo.tracelog"));
        QCOMPARE(tally({"export", bundle}).code, 0);
        const Said verdict = tally({"verify", bundle});
        QCOMPARE(verdict.code, 0);
        QVERIFY(verdict.out["ok"].get<bool>());
        const Said costs = tally({"costs", "--by", "workflow"});
        const auto total = PicoSum::parsePico(verdict.out["totals"]["cost_pico"].get<std::string>());
        QVERIFY(total.has_value());
        QCOMPARE(total->toString(), costs.out["total"].get<std::string>());
    }
};
TALLY_TEST(TestDemoLlama)
#include "test_demo_llama.moc"
