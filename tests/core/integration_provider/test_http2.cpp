// HTTP/2 over TLS: the certificate is checked, streams share a connection, and cancelling is a RST_STREAM
// that the server sees while the connection stays up.
#include "tests/core/integration_provider/support_servers.h"
#include "tests/support/suite.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace tally;
using namespace tally::provider;
using test::Heard;

class TestHttp2 : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    test::ChildServer server_;
    ProviderConfig config_;
    static constexpr int minute_ms = 60'000;

private slots:
    void initTestCase() {
        QString why;
        const QString key = folder_.filePath("key.pem");
        const QString cert = folder_.filePath("cert.pem");
        if (!test::runCommand("openssl",
                              {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                               "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                               "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"},
                              folder_.path(), 20'000, why))
            QSKIP(qPrintable("no certificate can be made: " + why));
        QString line;
        if (!server_.startAndReadLine(
                "node", {QString(TALLY_SOURCE_DIR) + "/tests/integration/http2_server.mjs", key, cert},
                "port ", line))
            QSKIP("node with its http2 module is not there");
        config_.base_url = "https://127.0.0.1:" + line.mid(5).toStdString() + "/v1";
        config_.ca_file = cert.toStdString();
    }
    void unknownCertificatesAreRefused() {
        test::LiveHub live;
        ProviderConfig config = config_;
        config.ca_file.clear();
        QVERIFY(live.use(config, "test-key").has_value());
        Heard heard;
        live.run(heard, test::simpleCall("p"));
        QCOMPARE(heard.failure().error.code, std::string("provider.tls"));
        QVERIFY(!heard.failure().sent && !heard.failure().retryable);
    }
    void cancelIsSeenAsReset() {
        test::LiveHub live;
        QVERIFY(live.use(config_, "test-key").has_value());
        std::vector<Heard> heard(5);
        std::vector<CallId> ids;
        for (auto& one : heard)
            ids.push_back(live.start(one, test::simpleCall("p")));
        const auto all_speak = [&] {
            return std::all_of(heard.begin(), heard.end(), [](const Heard& h) { return !h.text.empty(); });
        };
        // Polls return as often as something comes, so they are no measure of time.
        QElapsedTimer timer;
        timer.start();
        while (!all_speak() && timer.elapsed() < minute_ms)
            live.hub.poll(20'000);
        QVERIFY2(all_speak(), heard[0].failure().error.text().c_str());
        QCOMPARE(live.transport.connectionsOpened(),
                 std::int64_t{0}); // counted when a transfer ends: none has
        for (int i = 0; i < 5; ++i)
            QCOMPARE(server_.readLine(minute_ms), QString("open"));
        live.hub.cancel(ids[2]);
        // 8 = CANCEL, 5 = STREAM_CLOSED (RFC 9113, section 7); the connection stays up for the other four.
        QString one;
        timer.restart();
        while (one.isEmpty() && timer.elapsed() < minute_ms) {
            live.hub.poll(10'000);
            one = server_.readLine(5);
        }
        QVERIFY2(one == "closed 8 1" || one == "closed 5 1", qPrintable(one));
        QCOMPARE(heard[2].ends, 1);
        QCOMPARE(heard[1].ends, 0);
        QCOMPARE(live.hub.cancelAll(), std::size_t{4});
        // Nothing is polled here: with the last stream the connection goes, so the server knows at once.
        for (int i = 0; i < 4; ++i)
            QVERIFY(server_.readLine(minute_ms).startsWith("closed"));
        live.hub.poll(0);
        for (const auto& ended : heard) {
            QCOMPARE(ended.failure().error.code, std::string("provider.cancelled"));
            QVERIFY(ended.failure().sent);
        }
    }
    void cancelAmongSilentStreamsIsSeenAtOnce() {
        test::LiveHub live;
        ProviderConfig config = config_;
        config.base_url.insert(config.base_url.size() - 3, "/quiet");
        QVERIFY(live.use(config, "test-key").has_value());
        std::vector<Heard> heard(3);
        std::vector<CallId> ids;
        for (auto& one : heard)
            ids.push_back(live.start(one, test::simpleCall("p")));
        QElapsedTimer timer;
        timer.start();
        const auto all_speak = [&] {
            return std::all_of(heard.begin(), heard.end(), [](const Heard& h) { return !h.text.empty(); });
        };
        while (!all_speak() && timer.elapsed() < minute_ms)
            live.hub.poll(20'000);
        QVERIFY(all_speak());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(server_.readLine(minute_ms), QString("open"));
        live.hub.cancel(ids[1]);
        // Nothing is polled and no other stream says anything: the reset has left already.
        const QString one = server_.readLine(minute_ms);
        QVERIFY2(one == "closed 8 1" || one == "closed 5 1", qPrintable(one));
        QCOMPARE(live.hub.cancelAll(), std::size_t{2});
        for (int i = 0; i < 2; ++i)
            QVERIFY(server_.readLine(minute_ms).startsWith("closed"));
        live.hub.poll(0);
    }
};
TALLY_TEST(TestHttp2)
#include "test_http2.moc"
