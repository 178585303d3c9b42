// The wires against @copilotkit/aimock, pinned in tests/integration. It reports zero usage on some wires, so
// money is judged elsewhere (llama.cpp, the price tests).
#include "tests/core/integration_provider/support_servers.h"
#include "tests/support/suite.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace tally;
using namespace tally::provider;
using test::Heard;

class TestAimock : public QObject {
    Q_OBJECT
    test::ChildServer server_;
    std::string url_;

    ProviderConfig config(ProviderKind kind) const {
        ProviderConfig made;
        made.kind = kind;
        made.base_url = url_ + (kind == ProviderKind::openai   ? "/v1"
                                : kind == ProviderKind::gemini ? "/v1beta"
                                                               : "");
        return made;
    }
    static void addWires() {
        QTest::addColumn<int>("kind");
        QTest::newRow("openai") << static_cast<int>(ProviderKind::openai);
        QTest::newRow("anthropic") << static_cast<int>(ProviderKind::anthropic);
        QTest::newRow("gemini") << static_cast<int>(ProviderKind::gemini);
    }

private slots:
    void initTestCase() {
        const QString folder = QString(TALLY_BINARY_DIR) + "/aimock";
        const QString from = QString(TALLY_SOURCE_DIR) + "/tests/integration/";
        QVERIFY(QDir().mkpath(folder));
        const QString program = folder + "/node_modules/@copilotkit/aimock/dist/cli.js";
        QString why;
        if (!QFile::exists(program)) {
            for (const char* name : {"package.json", "package-lock.json"})
                QFile::copy(from + name, folder + "/" + name);
            if (!test::runCommand("npm", {"ci", "--no-audit", "--no-fund", "--ignore-scripts"}, folder,
                                  120'000, why))
                QSKIP(qPrintable("aimock cannot be installed: " + why));
        }
        const int port = test::freePort();
        if (!server_.start("node",
                           {program, "-p", QString::number(port), "-f", from + "aimock_fixtures.json"}, port,
                           "/v1/models", why))
            QSKIP(qPrintable("aimock does not start: " + why));
        url_ = "http://127.0.0.1:" + std::to_string(port);
    }

    void answers_data() { addWires(); }
    void answers() {
        QFETCH(int, kind);
        test::LiveHub live;
        QVERIFY(live.use(config(static_cast<ProviderKind>(kind)), "test-key").has_value());
        Heard heard;
        live.run(heard, test::simpleCall("p", "model-x", "hello"));
        QVERIFY2(heard.failure().error.code.empty(), heard.failure().error.text().c_str());
        QCOMPARE(heard.answer().text, std::string("Hi there, Žižka."));
        QCOMPARE(heard.text, heard.answer().text);
        QCOMPARE(heard.answer().finish_reason, std::string("stop"));
        QVERIFY(heard.answer().usage_raw.is_object());
    }
    void rateLimitWithRetryAfter_data() { addWires(); }
    void rateLimitWithRetryAfter() {
        QFETCH(int, kind);
        test::LiveHub live;
        QVERIFY(live.use(config(static_cast<ProviderKind>(kind)), "test-key").has_value());
        Heard limited, overloaded;
        live.run(limited, test::simpleCall("p", "model-x", "limit"));
        QCOMPARE(limited.failure().error.code, std::string("provider.http_429"));
        QCOMPARE(limited.failure().retry_after_ms.value_or(0), std::int64_t{7000});
        QVERIFY(limited.failure().retryable);
        QVERIFY(live.hub.admission("p", 1).verdict == Admission::Verdict::wait);
        live.run(overloaded, test::simpleCall("p", "model-x", "overload"));
        QCOMPARE(overloaded.failure().http_status, 529);
        QVERIFY(overloaded.failure().retryable);
        QVERIFY(overloaded.failure().error.message.find("Overloaded") != std::string::npos);
    }
    void disconnectMidStream_data() { addWires(); }
    void disconnectMidStream() {
        QFETCH(int, kind);
        test::LiveHub live;
        QVERIFY(live.use(config(static_cast<ProviderKind>(kind)), "test-key").has_value());
        Heard heard;
        live.run(heard, test::simpleCall("p", "model-x", "cut"));
        QCOMPARE(heard.failure().error.code, std::string("provider.cut"));
        QVERIFY(heard.failure().sent && heard.failure().retryable);
        QVERIFY(heard.failure().partial.usage_raw.is_null());
        QCOMPARE(heard.failure().partial.text, heard.text);
    }
    void slowAndStalledStreams_data() { addWires(); }
    void slowAndStalledStreams() {
        QFETCH(int, kind);
        test::LiveHub live;
        QVERIFY(live.use(config(static_cast<ProviderKind>(kind)), "test-key").has_value());
        Heard slow, stalled;
        live.run(slow, test::simpleCall("p", "model-x", "slow"));
        QCOMPARE(slow.answer().text, std::string("one two three four five six"));
        QVERIFY(slow.pieces.size() >= 3);
        ModelCall call = test::simpleCall("p", "model-x", "stall");
        call.first_token_timeout_ms = 300;
        call.stall_timeout_ms = 300;
        live.run(stalled, call);
        QVERIFY2(stalled.failure().error.code == "provider.timeout_first_token" ||
                     stalled.failure().error.code == "provider.stall",
                 stalled.failure().error.text().c_str());
        QVERIFY(stalled.failure().sent);
    }
};
TALLY_TEST(TestAimock)
#include "test_aimock.moc"
