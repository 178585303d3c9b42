// What the owner of a workspace must survive: requests of the wrong shape, odd servers, a keychain that takes
// its time, clients that come and go, and being closed while everybody asks.
#include "core/api/codec.h"
#include "core/api/owner_socket.h"
#include "core/api/wait.h"
#include "core/provider/key_store.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>

using namespace tally;
using nlohmann::json;
using test::ApiFolder;
using test::LoopbackServer;

namespace {
/// A keychain behind a locked door.
class SlowKeys final : public provider::KeyStore {
public:
    Result<provider::Secret> get(const std::string& name) const override {
        std::unique_lock lock(mutex_);
        ++asked_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        return keys_.get(name);
    }
    Status set(const std::string& name, const provider::Secret& secret) override {
        return keys_.set(name, secret);
    }
    Status remove(const std::string& name) override { return keys_.remove(name); }
    void door(bool open) {
        const std::lock_guard lock(mutex_);
        open_ = open;
        changed_.notify_all();
    }
    void waitForAQuestion() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return asked_ > 0; });
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        asked_ = 0;
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    mutable int asked_ = 0;
    bool open_ = true;
    provider::MemoryKeyStore keys_;
};

Result<std::unique_ptr<api::Workspace>> openWith(const ApiFolder& folder, provider::KeyStore& keys) {
    api::OpenOptions options;
    options.dir = folder.workspace();
    options.resources = TALLY_SOURCE_DIR "/resources";
    options.sim_time_scale = 0;
    options.keys = &keys;
    return api::openWorkspace(std::move(options));
}
std::vector<api::ProviderInfo> providers(api::Workspace& workspace) {
    auto all = api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { workspace.providers(reply); });
    return all ? *all : std::vector<api::ProviderInfo>();
}
api::ProviderInfo box(api::Workspace& workspace) {
    for (auto& each : providers(workspace))
        if (each.name == "box") return each;
    return {};
}
std::unique_ptr<LoopbackServer> answeringServer() {
    const std::string body =
        "data: {\"id\":\"c\",\"model\":\"any\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},"
        "\"finish_reason\":\"stop\"}]}\n\n"
        "data: "
        "{\"id\":\"c\",\"model\":\"any\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":"
        "1,"
        "\"total_tokens\":6}}\n\ndata: [DONE]\n\n";
    return std::make_unique<LoopbackServer>(
        [body](const LoopbackServer::Request&) { return LoopbackServer::stream(body); });
}
int threads() {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("Threads:")) return std::stoi(line.substr(8));
    return -1;
}
std::int64_t entries(api::Workspace& workspace) {
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
    return info ? info->log_size : -1;
}
} // namespace

class TestHostile : public QObject {
    Q_OBJECT
private slots:
    void requestsOfAnyShapeGetAnAnswer() {
        const ApiFolder folder;
        auto owner = folder.open();
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        const std::string path = api::ownerSocketPath(folder.workspace());
        const std::vector<json> shapes = {json(),
                                          json::array(),
                                          json::array({1, 2}),
                                          json(7),
                                          json("text"),
                                          json::object(),
                                          json{{"id", 1},
                                               {"continue_runs", "yes"},
                                               {"approve", 3},
                                               {"openings", json::array()},
                                               {"by", json::object()},
                                               {"scope", 5},
                                               {"target", true},
                                               {"limit", json::array()},
                                               {"inputs", 4},
                                               {"roles", 5},
                                               {"limits", "none"},
                                               {"workflow", json::array()},
                                               {"text", 9},
                                               {"path", 9},
                                               {"info", 9},
                                               {"key", 9},
                                               {"proxy", 9},
                                               {"name", 9}}};
        for (const char* op : {"info",
                               "kill",
                               "resume_kill",
                               "resume_run",
                               "abandon_run",
                               "decide",
                               "start",
                               "run",
                               "budgets",
                               "set_budget",
                               "what_if",
                               "remove_budget",
                               "replay",
                               "save_workflow",
                               "export",
                               "providers",
                               "add_provider",
                               "remove_provider",
                               "test_provider",
                               "set_network",
                               "set_contract",
                               "no such thing",
                               ""})
            for (const json& args : shapes) {
                const auto answer = api::askOwner(path, op, args, 30'000);
                const bool said = answer || (answer.error().code != "owner.absent" &&
                                             answer.error().code != "owner.ended" &&
                                             answer.error().code != "owner.timeout");
                QVERIFY2(said, (std::string(op) + " " + args.dump()).c_str());
                if (!args.is_object()) QVERIFY(!answer);
            }
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*owner)->info(reply); });
        QVERIFY(info && info->engine_runs && info->problem.empty());
    }
    void answersOfAnyShapeAreRead() {
        for (const json& value : {json(), json(1), json("x"), json::array(),
                                  json{{"budget", 1},
                                       {"exhausted", "x"},
                                       {"identical", 1},
                                       {"spent", json::array()},
                                       {"run", 1}}}) {
            (void)api::budgetStateFromJson(value);
            (void)api::replayFromJson(value);
            (void)api::whatIfFromJson(value);
            (void)api::killOrderFromJson(value);
            (void)api::startRunFromJson(value);
            QCOMPARE(api::errorFromJson(value).code, std::string());
        }
    }
    void oddModelListsAreASentence() {
        const ApiFolder folder;
        std::atomic<int> turn{0};
        const std::vector<std::string> bodies = {"{\"data\":[{\"id\":1}]}",
                                                 "{\"data\":7}",
                                                 "[]",
                                                 "\"x\"",
                                                 "{\"models\":[[[]]]}",
                                                 "not JSON",
                                                 "{\"data\":[{\"name\":\"fine\"}]}"};
        LoopbackServer server([&](const LoopbackServer::Request&) {
            return LoopbackServer::plain(200, bodies[static_cast<std::size_t>(turn++)]);
        });
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        QVERIFY(test::done([&](api::Done d) {
                    (*owner)->addProvider(test::boxAt(server.port(), "local"), d);
                }).has_value());
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const auto sentence =
                api::wait<std::string>([&](auto reply) { (*owner)->testProvider("box", reply); });
            QVERIFY2(sentence.has_value(), sentence ? "" : sentence.error().text().c_str());
            QCOMPARE(sentence->find("fine") != std::string::npos, i + 1 == bodies.size());
        }
    }
    void aSlowKeychainHoldsUpNobodyElse() {
        const ApiFolder folder;
        SlowKeys keys;
        const auto server = answeringServer();
        {
            auto owner = openWith(folder, keys);
            QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
            auto request = test::boxAt(server->port(), "local");
            request.info.key_source = "keychain";
            request.key = "sk-secret";
            QVERIFY(test::done([&](api::Done d) { (*owner)->addProvider(request, d); }).has_value());
            QVERIFY(box(**owner).key_present);
        }
        keys.door(false);
        keys.forget();
        auto owner = openWith(folder, keys); // does not wait for the keychain
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        keys.waitForAQuestion();
        QVERIFY(!box(**owner).key_present); // the page shows what is known
        QVERIFY(box(**owner).health.find("keychain") != std::string::npos);
        // The engine goes on: a simulated model answers while the keychain is asked.
        const auto sim = test::startText(**owner, test::oneCall("simulated", "sim/sim-small"));
        QVERIFY2(sim.has_value(), sim ? "" : sim.error().text().c_str());
        const auto other = test::settled(**owner, *sim);
        QVERIFY2(isEnded(other.status), other.status_detail.c_str());
        // A call of that provider waits for its key and then goes out with it.
        const auto id = test::startText(**owner, test::oneCall("keyed", "box/any"));
        QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
        QCOMPARE(server->stats().requests, 0);
        keys.door(true);
        const auto run = test::settled(**owner, *id);
        QVERIFY2(run.status == RunStatus::ok, run.status_detail.c_str());
        QVERIFY(server->requests().at(0).head.find("Bearer sk-secret") != std::string::npos);
        QVERIFY(box(**owner).key_present);
    }
    void aMissingKeyIsSaidByItsCalls() {
        const ApiFolder folder;
        provider::MemoryKeyStore keys;
        const auto server = answeringServer();
        {
            auto owner = openWith(folder, keys);
            QVERIFY(owner.has_value());
            auto request = test::boxAt(server->port(), "local");
            request.info.key_source = "keychain";
            request.key = "sk-secret";
            QVERIFY(test::done([&](api::Done d) { (*owner)->addProvider(request, d); }).has_value());
        }
        QVERIFY(keys.remove("box"));
        auto owner = openWith(folder, keys);
        QVERIFY(owner.has_value());
        const auto id = test::startText(**owner, test::oneCall("keyed", "box/any"));
        const auto run = id ? test::settled(**owner, *id) : RunSummary();
        QVERIFY(run.status != RunStatus::ok);
        QCOMPARE(server->stats().requests, 0);
        QVERIFY(!box(**owner).key_present);
        QVERIFY(box(**owner).health.find("box") != std::string::npos);
        QVERIFY(providers(**owner).size() >= 3); // the others are there
    }
    void clientsThatComeAndGoLeaveNoThreads() {
        const ApiFolder folder;
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        const std::string path = api::ownerSocketPath(folder.workspace());
        const int before = threads();
        for (int i = 0; i < 300; ++i)
            QVERIFY(api::askOwner(path, "budgets", json::object(), 30'000).has_value());
        QVERIFY2(threads() <= before + 20, std::to_string(threads()).c_str());
    }
    void closingAnswersEverybody() {
        const ApiFolder folder;
        for (int round = 0; round < 4; ++round) {
            auto owner = folder.open();
            QVERIFY(owner.has_value());
            auto answers = std::make_shared<std::atomic<int>>(0);
            const auto count = [answers](const auto&) { ++*answers; };
            constexpr int each = 50;
            for (int i = 0; i < each; ++i) {
                (*owner)->overview(count);
                (*owner)->budgets(count);
                (*owner)->run(RunId("nobody"), count);
                (*owner)->demoResult(count);
                (*owner)->start({}, count);
            }
            owner->reset();
            QCOMPARE(answers->load(), each * 5);
        }
    }
    void anEditedSampleStaysTheLatest() {
        const ApiFolder folder;
        const auto text = [](api::Workspace& workspace) {
            const auto found =
                api::wait<std::string>([&](auto reply) { workspace.workflowText("licence-triage", reply); });
            return found ? *found : std::string();
        };
        std::string edited;
        {
            auto owner = folder.open();
            QVERIFY(owner.has_value());
            edited = text(**owner);
            QVERIFY(!edited.empty());
            edited += "\n"; // another version
            QVERIFY(api::wait<std::string>([&](auto reply) {
                        (*owner)->saveWorkflow(edited, reply);
                    }).has_value());
        }
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        QCOMPARE(text(**owner), edited);
    }
    void lookingLeavesNoTrace() {
        const ApiFolder folder;
        {
            auto owner = folder.open();
            QVERIFY(owner.has_value());
            const auto id = test::startText(**owner, test::oneCall("simulated", "sim/sim-small"));
            QVERIFY(id.has_value());
            test::settled(**owner, *id);
        }
        const auto look = [&] {
            api::OpenOptions options;
            options.dir = folder.workspace();
            options.resources = TALLY_SOURCE_DIR "/resources";
            options.read_only = true;
            return api::openWorkspace(std::move(options));
        };
        std::int64_t before = 0;
        {
            auto viewer = look();
            QVERIFY2(viewer.has_value(), viewer ? "" : viewer.error().text().c_str());
            before = entries(**viewer);
            QVERIFY(before > 0);
            const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*viewer)->info(reply); });
            QVERIFY(info && !info->engine_runs && !info->owner && !info->fingerprint.empty());
            const auto runs = api::wait<api::RunPage>([&](auto reply) { (*viewer)->runs({}, reply); });
            QVERIFY(runs && runs->total == 1);
            QVERIFY(api::wait<api::Overview>([&](auto reply) { (*viewer)->overview(reply); }).has_value());
            QVERIFY(api::wait<std::vector<api::BudgetView>>([&](auto reply) {
                        (*viewer)->budgets(reply);
                    }).has_value());
        }
        QCOMPARE(entries(**look()), before);
        // Somebody else may own it meanwhile, and the look goes on; when that one ends, it says so.
        auto viewer = look();
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        const auto owned = api::wait<api::WorkspaceInfo>([&](auto reply) { (*viewer)->info(reply); });
        QVERIFY(owned && owned->engine_runs && owned->problem.empty());
        owner->reset();
        const auto alone = api::wait<api::WorkspaceInfo>([&](auto reply) { (*viewer)->info(reply); });
        QVERIFY(alone && !alone->engine_runs);
    }
    void aWorkspaceThatIsNotThereYetIsMade() {
        const ApiFolder folder;
        api::OpenOptions options;
        options.dir = folder.workspace();
        options.resources = TALLY_SOURCE_DIR "/resources";
        options.read_only = true;
        auto made = api::openWorkspace(std::move(options));
        QVERIFY2(made.has_value(), made ? "" : made.error().text().c_str());
        QVERIFY(api::wait<api::RunPage>([&](auto reply) { (*made)->runs({}, reply); }).has_value());
    }
};
TALLY_TEST(TestHostile)
#include "test_hostile.moc"
