#include "tests/core/api/support_api.h"

#include "core/api/wait.h"
#include "core/base/file.h"

#include <QElapsedTimer>

#include <filesystem>
#include <poll.h>

namespace tally::test {
namespace {
namespace fs = std::filesystem;
constexpr int minute_ms = 60'000;
} // namespace

std::string ApiFolder::smallResources() const {
    const fs::path to = path("resources");
    if (fs::exists(to)) return to.string();
    const fs::path from = TALLY_SOURCE_DIR "/resources";
    fs::copy(from, to, fs::copy_options::recursive);
    const fs::path files = to / "samples" / "copyright";
    fs::remove_all(files);
    fs::create_directories(files);
    for (const char* name : {"ambersand", "avocetos", "brackenfs", "cairnplot"})
        fs::copy(from / "samples" / "copyright" / name, files / name, fs::copy_options::recursive);
    for (const std::string n : {"1", "2", "3"}) {
        fs::create_directories(files / ("odd" + n));
        write(
            "resources/samples/copyright/odd" + n + "/copyright",
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: odd" +
                n + "\n\nFiles: *\nCopyright: 2024 The Odd People\nLicense: Odd-" + n +
                "\n You may take this software, bend it to number " + n +
                " of your needs and hand it\n on to your neighbours, whether as it came or as you bent it, "
                "if you tell them where"
                "\n it came from. We licence it to anyone free of charge and promise nothing: there is no "
                "warranty"
                "\n whatsoever, and redistribution in any form is permitted under the same terms.\n");
    }
    return to.string();
}

std::string ApiFolder::write(const std::string& name, const std::string& text) const {
    const std::string file = path(name);
    (void)DiskFileSystem().writeAtomic(file, text, 0644);
    return file;
}

Result<std::unique_ptr<api::Workspace>> ApiFolder::open(bool small_samples) const {
    api::OpenOptions options;
    options.dir = workspace();
    options.resources = small_samples ? smallResources() : TALLY_SOURCE_DIR "/resources";
    options.sim_time_scale = 0;
    options.clock = &noonClock();
    return api::openWorkspace(std::move(options));
}

Status done(const std::function<void(api::Done)>& call) {
    const auto ended = api::wait<bool>([&](auto reply) {
        call([reply](const Status& status) {
            if (status)
                reply(true);
            else
                reply(fail(status.error()));
        });
    });
    return ended ? Status() : Status(fail(ended.error()));
}

bool heard(api::Workspace& owner, const std::function<bool(const Event&)>& wanted) {
    std::vector<Event> events;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < minute_ms) {
        pollfd wake{owner.feed().wakeFd(), POLLIN, 0};
        ::poll(&wake, 1, 1000);
        owner.feed().drain(events);
        for (const Event& event : events)
            if (wanted(event)) return true;
    }
    return false;
}

bool heardText(api::Workspace& owner, const RunId& run) {
    return heard(owner, [&](const Event& event) {
        const auto* text = std::get_if<TextDelta>(&event);
        return text != nullptr && text->run == run;
    });
}

namespace {
class NoonClock final : public Clock {
public:
    [[nodiscard]] std::int64_t wallUs() const override { return real_.wallUs() + shift_us_; }
    [[nodiscard]] std::int64_t monoUs() const override { return real_.monoUs(); }

private:
    static constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
    SystemClock real_;
    std::int64_t shift_us_ = day_us / 2 - real_.wallUs() % day_us;
};
} // namespace

const Clock& noonClock() {
    static const NoonClock clock;
    return clock;
}

RunSummary settled(api::Workspace& owner, const RunId& run) {
    RunSummary out;
    const auto over = [&] {
        const auto now = api::wait<RunSummary>([&](auto reply) { owner.run(run, reply); });
        if (now) out = *now;
        return now && (isEnded(now->status) || now->status == RunStatus::stopped);
    };
    QElapsedTimer timer;
    timer.start();
    std::vector<Event> events;
    // Asked again without an event too: an earlier wait may have taken the last one.
    while (!over() && timer.elapsed() < minute_ms) {
        pollfd wake{owner.feed().wakeFd(), POLLIN, 0};
        ::poll(&wake, 1, 1000);
        owner.feed().drain(events);
    }
    return out;
}

Result<RunId> startText(api::Workspace& workspace, const std::string& text) {
    TALLY_ASSIGN(const std::string name,
                 api::wait<std::string>([&](auto reply) { workspace.saveWorkflow(text, reply); }));
    api::StartRun request;
    request.workflow = name;
    return api::wait<RunId>([&](auto reply) { workspace.start(request, reply); });
}

std::string oneCall(const std::string& name, const std::string& model) {
    return R"({"name": ")" + name + R"(", "process": "tests", "version": "1", "models": {"reader": [")" +
           model +
           R"("]}, "steps": [{"id": "ask", "kind": "model", "role": "reader", "prompt": "Say something.", "max_tokens": 50}],
              "output": "{{steps.ask.output}}"})";
}

std::string oneQuestion(const std::string& name) {
    return R"({"name": ")" + name + R"(", "process": "tests", "version": "1",
               "models": {"reader": ["sim/sim-small"]},
               "steps": [{"id": "ok", "kind": "approve", "question": "Go on?"}]})";
}

std::unique_ptr<LoopbackServer> endlessServer() {
    const std::string piece =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tok \"}}]}\n\n";
    return std::make_unique<LoopbackServer>(
        [piece](const LoopbackServer::Request&) { return LoopbackServer::endless(piece, piece, 2000); });
}

api::AddProvider boxAt(int port, const std::string& price_as) {
    api::AddProvider request;
    request.info.name = "box";
    request.info.kind = "openai";
    request.info.base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1";
    request.info.price_as = price_as;
    return request;
}

} // namespace tally::test
