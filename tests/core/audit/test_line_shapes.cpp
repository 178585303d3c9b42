// Reading along known shapes must be indistinguishable from the strict reader and the field rules, for sound
// lines and for damaged ones; and the small containers of the content checks.
#include "core/audit/bundle.h"
#include "core/audit/id_map.h"
#include "core/audit/line_block.h"
#include "core/audit/line_table.h"
#include "core/audit/merkle.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

#include <map>

using namespace tally;
using namespace tally::audit;

namespace {

std::string describe(const LineBlock& block, const ParsedLine& l) {
    const LineRef ref(block, l);
    std::string out = std::string(toText(l.status.code)) + "@" + std::to_string(l.status.at) +
                      (l.kind ? std::string(toText(*l.kind)) : "-") + (l.linked ? " linked" : "");
    for (const CfpField& f : ref.view())
        out += "\n" + std::string(ref.view().key(f)) + " " + std::to_string(f.key_at) + " " +
               std::to_string(f.key_word) + " " + std::to_string(f.value_at) + "+" +
               std::to_string(f.value_len) + " " + std::to_string(f.number) + " " +
               std::to_string(static_cast<int>(f.type)) + (f.escaped ? "e" : "");
    for (std::size_t i = 0; i < ref.quantities(); ++i)
        out += "\nquantity " + std::string(ref.view().key(ref.quantity(i)));
    for (const std::uint16_t k : l.known)
        out += " " + std::to_string(k);
    for (std::size_t i = 0; i < ref.findings(); ++i)
        out += "\n" + std::to_string(static_cast<int>(ref.finding(i).code)) + ref.finding(i).field +
               ref.finding(i).stored.value_or("-") + ref.finding(i).expected;
    return out;
}

/// Each line read by a block that has seen nothing before.
std::string strictly(const std::string& line) {
    LineBlock block;
    block.addLine(line);
    const Hash chain[1] = {};
    block.parseLines(chain);
    return describe(block, block.lines[0]);
}

/// A block that knows the shapes of all these lines.
LineBlock experienced(const std::vector<std::string>& lines) {
    LineBlock block;
    for (const std::string& l : lines)
        block.addLine(l);
    const std::vector<Hash> chain(lines.size());
    block.parseLines(chain.data());
    return block;
}

std::string again(LineBlock& block, const std::string& line) {
    block.clear();
    block.addLine(line);
    const Hash chain[1] = {};
    block.parseLines(chain);
    return describe(block, block.lines[0]);
}

std::vector<std::string> linesOfGoodLog() {
    std::vector<std::string> out;
    const auto data = BundleData::fromBytes(test::fixture("good.tracelog"));
    const auto sections = parseSections(data->bytes());
    LineTable table((*sections)[Section::entries]);
    while (const auto line = table.next())
        out.emplace_back(*line);
    return out;
}

} // namespace

class TestLineShapes : public QObject {
    Q_OBJECT

private slots:
    void soundLinesReadTheSame() {
        auto lines = linesOfGoodLog();
        const auto log = test::TestLog::random(21, 20);
        lines.insert(lines.end(), log.lines().begin(), log.lines().end());
        LineBlock block = experienced(lines);
        for (const std::string& l : lines)
            QCOMPARE(again(block, l), strictly(l));
    }

    void mostLinesAreReadByTheirShape() {
        const auto lines = test::TestLog::random(22, 200).lines();
        LineShapes shapes;
        LineShapes::Fields out;
        std::size_t known = 0;
        for (const std::string& l : lines) {
            if (shapes.read(l, out) >= 0) {
                ++known;
                continue;
            }
            std::vector<CfpField> fields;
            QVERIFY(parseCfp(l, fields).ok());
            const EntryView view(l, fields.data(), fields.size());
            shapes.learn(view, *kindOf(*view.plain("kind")));
        }
        QVERIFY(known * 100 > lines.size() * 95);
    }

    void damagedLinesReadTheSame() {
        SeededRng rng(23);
        auto lines = linesOfGoodLog();
        const auto log = test::TestLog::random(24, 10);
        lines.insert(lines.end(), log.lines().begin(), log.lines().end());
        LineBlock block = experienced(lines);
        const std::string interesting = "\"\\,:{}[]0123456789-+.eE aftz_\x01\x1f\x7f\x80\xc3\xff\r\t";
        for (int round = 0; round < 30'000; ++round) {
            std::string line = lines[rng.below(lines.size())];
            for (std::uint64_t hits = 1 + rng.below(2); hits > 0; --hits) {
                const std::uint64_t at = rng.below(line.size());
                const char c = interesting[rng.below(interesting.size())];
                switch (rng.below(6)) {
                case 0:
                    line[at] = c;
                    break;
                case 1:
                    line.insert(at, 1 + rng.below(3), c);
                    break;
                case 2:
                    line.erase(at, 1 + rng.below(4));
                    break;
                case 3: { // a value of another line in this place
                    const std::string& other = lines[rng.below(lines.size())];
                    const std::uint64_t from = rng.below(other.size());
                    line.replace(at, rng.below(20), other.substr(from, rng.below(30)));
                    break;
                }
                case 4: // digits
                    if (const std::size_t colon = line.find(':', at); colon != std::string::npos)
                        line.insert(colon + 1, std::to_string(rng.below(~std::uint64_t{0}) >> rng.below(64)));
                    break;
                default:
                    line.resize(at);
                }
                if (line.empty()) line = "{";
            }
            QCOMPARE(again(block, line), strictly(line));
        }
    }

    void numbersOfEveryLength() {
        const auto line = [](const std::string& number) {
            return R"({"fd":"","kind":"beat","log":"00000000000000000000000000000000","n":)" + number +
                   R"(,"prev":"0000000000000000000000000000000000000000000000000000000000000000",)" +
                   R"("salt":"00000000000000000000000000000000","seq":1,"ts_us":1,"v":1})";
        };
        LineBlock block = experienced({line("7")});
        std::string digits;
        for (int n = 0; n < 40; ++n) {
            digits.push_back(static_cast<char>('1' + n % 9));
            for (const std::string& text : {digits, "0" + digits, "-" + digits, digits + ".0", digits + "e1"})
                QCOMPARE(again(block, line(text)), strictly(line(text)));
        }
        for (const char* text : {"0", "-0", "00", "9007199254740991", "9007199254740992", "9999999999999999",
                                 "10000000000000000", "", "true", "null", "\"x\""})
            QCOMPARE(again(block, line(text)), strictly(line(text)));
    }

    void forgetsWhenThereAreTooManyShapes() {
        LineBlock block;
        SeededRng rng(25);
        for (int round = 0; round < 3000; ++round) {
            std::string extra;
            for (char c = 'w'; c <= 'z'; ++c)
                extra += ",\"w" + std::string(1, c) + std::to_string(rng.below(900)) +
                         "\":" + std::to_string(rng.below(5));
            const std::string line =
                R"({"fd":"","kind":"beat","log":"00000000000000000000000000000000",)"
                R"("prev":"0000000000000000000000000000000000000000000000000000000000000000",)"
                R"("salt":"00000000000000000000000000000000","seq":1,"ts_us":1,"v":1)" +
                extra + "}";
            QCOMPARE(again(block, line), strictly(line));
        }
    }

    void linksAreSeenInsideOfABlock() {
        const auto log = test::TestLog::random(26, 10);
        LineBlock block;
        for (const std::string& l : log.lines())
            block.addLine(l);
        block.parseLines(log.leafHashes().data());
        for (std::size_t i = 0; i < block.lines.size(); ++i)
            QCOMPARE(block.lines[i].linked, i > 0);
        auto wrong = log.leafHashes();
        wrong[3][31] ^= 1;
        wrong[7][0] ^= 0x80;
        LineBlock second;
        for (const std::string& l : log.lines())
            second.addLine(l);
        second.parseLines(wrong.data());
        for (std::size_t i = 0; i < second.lines.size(); ++i)
            QCOMPARE(second.lines[i].linked, i > 0 && i != 4 && i != 8);
    }

    void idsKeepTheirValues() {
        IdMap ids;
        std::map<std::string, std::uint32_t> model;
        SeededRng rng(27);
        for (int round = 0; round < 20'000; ++round) {
            const std::string id =
                rng.below(50) == 0 ? std::string(rng.below(400'000), 'x') : std::to_string(rng.below(8000));
            const auto found = ids.find(id, IdMap::hashOf(id));
            const auto expected = model.find(id);
            QCOMPARE(found != nullptr, expected != model.end());
            if (found != nullptr) QCOMPARE(found->value, expected->second);
            if (rng.below(2) == 0) continue;
            const auto value = static_cast<std::uint32_t>(rng.below(1000));
            ids.insert(id, IdMap::hashOf(id), value);
            model[id] = value;
            QCOMPARE(ids.size(), model.size());
        }
    }
};

TALLY_TEST(TestLineShapes)
#include "test_line_shapes.moc"
