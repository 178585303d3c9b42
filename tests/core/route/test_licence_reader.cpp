#include "core/base/file.h"
#include "core/route/extractive_reader.h"
#include "core/route/licence_functions.h"
#include "core/route/licence_reader.h"
#include "core/route/licence_wording.h"
#include "core/route/triage_score.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::route;
using nlohmann::json;

namespace {
const std::string samples = TALLY_SOURCE_DIR "/resources/samples";

std::string first(std::string_view text) {
    const auto found = licencesByWording(text);
    return found.empty() ? std::string() : found[0].id;
}
} // namespace

class LicenceReaderTest : public QObject {
    Q_OBJECT
    std::shared_ptr<context::LicenceTable> table_;

    json answer(const std::string& prompt, double ability, std::uint64_t seed) {
        provider::SimProfile profile;
        profile.ability = ability;
        ModelCall call;
        call.messages = {{"user", prompt}};
        return json::parse(LicenceReader(table_).answer(call, profile, seed), nullptr, false);
    }

private slots:
    void initTestCase() {
        auto table =
            context::LicenceTable::parse(*DiskFileSystem().read(samples + "/licences.json", 1U << 24));
        QVERIFY(table.has_value());
        table_ = std::make_shared<context::LicenceTable>(std::move(*table));
    }
    void countsMicroF1() {
        SetCounts all = compareSets({"A", "B"}, {"B", "C"});
        QCOMPARE(all, (SetCounts{1, 1, 1}));
        all += compareSets({"A"}, {"A"});
        QCOMPARE(all, (SetCounts{2, 1, 1}));
        QCOMPARE(all.precision(), 2.0 / 3);
        QCOMPARE(all.recall(), 2.0 / 3);
        QCOMPARE(all.f1(), 4.0 / 6);
        QCOMPARE(SetCounts().f1(), 1.0);
        QCOMPARE(compareSets({"A"}, {}).f1(), 0.0);
    }
    void normalisesAnswers() {
        const auto set = answerLicences(json{{"licences", {"gpl-2+", "Expat", "my own", 3}}}, *table_);
        QCOMPARE(set, (context::LicenceSet{"GPL-2.0-or-later", "MIT", "my own"}));
        QVERIFY(answerLicences("text", *table_).empty());
        QVERIFY(answerLicences(json{{"licences", "MIT"}}, *table_).empty());
    }
    void readsGnuWording() {
        QCOMPARE(
            first("under the terms of the GNU General Public License as published by the Free Software "
                  "Foundation; either version 2 of the License, or (at "
                  "your option) any later version. See the GNU General Public License for more details."),
            std::string("GPL-2.0-or-later"));
        QCOMPARE(first("GNU Lesser General Public License, version 2.1, as published"),
                 std::string("LGPL-2.1-only"));
        QCOMPARE(first("version 3 or any later version of the GNU General Public License"),
                 std::string("GPL-3.0-or-later"));
        QCOMPARE(first("the GNU Affero General Public License version 3 only, not any later version"),
                 std::string("AGPL-3.0-only"));
        QCOMPARE(licencesByWording("GNU General Public License")[0].certainty, 0.5);
        QVERIFY(licencesByWording("The weather report, version 2.").empty());
    }
    void cutsPromptsIntoRegions() {
        const auto r = textRegions("one\ntwo\n\nTerms:\n a\n .\n b\nComment: c\n");
        QCOMPARE(r.size(), std::size_t{3});
        QVERIFY(r[1].text.find(" b") != std::string::npos);
    }
    void readsOnlyThePrompt() {
        const auto a = answer("question <document>\nThis file is in the public domain.", 1, 1);
        QVERIFY(a["licences"] == json::array({"LicenseRef-public-domain"}));
        QVERIFY(answer("question about the public domain <document>\nnothing", 1, 1)["licences"].empty());
    }
    void isDeterministicAndFallible() {
        std::string prompt = "<document>\n";
        for (int i = 0; i < 30; ++i)
            prompt += "This file is in the public domain.\n\n";
        QVERIFY(answer(prompt, 0.5, 7) == answer(prompt, 0.5, 7));
        int missed = 0, malformed = 0;
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            const auto a = answer("<document>\nThis file is in the public domain.", 0.5, seed);
            malformed += a.is_object() ? 0 : 1;
            missed += a.is_object() && a["licences"].empty() ? 1 : 0;
        }
        QVERIFY(missed > 5 && missed < 100);
        QVERIFY(malformed > 5 && malformed < 60);
    }
    void missesMoreInLongPromptsAndWeakModels() {
        QVERIFY(missChance(0.9, 1000, 0) < missChance(0.9, 100'000, 0));
        QVERIFY(missChance(0.9, 1000, 0) < missChance(0.9, 1000, 0.5));
        QVERIFY(missChance(0.9, 1000, 0.5) < missChance(0.7, 1000, 0.5));
        QCOMPARE(missChance(1, 1e6, 0.5), 0.0);
        QCOMPARE(missChance(0, 1e9, 0.5), 0.5);
    }
    void extractsSentences() {
        ModelCall call;
        call.max_tokens = 40;
        call.messages = {{"user", "what about the warranty? <document> The sky is blue today. There is no "
                                  "warranty for this program. Birds sing in the trees."}};
        const auto a = ExtractiveReader(1).answer(call, CancelToken());
        QCOMPARE(a->text, std::string("There is no warranty for this program."));
        call.messages[0].text = "no marker";
        QVERIFY(!ExtractiveReader().answer(call, CancelToken()));
    }
    void functionsReadRedactAndMerge() {
        const auto loaded = SampleModels::load(samples);
        QVERIFY(loaded.has_value());
        auto f = licenceFunctions(*loaded);
        const auto files = f.at("copyright.list").call({{"machine", false}, {"limit", 3}}, {});
        QCOMPARE(files->size(), std::size_t{3});
        const auto read = f.at("copyright.read").call({{"path", (*files)[0]["path"]}}, {});
        QVERIFY(read.has_value());
        QVERIFY((*read)["text"].get<std::string>().find("License:") == std::string::npos);
        QCOMPARE(f.at("copyright.read").call({{"path", "/etc/passwd"}}, {}).error().code,
                 std::string("file.not_allowed"));
        QVERIFY(!f.at("copyright.read").call(json::object(), {}));

        std::string text;
        for (int i = 0; i < 1000; ++i)
            text += "line " + std::to_string(i) + "\n";
        const auto chunks =
            *f.at("text.chunks").call({{"text", text}, {"max_tokens", 500}, {"overlap_tokens", 10}}, {});
        QVERIFY(chunks.size() > 4);
        for (const auto& c : chunks)
            QVERIFY(c.get<std::string>().size() <= 2000 && c.get<std::string>().rfind("line", 0) == 0);
        QCOMPARE(f.at("text.chunks").call({{"text", "a"}}, {})->size(), std::size_t{1});

        const json local{{"licences", {"MIT"}}, {"clear", false}, {"confidence", 0.9}};
        const json small{{"licences", {"ISC"}}, {"confidence", 0.5}},
            large{{"licences", {"GPL-2.0-only"}}, {"confidence", 0.8}};
        const auto merged = *f.at("licences.answer")
                                 .call({{"answers", json::array({local, json::array({small, large})})}}, {});
        QVERIFY(merged["licences"] == json::array({"GPL-2.0-only", "MIT"}));
        QVERIFY(merged["copyleft"] == json("strong"));
        QVERIFY(merged["needs_person"] == json(false));
        const auto failed =
            *f.at("licences.answer")
                 .call({{"answers", json::array({local, json::array({nullptr, "{broken"})})}}, {});
        QVERIFY(failed["needs_person"] == json(true));
    }
};

TALLY_TEST(LicenceReaderTest)
#include "test_licence_reader.moc"
