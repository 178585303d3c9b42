// Providers, contract rates and network settings of a workspace.
#include "core/api/wait.h"
#include "core/provider/key_store.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;

namespace {
const char* const rates =
    R"({"format": "tally-prices/1", "name": "our contract", "version": "2026", "currency": "USD", "per": {"*": 1000000},
 "providers": [{"id": "openai", "source": "order form 4711", "models": [{"name": "gpt-4.1-nano", "lines": [{"rates": {"in": "9", "cache_read": "=in", "out": "9"}}]}]}]})";

Result<api::ContractInfo> setContract(api::Workspace& ws, const std::string& path) {
    return api::wait<api::ContractInfo>([&](auto reply) { ws.setContract(path, reply); });
}
PicoSum costOfOneCall(api::Workspace& ws) {
    const auto id = test::startText(ws, test::oneCall("one-call", "sim/sim-small"));
    return id ? test::settled(ws, *id).cost : PicoSum();
}
} // namespace

class TestSettings : public QObject {
    Q_OBJECT
private slots:
    void contractRatesHoldForTheNextCallAndSurviveARestart() {
        const ApiFolder folder;
        const std::string file = folder.write("rates.json", rates);
        PicoSum list, contract;
        {
            auto ws = folder.open();
            QVERIFY2(ws.has_value(), ws ? "" : ws.error().text().c_str());
            list = costOfOneCall(**ws);
            const auto checked =
                api::wait<api::ContractInfo>([&](auto reply) { (*ws)->checkContract(file, reply); });
            QVERIFY2(checked.has_value(), checked ? "" : checked.error().text().c_str());
            QCOMPARE(checked->name, std::string("our contract 2026"));
            QCOMPARE(checked->lines, std::int64_t{1});
            QCOMPARE(costOfOneCall(**ws), list); // a check changes nothing
            QVERIFY(setContract(**ws, file).has_value());
            contract = costOfOneCall(**ws);
            QVERIFY(contract > list);
        }
        QVERIFY(std::remove(file.c_str()) == 0); // the workspace keeps a copy
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        QCOMPARE(costOfOneCall(**ws), contract);
        auto viewer = folder.open();
        const auto shown = api::wait<api::WorkspaceSettings>([&](auto reply) { (*viewer)->settings(reply); });
        QVERIFY(shown && shown->contract.source == file && shown->contract.set_us > 0);
        QVERIFY(setContract(**viewer, "").has_value());
        QCOMPARE(costOfOneCall(**ws), list);
        QVERIFY(api::wait<api::WorkspaceSettings>([&](auto reply) {
                    (*ws)->settings(reply);
                })->contract.source.empty());
    }
    void aWrongContractNamesThePlaceAndChangesNothing_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::newRow("no JSON") << "{\n\"format\": "
                                 << "line 2";
        QTest::newRow("number") << QString(rates).replace("\"out\": \"9\"", "\"out\": 9")
                                << "/providers/0/models/0/lines/0/rates/out";
        QTest::newRow("format") << "{\"format\": \"else\"}"
                                << "wrong.json";
    }
    void aWrongContractNamesThePlaceAndChangesNothing() {
        QFETCH(QString, text);
        QFETCH(QString, place);
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        const std::string file = folder.write("wrong.json", text.toStdString());
        const auto refused = setContract(**ws, file);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().where).contains(place),
                 refused.error().text().c_str());
        QVERIFY(!refused.error().hint.empty());
        QVERIFY(api::wait<api::WorkspaceSettings>([&](auto reply) {
                    (*ws)->settings(reply);
                })->contract.source.empty());
    }
    void theWorkspacesProxyIsUsedByProvidersWithoutTheirOwn() {
        const ApiFolder folder;
        std::atomic<int> proxied{0};
        test::LoopbackServer proxy([&](const test::LoopbackServer::Request& r) {
            if (r.path.find("http://models.example/") != std::string::npos ||
                r.head.find("models.example") != std::string::npos)
                ++proxied;
            return test::LoopbackServer::plain(200, R"({"data": [{"id": "m"}]})");
        });
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        api::AddProvider request = test::boxAt(1, "local");
        request.info.base_url = "http://models.example/v1";
        QVERIFY(test::done([&](api::Done d) { (*ws)->addProvider(request, d); }).has_value());
        const api::NetworkSettings network{"http://127.0.0.1:" + std::to_string(proxy.port()), ""};
        QVERIFY(test::done([&](api::Done d) { (*ws)->setNetwork(network, d); }).has_value());
        const auto sentence = api::wait<std::string>([&](auto reply) { (*ws)->testProvider("box", reply); });
        QVERIFY2(sentence.has_value(), sentence ? "" : sentence.error().text().c_str());
        QCOMPARE(proxied.load(), 1);
        const auto listed =
            api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { (*ws)->providers(reply); });
        for (const auto& p : *listed)
            QVERIFY(p.proxy.empty()); // what is shared is not copied into each
        ws->reset();
        ws = folder.open();
        QCOMPARE(
            api::wait<api::WorkspaceSettings>([&](auto reply) { (*ws)->settings(reply); })->network.proxy,
            network.proxy);
    }
    void aWrongNetworkSettingIsRefused() {
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        const auto refusal = [&](const api::NetworkSettings& network) {
            const Status status = test::done([&](api::Done d) { (*ws)->setNetwork(network, d); });
            return status ? std::string() : status.error().code;
        };
        QCOMPARE(refusal({"proxy:3128", ""}), std::string("network.proxy"));
        QCOMPARE(refusal({"http://user:secret@proxy:3128", ""}), std::string("network.proxy"));
        QVERIFY(!refusal({"", folder.path("none.pem")}).empty());
        QCOMPARE(refusal({"", folder.write("not.pem", "hello")}), std::string("network.ca_file"));
    }
    void aProviderWithoutItsKeyIsNotAdded() {
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        api::AddProvider request = test::boxAt(1, "local");
        request.info.key_source = "env:TALLY_TEST_NO_SUCH_KEY";
        qunsetenv("TALLY_TEST_NO_SUCH_KEY");
        QCOMPARE(test::done([&](api::Done d) { (*ws)->addProvider(request, d); }).error().code,
                 std::string("key.missing"));
        request.info.key_source = "keychain";
        request.key = "sk-secret";
        QCOMPARE(test::done([&](api::Done d) { (*ws)->addProvider(request, d); }).error().code,
                 std::string("key.store"));
        const auto listed =
            api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { (*ws)->providers(reply); });
        QVERIFY(listed &&
                std::none_of(listed->begin(), listed->end(), [](const auto& p) { return p.name == "box"; }));
        QCOMPARE(test::done([&](api::Done d) { (*ws)->removeProvider("box", d); }).error().code,
                 std::string("provider.unknown"));
        QCOMPARE(test::done([&](api::Done d) { (*ws)->removeProvider("sim", d); }).error().code,
                 std::string("provider.builtin"));
    }
};
TALLY_TEST(TestSettings)
#include "test_settings.moc"
