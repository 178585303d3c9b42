// How responsive the window stays while events pour in: bench_feed [events_per_s]. A producer thread
// publishes steps, runs and streamed text into the feed of a scripted core for five seconds while the Live
// page is shown; the UI thread measures the longest gap between two turns of its event loop and how old an
// event is when its frame is applied. Prints one JSON line.
#include "tests/ui/fake_data.h"
#include "tests/ui/window_fixture.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace tally;
using Steady = std::chrono::steady_clock;

namespace {

std::int64_t nowUs() {
    return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now().time_since_epoch()).count();
}

/// One tick of 5 ms at a time, so that the rate holds whatever the scheduler does.
void produce(feed::EventFeed& feed, const RunSummary& run, int per_second, const std::atomic<bool>& stop) {
    const std::vector<StepRecord> steps = test::fakeSteps(run.id, 5000);
    const auto start = Steady::now();
    std::int64_t sent = 0;
    while (!stop) {
        const auto elapsed =
            std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start).count();
        const std::int64_t due = elapsed * per_second / 1'000'000;
        for (; sent < due; ++sent) {
            if (sent % 10 == 9) {
                feed.publish(TextDelta{run.id, "triage[1]/read", "some words that stream in, "});
            } else if (sent % 10 == 8) {
                RunSummary changed = run;
                changed.steps = sent;
                feed.publish(RunChanged{changed});
            } else {
                StepRecord step = steps[static_cast<std::size_t>(sent) % steps.size()];
                step.path += "~" + std::to_string(sent / 5000);
                step.queue_us = nowUs(); // carries the time of publishing
                feed.publish(StepChanged{step});
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", qEnvironmentVariableIsSet("QT_QPA_PLATFORM") ? qgetenv("QT_QPA_PLATFORM")
                                                                            : QByteArray("offscreen"));
    QApplication app(argc, argv);
    const int per_second = argc > 1 ? std::atoi(argv[1]) : 5000;
    if (per_second <= 0) {
        std::fprintf(stderr, "bench_feed: events per second must be above 0\n");
        return 2;
    }
    test::WindowFixture f(test::Amount::little);
    const RunSummary run = f.core.runList().front();
    Q_EMIT f.session.openRun(QString::fromStdString(run.id.str()));
    test::settle();

    std::vector<std::int64_t> latencies;
    QObject::connect(f.session.feed(), &ui::FeedBridge::frame, &app, [&](const std::vector<Event>& events) {
        const std::int64_t now = nowUs();
        for (const Event& event : events)
            if (const auto* step = std::get_if<StepChanged>(&event))
                latencies.push_back(now - step->step.queue_us);
    });
    std::int64_t widest = 0;
    QElapsedTimer since;
    QTimer beat;
    beat.setTimerType(Qt::PreciseTimer);
    QObject::connect(&beat, &QTimer::timeout, &app, [&] {
        widest = std::max<std::int64_t>(widest, since.nsecsElapsed() / 1000), since.restart();
    });
    std::atomic<bool> stop{false};
    std::thread producer(produce, std::ref(f.core.feed()), std::cref(run), per_second, std::cref(stop));
    since.start();
    beat.start(1);
    QTimer::singleShot(5000, &app, &QCoreApplication::quit);
    QApplication::exec();
    stop = true;
    producer.join();
    if (latencies.empty()) {
        std::fprintf(stderr, "bench_feed: no event arrived\n");
        return 1;
    }
    std::sort(latencies.begin(), latencies.end());
    const std::int64_t p99 = latencies[latencies.size() * 99 / 100];
    std::printf(
        "{\"events_per_s\": %d, \"seconds\": 5, \"steps_applied\": %zu, \"frames\": %lld, \"dropped\": %llu, "
        "\"ui_gap_max_ms\": %.1f, \"latency_p99_ms\": %.1f}\n",
        per_second, latencies.size(), static_cast<long long>(f.session.feed()->frames()),
        static_cast<unsigned long long>(f.core.feed().dropped()), static_cast<double>(widest) / 1000.0,
        static_cast<double>(p99) / 1000.0);
    return 0;
}
