#include "core/feed/event_feed.h"
#include "tests/support/suite.h"

#include <QTest>

#include <poll.h>
#include <thread>

using namespace tally;
using tally::feed::EventFeed;

namespace {
bool readable(int fd) {
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
}
TextDelta delta(int producer, int number) {
    return TextDelta{RunId(std::to_string(producer)), {}, std::to_string(number)};
}
} // namespace

class TestEventFeed : public QObject {
    Q_OBJECT
private slots:
    void wakesOnceUntilDrained() {
        EventFeed feed;
        QVERIFY(feed.wakeFd() >= 0);
        QVERIFY(!readable(feed.wakeFd()));
        feed.publish(delta(0, 1));
        feed.publish(delta(0, 2));
        QVERIFY(readable(feed.wakeFd()));
        std::vector<Event> events;
        QCOMPARE(feed.drain(events), std::size_t{2});
        QVERIFY(!readable(feed.wakeFd()));
        QCOMPARE(std::get<TextDelta>(events[1]).text, std::string("2"));
        QCOMPARE(feed.drain(events), std::size_t{0});
        feed.publish(EngineState{});
        QVERIFY(readable(feed.wakeFd()));
    }
    void dropsAboveTheCapacityAndCounts() {
        EventFeed feed(3);
        for (int i = 0; i < 5; ++i)
            feed.publish(delta(0, i));
        std::vector<Event> events;
        QCOMPARE(feed.drain(events), std::size_t{3});
        QCOMPARE(feed.dropped(), std::uint64_t{2});
        QCOMPARE(std::get<TextDelta>(events[2]).text, std::string("2"));
    }
    void keepsTheOrderOfEachProducer() {
        constexpr int producers = 4;
        constexpr int each = 5'000;
        EventFeed feed(producers * each);
        std::vector<std::jthread> threads;
        for (int p = 0; p < producers; ++p)
            threads.emplace_back([&feed, p] {
                for (int i = 0; i < each; ++i)
                    feed.publish(delta(p, i));
            });
        std::vector<int> next(producers, 0);
        std::vector<Event> events;
        int got = 0;
        while (got < producers * each) {
            pollfd p{feed.wakeFd(), POLLIN, 0};
            QVERIFY(::poll(&p, 1, 60'000) == 1);
            got += static_cast<int>(feed.drain(events));
            for (const auto& event : events) {
                const auto& d = std::get<TextDelta>(event);
                auto& expected = next[static_cast<std::size_t>(std::stoi(d.run.str()))];
                QCOMPARE(std::stoi(d.text), expected);
                ++expected;
            }
        }
        QCOMPARE(feed.dropped(), std::uint64_t{0});
    }
};
TALLY_TEST(TestEventFeed)
#include "test_event_feed.moc"
