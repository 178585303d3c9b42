// Logs of other tools: plain lines with the hash of the line before.
#include "core/audit/plain_log.h"
#include "core/base/hash.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <sstream>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;
using Level = PlainVerdict::Level;
using What = PlainBreak::What;

namespace {
/// Records as a tool would chain them that works as the dialect says; `layout` is how it writes its lines.
std::vector<std::string> chain(const PlainDialect& d, int count, const JsonForm& layout) {
    std::vector<std::string> out;
    std::string prev = "0000000000000000000000000000000000000000000000000000000000000000";
    for (int i = 0; i < count; ++i) {
        const std::string body = fmt::format(
            "\"ts\":{},\"actor\":\"Müller <{}>\",\"amount\":{}.50,\"data\":{{\"z\":[1,2],\"a\":\"\\u00fc\"}}",
            1700000000 + i, i, i);
        const std::string open = fmt::format("{{\"{}\":\"{}\",{}}}", d.prev, prev, body);
        std::string line = writeJson(*readJson(open), layout);
        const Bytes own = *d.digest(*d.hashed(line, *readJson(line)));
        if (d.hash.empty()) {
            prev = toHex(own);
        } else {
            prev = toHex(own);
            JsonNode whole = *readJson(line);
            JsonNode hash;
            hash.type = JsonNode::Type::string;
            hash.text = prev;
            whole.members.push_back({d.hash, hash});
            line = writeJson(whole, layout);
        }
        out.push_back(line);
    }
    return out;
}
std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& l : lines)
        out += l + "\n";
    return out;
}
PlainVerdict judge(const std::string& text, const PlainOptions& o = {}) {
    const auto v = verifyPlain(*BundleData::fromBytes(text), o);
    if (!v) qFatal("%s", v.error().text().c_str());
    return *v;
}
PlainDialect dialect(const std::string& body, const std::string& message, const std::string& without = {}) {
    nlohmann::json j{{"schema", "tally-dialect/v1"},
                     {"hash", "entry_hash"},
                     {"prev", "prev_hash"},
                     {"body", body},
                     {"message", message}};
    if (!without.empty()) j["without"] = {"entry_hash", without};
    return *PlainDialect::parse(j.dump());
}
constexpr JsonForm spaced{JsonForm::Order::written, true, JsonForm::Text::ascii, false};
constexpr JsonForm compact{};
} // namespace

class TestPlainLog : public QObject {
    Q_OBJECT

private slots:
    void theWayOfChainingIsFoundOut() {
        const PlainDialect all[] = {dialect("sorted-compact", "{body}"),
                                    dialect("sorted-spaced-ascii", "{body}"),
                                    dialect("jcs", "{prev}{body}", "prev_hash"),
                                    dialect("compact", "{prev}{body}", "prev_hash"),
                                    dialect("compact-html", "{prev_bytes}{body}"),
                                    dialect("written", "{body}"),
                                    dialect("written", "{prev}|{body}", "prev_hash")};
        for (const PlainDialect& d : all) {
            for (const JsonForm& layout : {compact, spaced}) {
                const auto lines = chain(d, 9, layout);
                const PlainVerdict v = judge(joined(lines));
                QVERIFY2(v.level == Level::holds && v.found_out && v.lines == 9 && v.breaks_n == 0,
                         (d.text() + "\n" + lines[0] + "\n" + nlohmann::json(v).dump()).c_str());
                QVERIFY(!v.ok()); // an unsigned chain is never ok
            }
        }
        PlainDialect sha512 = dialect("sorted-compact", "{body}");
        sha512.algorithm = "sha512";
        QCOMPARE(judge(joined(chain(sha512, 4, compact))).dialect->algorithm, "sha512"s);
    }

    void chainsOfWholeLinesToo() {
        for (const std::string& message : {"{body}"s, "{body}\n"s, std::string("\0{body}", 7)}) {
            PlainDialect d;
            d.prev = "prev";
            d.body = PlainDialect::Body::line;
            d.message = message;
            auto lines = chain(d, 7, spaced);
            QVERIFY(judge(joined(lines)).level == Level::holds);
            lines[3].replace(lines[3].find("\"ts\"") + 1, 1, "x");
            const PlainVerdict v = judge(joined(lines));
            QVERIFY(v.level == Level::broken && v.breaks.size() == 1);
            QVERIFY(v.breaks[0].line == 5 && v.breaks[0].what == What::link);
        }
    }

    void breaksAreLaidToTheirLine() {
        const auto good = chain(dialect("sorted-compact", "{body}"), 60, compact);
        const auto first = [&](const std::vector<std::string>& lines) {
            const PlainVerdict v = judge(joined(lines));
            if (v.level != Level::broken) qFatal("%s", nlohmann::json(v).dump().c_str());
            return std::tuple(v.breaks[0].what, v.breaks[0].line, v.breaks_n);
        };
        for (const std::size_t at : {0U, 1U, 30U, 59U}) {
            auto lines = good;
            lines[at].replace(lines[at].find("Müller"), 1, "N");
            QVERIFY(first(lines) == std::tuple(What::changed, at + 1, std::uint64_t{1}));
        }
        auto lines = good;
        lines.erase(lines.begin() + 20);
        QVERIFY(first(lines) == std::tuple(What::link, std::uint64_t{21}, std::uint64_t{1}));
        lines = good;
        std::swap(lines[5], lines[6]);
        QVERIFY(first(lines) == std::tuple(What::link, std::uint64_t{6}, std::uint64_t{3}));
        lines = good;
        lines[9] = "{\"entry_hash\":";
        QVERIFY(first(lines) == std::tuple(What::unreadable, std::uint64_t{10}, std::uint64_t{1}));
        lines = good; // the forger computes the hash of his record again, but not those after it
        auto shorter = chain(dialect("sorted-compact", "{body}"), 30, compact);
        JsonNode record = *readJson(lines[29]);
        const std::string changed = joined({lines[29]}).replace(lines[29].find("Müller"), 1, "N");
        JsonNode other = *readJson(changed);
        const PlainDialect d = dialect("sorted-compact", "{body}");
        const std::string hash = toHex(*d.digest(*d.hashed(changed, other)));
        lines[29] = changed.substr(0, changed.find("entry_hash") + 13) + hash + "\"}";
        QVERIFY(first(lines) == std::tuple(What::link, std::uint64_t{31}, std::uint64_t{1}));
    }

    void onlyAPinTellsAboutTheEnd() {
        const auto good = chain(dialect("sorted-compact", "{body}"), 12, compact);
        PlainOptions o;
        o.pin = judge(joined(good)).head;
        const PlainVerdict whole = judge(joined(good), o);
        QVERIFY(whole.level == Level::anchored && whole.ok());
        auto cut = good;
        cut.resize(8);
        QVERIFY(judge(joined(cut)).level == Level::holds);
        QVERIFY(judge(joined(cut), o).level == Level::wrong_end);
        QVERIFY(explain(judge(joined(cut))).find("not signed") != std::string::npos);
    }

    void whatIsNotKnownIsSaid() {
        const auto v = judge("{\"a\":1}\n{\"a\":2}\n");
        QVERIFY(v.level == Level::not_chained && !v.dialect);
        // Hashes of a secret: the links can be followed, the contents not.
        std::string text, prev = std::string(64, '0');
        for (int i = 0; i < 5; ++i) {
            const std::string hash = sha256Hex("secret" + std::to_string(i));
            text += fmt::format("{{\"n\":{},\"prev_hash\":\"{}\",\"hash\":\"{}\"}}\n", i, prev, hash);
            prev = hash;
        }
        QVERIFY(judge(text).level == Level::links_hold);
        QVERIFY(judge("").level == Level::not_chained && judge("no json\n").level == Level::not_chained);
        QVERIFY(judge(std::string(100'000, '[')).level == Level::not_chained);
        QVERIFY(looksPlain("\xef\xbb\xbf {\"a\":1}") && !looksPlain("trace-bundle/v1\n") && !looksPlain(""));
    }

    void aDialectFileDescribesAnyOther() {
        const auto d = PlainDialect::parse(R"({"schema":"tally-dialect/v1","hash":"h","prev":"p",
            "algorithm":"sha384","message":"{field:n};{field:who};{prev}"})");
        QVERIFY(d.has_value());
        QVERIFY(*PlainDialect::parse(d->text()) == *d);
        std::string text, prev;
        for (int i = 0; i < 6; ++i) {
            const std::string hash = toHex(*d->digest(fmt::format("{};zoë;{}", i, prev)));
            text += fmt::format("{{\"n\":{},\"who\":\"zoë\",\"p\":\"{}\",\"h\":\"{}\"}}\r\n", i, prev, hash);
            prev = hash;
        }
        PlainOptions o;
        o.dialect = *d;
        QVERIFY(judge(text, o).level == Level::holds);
        text.replace(text.find("\"n\":3"), 5, "\"n\":4");
        QVERIFY(judge(text, o).breaks.at(0).line == 4);
        for (const char* bad : {"[]", "{}", R"({"schema":"tally-dialect/v1"})",
                                R"({"schema":"tally-dialect/v1","prev":"p","body":"x"})",
                                R"({"schema":"tally-dialect/v1","prev":"p","what":"x"})",
                                R"({"schema":"tally-dialect/v1","prev":3})"})
            QCOMPARE(PlainDialect::parse(bad).error().code, "dialect.format"s);
        QCOMPARE(
            PlainDialect::parse(R"({"schema":"tally-dialect/v1","prev":"p","algorithm":"x"})").error().code,
            "dialect.algorithm"s);
    }

    void canonicalJsonIsThatOfRfc8785() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const std::string folder = spec + "/conformance/jcs-cyberphone/testdata/";
        const auto inputs = test::filesBelow(folder + "input", ".json");
        QVERIFY(inputs.size() == 6);
        for (const std::string& path : inputs) {
            const auto node = readJson(test::readFile(path));
            QVERIFY2(node.has_value(), path.c_str());
            const std::string name = path.substr(path.rfind('/') + 1);
            QCOMPARE(QString::fromStdString(writeJson(*node, jcs_form)),
                     QString::fromStdString(test::readFile(folder + "output/" + name)));
        }
        std::istringstream numbers(test::readFile(spec + "/conformance/extracted/es6numbers-10000.txt"));
        int n = 0;
        for (std::string line; std::getline(numbers, line); ++n) {
            const std::size_t comma = line.find(',');
            const std::uint64_t bits = std::stoull(line.substr(0, comma), nullptr, 16);
            double value = 0;
            std::memcpy(&value, &bits, sizeof value);
            QCOMPARE(QString::fromStdString(es6Number(value)),
                     QString::fromStdString(line.substr(comma + 1)));
        }
        QCOMPARE(n, 10'000);
    }

    void jsonTestSuiteNeverCrashes() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto files = test::filesBelow(spec + "/conformance/jsontestsuite/test_parsing", ".json");
        QVERIFY(files.size() > 300);
        for (const std::string& path : files) {
            const auto node = readJson(test::readFile(path));
            const std::string name = path.substr(path.rfind('/') + 1);
            if (name[0] == 'y') QVERIFY2(node.has_value(), name.c_str());
            if (name[0] == 'n') QVERIFY2(!node.has_value(), name.c_str());
            if (node) QVERIFY(readJson(writeJson(*node, jcs_form)).has_value());
        }
    }
};

TALLY_TEST(TestPlainLog)
#include "test_plain_log.moc"
