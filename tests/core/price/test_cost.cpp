#include "core/price/cost.h"
#include "core/price/price_book.h"
#include "core/price/usage_reader.h"
#include "tests/support/suite.h"

#include <QTest>

#include <random>

using namespace tally;
using namespace tally::price;

namespace {
RateLine line(std::initializer_list<std::pair<const char*, std::int64_t>> rates) {
    RateLine out;
    out.provider = "p", out.model = "m";
    for (const auto& [name, pico] : rates)
        out.rates[name] = Pico::of(pico);
    return out;
}
Usage usage(std::initializer_list<std::pair<const char*, std::int64_t>> quantities) {
    Usage out;
    for (const auto& [name, quantity] : quantities)
        out.qty[name] = quantity;
    return out;
}
} // namespace

class TestCost : public QObject {
    Q_OBJECT
private slots:
    void workedExampleOfTheLogSpecification() {
        const auto got = cost(usage({{"in", 2622}, {"out", 2839}, {"reasoning", 5955}}),
                              line({{"in", 1'100'000}, {"out", 4'400'000}, {"reasoning", 4'400'000}}));
        QVERIFY(got);
        QCOMPARE(got->total.value(), std::int64_t{41'577'800'000});
        QCOMPARE(got->items.size(), std::size_t{3});
        QCOMPARE(got->input().toString(), std::string("0.0028842"));
        QCOMPARE(got->output().toString(), std::string("0.0386936"));
    }
    void anUnpricedMeterIsNamed() {
        const auto got = cost(usage({{"in", 1}, {"audio_in", 0}}), line({{"in", 1}}));
        QVERIFY(!got);
        QCOMPARE(got.error().code, std::string("price.unpriced"));
        QVERIFY(got.error().message.find("audio_in") != std::string::npos);
    }
    void nonsenseIsAnError() {
        QCOMPARE(cost(usage({{"in", -1}}), line({{"in", 1}})).error().code, std::string("usage.negative"));
        QCOMPARE(cost(usage({{"in", std::int64_t{1} << 40}}), line({{"in", 75'000'000}})).error().code,
                 std::string("money.range"));
    }
    void costIsLinearAndNeverRounds() {
        std::mt19937_64 random(7);
        for (int i = 0; i < 2000; ++i) {
            const auto n = [&](std::int64_t most) {
                return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
            };
            const auto rates =
                line({{"in", n(1'000'000'000)}, {"cache_read", n(1'000'000'000)}, {"out", n(1'000'000'000)}});
            const std::int64_t a = n(1'000'000), b = n(1'000'000), c = n(1'000'000), part = n(a + 1);
            const auto whole = cost(usage({{"in", a}, {"cache_read", b}, {"out", c}}), rates);
            const auto one = cost(usage({{"in", part}, {"cache_read", b}}), rates);
            const auto two = cost(usage({{"in", a - part}, {"out", c}}), rates);
            QVERIFY(whole && one && two);
            QCOMPARE(one->total.value() + two->total.value(), whole->total.value());
            PicoSum items;
            for (const auto& item : whole->items)
                items += item.amount;
            QVERIFY(items == PicoSum(whole->total));
            QVERIFY(whole->input() + whole->output() == items);
        }
    }
    /// No split of the tokens over meters and lines can cost more than the bound that was reserved.
    void worstCaseBoundsEveryCall() {
        std::mt19937_64 random(11);
        const auto book = PriceBook::builtin();
        QVERIFY(book);
        const std::pair<const char*, const char*> models[] = {{"openai", "gpt-5.4"},
                                                              {"anthropic", "claude-sonnet-4-5"},
                                                              {"google", "gemini-2.5-pro"},
                                                              {"google", "gemini-2.5-flash"},
                                                              {"openai", "gpt-5-mini"}};
        for (const auto& [provider, model] : models)
            for (int i = 0; i < 400; ++i) {
                const auto upper = static_cast<std::int64_t>(random() % 400'000),
                           cap = 1 + static_cast<std::int64_t>(random() % 100'000);
                Context context;
                context.input_tokens = upper;
                const auto lines = book->linesUpTo(provider, model, "2026-08-15", context);
                QVERIFY(lines);
                const auto bound = worstCase(upper, cap, *lines);
                const auto text_bound = worstCase(upper, cap, *lines, CallShape::text);
                QVERIFY(bound && text_bound && *text_bound <= *bound);
                std::int64_t input =
                    upper == 0 ? 0
                               : static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(upper + 1));
                context.input_tokens = input;
                const auto used = book->resolve(provider, model, "2026-08-15", context);
                QVERIFY(used);
                Usage spent;
                bool text = true;
                for (const auto& [name, rate] : used->rates) {
                    if (!meter::isInputTokens(name) || input == 0) continue;
                    const auto share =
                        static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(input + 1));
                    spent.add(name, share), input -= share;
                    if (share > 0 && (name == "cache_write_1h" || name.find("audio") != name.npos ||
                                      name.find("image") != name.npos || name.find("video") != name.npos))
                        text = false;
                }
                spent.add("in", input);
                spent.add("out", cap / 3), spent.add("reasoning", cap - cap / 3);
                const auto real = cost(spent, *used);
                QVERIFY(real);
                QVERIFY(real->total <= *bound);
                if (text) QVERIFY(real->total <= *text_bound);
            }
    }
    void worstCaseRefusesWhatHasNoBound() {
        const std::vector<RateLine> paid{line({{"in", 1}, {"out", 1}})},
            free_output{line({{"in", 1}, {"out", 0}})}, no_input{line({{"out", 1}})};
        QCOMPARE(worstCase(10, 0, paid).error().code, std::string("price.no_cap"));
        QCOMPARE(worstCase(10, 0, free_output)->value(), std::int64_t{10});
        QCOMPARE(worstCase(10, 5, no_input).error().code, std::string("price.unpriced"));
        QCOMPARE(worstCase(10, 5, {}).error().code, std::string("price.unpriced"));
        const std::vector<RateLine> fee{line({{"in", 2}, {"out", 3}, {"request", 1000}})};
        QCOMPARE(worstCase(10, 5, fee)->value(), std::int64_t{1035});
    }
};

TALLY_TEST(TestCost)
#include "test_cost.moc"
