// Provider configurations from foreign JSON, and where keys come from.
#include "core/provider/config.h"
#include "core/provider/key_store.h"
#include "tests/support/suite.h"

#include <QTest>

#include <cstdlib>

using namespace tally;
using namespace tally::provider;
using nlohmann::json;

class TestConfig : public QObject {
    Q_OBJECT
private slots:
    void roundTrip() {
        ProviderConfig config;
        config.name = "lab.vllm-1";
        config.kind = ProviderKind::openai;
        config.base_url = "https://vllm.example/v1";
        config.key_ref = "env:LAB_KEY";
        config.limits = {60, 100'000, 8};
        config.proxy = "http://proxy:3128";
        config.ca_file = "/etc/ssl/lab.pem";
        config.headers = {{"X-Team", "risk"}};
        config.price_as = "openai";
        config.schema_mode = SchemaMode::none;
        config.max_tokens_field = "max_tokens";
        const auto back = providerConfigFromJson(json(config));
        QVERIFY2(back.has_value(), back ? "" : back.error().text().c_str());
        QVERIFY(*back == config);
        for (const char* kind : {"openai", "anthropic", "gemini", "local", "sim"})
            QVERIFY(providerConfigFromJson({{"name", "a"}, {"kind", kind}}).has_value());
    }
    void errorsNameThePlace_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* text, const char* where) {
            QTest::newRow(text) << QString(text) << QString(where);
        };
        row("{\"name\":\"A b\",\"kind\":\"openai\"}", "/name");
        row("{\"name\":\"a\",\"kind\":\"gpt\"}", "/kind");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"ftp://x\"}", "/base_url");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"https://u:p@x/v1\"}", "/base_url");
        row("{\"name\":\"a\",\"kind\":\"gemini\",\"base_url\":\"https://x/v1?key=1\"}", "/base_url");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://api.example.com\",\"key_ref\":\"k\"}",
            "/base_url");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"headers\":{\"Authorization\":\"Bearer x\"}}",
            "/headers/Authorization");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"headers\":{\"X\":\"a\\r\\nEvil: 1\"}}", "/headers/X");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"limits\":{\"rpm\":-1}}", "/limits/rpm");
        row("{\"name\":\"a\",\"kind\":\"openai\",\"key\":\"sk-1\"}", "/key");
        row("{\"name\":\"a\",\"kind\":\"sim\",\"key_ref\":\"k\"}", "/base_url");
        row("{\"name\":1,\"kind\":\"openai\"}", "/name");
        row("[]", "");
    }
    void errorsNameThePlace() {
        QFETCH(QString, text);
        QFETCH(QString, where);
        const auto config = providerConfigFromJson(json::parse(text.toStdString()));
        QVERIFY(!config.has_value());
        QCOMPARE(QString::fromStdString(config.error().where), where);
        QVERIFY(!config.error().message.empty());
    }
    void plainHttpOnlyNearby() {
        for (const char* host : {"localhost", "127.0.0.1", "[::1]", "10.1.2.3", "192.168.0.5", "172.16.0.1",
                                 "gpu-box", "gpu.local"}) {
            const json text{{"name", "a"},
                            {"kind", "openai"},
                            {"base_url", std::string("http://") + host + ":8000/v1"},
                            {"key_ref", "k"}};
            QVERIFY2(providerConfigFromJson(text).has_value(), host);
        }
        for (const char* host : {"172.32.0.1", "8.8.8.8", "example.com", "127.evil.example.com",
                                 "10.example.com", "[2001:db8::1]"}) {

            const json text{{"name", "a"},
                            {"kind", "openai"},
                            {"base_url", std::string("http://") + host + ":8000/v1"},
                            {"key_ref", "k"}};
            QVERIFY2(!providerConfigFromJson(text).has_value(), host);
        }
    }
    void keys() {
        MemoryKeyStore store;
        QCOMPARE(resolveKey("keychain:a", &store).error().code, std::string("key.missing"));
        QVERIFY(store.set("a", Secret("one")).has_value());
        QCOMPARE(resolveKey("keychain:a", &store)->reveal(), std::string("one"));
        QCOMPARE(resolveKey("a", &store)->reveal(), std::string("one"));
        QVERIFY(store.remove("a").has_value());
        QVERIFY(!store.remove("a").has_value());
        QVERIFY(resolveKey("", nullptr)->empty());
        QCOMPARE(resolveKey("a", nullptr).error().code, std::string("key.store"));
        ::setenv("TALLY_TEST_KEY", "two", 1);
        QCOMPARE(resolveKey("env:TALLY_TEST_KEY", nullptr)->reveal(), std::string("two"));
        ::unsetenv("TALLY_TEST_KEY");
        QCOMPARE(resolveKey("env:TALLY_TEST_KEY", nullptr).error().code, std::string("key.missing"));
    }
    void secretsMoveWithoutATrace() {
        Secret first("abc");
        const Secret second = std::move(first);
        QCOMPARE(second.reveal(), std::string("abc"));
        QVERIFY(first.empty()); // NOLINT: wiped on purpose
    }
};
TALLY_TEST(TestConfig)
#include "test_config.moc"
