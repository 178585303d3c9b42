#include "core/audit/line_builder.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace tally;
using namespace tally::audit;

class TestLineBuilder : public QObject {
    Q_OBJECT
private slots:
    void givesTheSameBytesAsTheSpecificationsOwnLog() {
        const auto dir = tally::test::specDir();
        std::ifstream file(dir + "/vectors/good.tracelog", std::ios::binary);
        if (dir.empty() || !file) QSKIP("the vectors of the specification are not here");
        std::stringstream all;
        all << file.rdbuf();
        const auto text = all.str();
        const auto at = text.find("\n@entries ");
        std::size_t from = text.find('\n', at + 1) + 1;
        int lines = 0;
        while (from < text.size() && text[from] == '{') {
            const auto end = text.find('\n', from);
            const auto line = text.substr(from, end - from);
            from = end + 1;
            const auto entry = parseEntry(line);
            QVERIFY(entry);
            LineBuilder builder(*entry->text("kind"));
            // Backwards: the order of the calls must not matter.
            std::vector<std::pair<std::string, Value>> fields(entry->begin(), entry->end());
            for (auto f = fields.rbegin(); f != fields.rend(); ++f) {
                if (f->first == "fd" || f->first == "kind") continue;
                std::visit([&](const auto& value) { builder.set(f->first, value); }, f->second);
            }
            const auto built = builder.finish();
            QVERIFY2(built, built ? "" : built.error().text().c_str());
            QCOMPARE(*built, line);
            ++lines;
        }
        QCOMPARE(lines, 137);
    }
    void refusesWhatCannotBeALine() {
        const auto code = [](LineBuilder& b) {
            const auto line = b.finish();
            return QString::fromStdString(line ? std::string() : line.error().code);
        };
        LineBuilder twice("beat");
        twice.set("seq", std::int64_t{1}).set("seq", std::int64_t{1});
        QCOMPARE(code(twice), QString("cfp.E_DUPKEY"));
        LineBuilder range("beat");
        range.set("seq", std::int64_t{1} << 53);
        QCOMPARE(code(range), QString("cfp.E_RANGE"));
        LineBuilder utf("beat");
        utf.set("x", "\xff");
        QCOMPARE(code(utf), QString("cfp.E_UTF8"));
        LineBuilder key("beat");
        key.set(std::string(40, 'a'), "x");
        QCOMPARE(code(key), QString("entry.field"));
        LineBuilder missing("beat");
        QCOMPARE(code(missing), QString("entry.field"));
        LineBuilder longer("beat");
        longer.set("x", std::string(70'000, 'a'));
        QCOMPARE(code(longer), QString("cfp.E_LEN"));
    }
};
TALLY_TEST(TestLineBuilder)
#include "test_line_builder.moc"
