// The parser against the standard's rules, and the property that pieces of any size give the same events.
#include "core/base/encoding.h"
#include "core/base/rng.h"
#include "core/provider/sse.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::provider;

namespace {
std::vector<SseEvent> parse(const std::vector<std::string>& pieces, std::size_t limit = 1 << 20,
                            bool* ok = nullptr) {
    SseParser parser(limit);
    std::vector<SseEvent> events;
    bool good = true;
    for (const auto& piece : pieces)
        good =
            parser.push(piece, [&](const SseEvent& event) { events.push_back(event); }).has_value() && good;
    if (ok != nullptr) *ok = good;
    return events;
}

/// Random bytes in which everything that means something to the parser is frequent.
std::string randomStream(SeededRng& rng) {
    static const std::string parts[] = {"data",
                                        ":",
                                        " ",
                                        "\n",
                                        "\r",
                                        "\r\n",
                                        "event",
                                        "id",
                                        "retry",
                                        "error",
                                        "\xEF\xBB\xBF",
                                        "x",
                                        "\n\n",
                                        "🙂",
                                        "\xF0\x9F",
                                        "data: {\"a\":1}",
                                        "[DONE]",
                                        "\r\n\r\n",
                                        "é",
                                        "\xff"};
    std::string out;
    const auto count = rng.below(60);
    for (std::uint64_t i = 0; i < count; ++i)
        out += parts[rng.below(std::size(parts))];
    return out;
}
} // namespace

class TestSse : public QObject {
    Q_OBJECT
private slots:
    void standardExamples() {
        const auto stocks = parse({"data: YHOO\ndata: +2\ndata: 10\n\n"});
        QCOMPARE(stocks.size(), std::size_t{1});
        QCOMPARE(stocks[0].data, std::string("YHOO\n+2\n10"));
        QCOMPARE(stocks[0].type, std::string("message"));
        const auto four = parse(
            {": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"});
        QCOMPARE(four.size(), std::size_t{2}); // the last is not ended and is discarded
        QCOMPARE(four[0].data, std::string("first event"));
        QCOMPARE(four[1].data, std::string("second event"));
        const auto empty = parse({"data\n\ndata\ndata\n\ndata:"});
        QCOMPARE(empty.size(), std::size_t{2});
        QCOMPARE(empty[0].data, std::string());
        QCOMPARE(empty[1].data, std::string("\n"));
        const auto spaces = parse({"data:test\n\ndata: test\n\n"});
        QCOMPARE(spaces[0].data, spaces[1].data);
    }
    void typesAndLineEnds() {
        for (const std::string end : {"\n", "\r", "\r\n"}) {
            const auto events = parse({"\xEF\xBB\xBF"
                                       "event: ping" +
                                       end + "data: {}" + end + end + "data: x" + end + end});
            QCOMPARE(events.size(), std::size_t{2});
            QCOMPARE(events[0].type, std::string("ping"));
            QCOMPARE(events[1].type, std::string("message"));
        }
    }
    void anySplitGivesTheSameEvents() {
        SeededRng rng(7);
        for (int round = 0; round < 400; ++round) {
            const std::string stream = randomStream(rng);
            const auto whole = parse({stream});
            for (const auto& event : whole)
                QVERIFY(isUtf8(event.data));
            std::vector<std::string> bytes;
            for (const char c : stream)
                bytes.emplace_back(1, c);
            QVERIFY2(parse(bytes) == whole, qPrintable(QString::number(round)));
            for (int split = 0; split < 5; ++split) {
                std::vector<std::string> pieces;
                for (std::size_t at = 0; at < stream.size();) {
                    const std::size_t length = rng.below(9);
                    pieces.push_back(stream.substr(at, length));
                    at += length;
                }
                QVERIFY2(parse(pieces) == whole, qPrintable(QString::number(round)));
            }
        }
    }
    void badUtf8IsReplaced() {
        const auto events = parse({"data: a\xF0\x9F", "\x99\x82 \xff\n\n"});
        QCOMPARE(events.size(), std::size_t{1});
        QVERIFY(events[0].data.find("🙂") !=
                std::string::npos); // split between two pieces, and whole all the same
        QVERIFY(events[0].data.find("\xEF\xBF\xBD") != std::string::npos);
    }
    void longEventsAreRefused() {
        bool ok = true;
        QVERIFY(parse({"data: ", std::string(300, 'x'), "\n\n", "data: y\n\n"}, 200, &ok).empty());
        QVERIFY(!ok);
        parse({"data: aaaa\n", "data: bbbb\n", "data: " + std::string(180, 'c') + "\n\n"}, 200, &ok);
        QVERIFY(ok);
        for (int i = 0; i < 100; ++i) // many short events do not add up
            parse({std::string("data: ") + std::string(100, 'x') + "\n\n" + "data: y\n\n"}, 200, &ok);
        QVERIFY(ok);
    }
};
TALLY_TEST(TestSse)
#include "test_sse.moc"
