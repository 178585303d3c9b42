#include "core/context/licence_gold.h"
#include "core/route/licence_classifier.h"
#include "core/route/licence_training.h"
#include "core/route/text_classifier.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::route;

namespace {
const std::string samples = TALLY_SOURCE_DIR "/resources/samples";
} // namespace

class LicenceClassifierTest : public QObject {
    Q_OBJECT
    std::shared_ptr<context::LicenceTable> table_;
    std::vector<Example> examples_;
    std::string model_;

private slots:
    void initTestCase() {
        DiskFileSystem disk;
        auto table = context::LicenceTable::parse(*disk.read(samples + "/licences.json", 1U << 24));
        QVERIFY(table.has_value());
        table_ = std::make_shared<context::LicenceTable>(std::move(*table));
        auto examples = trainingExamples(disk, samples, *table_);
        QVERIFY2(examples.has_value(), examples ? "" : examples.error().text().c_str());
        examples_ = std::move(*examples);
        QVERIFY(examples_.size() > 500);
        const auto trained = TextClassifier::train(examples_);
        QVERIFY(trained.has_value());
        model_ = trained->save();
    }
    void featuresAreStable() {
        const auto a = hashedNgrams("Version 2, or (at your option)", 1U << 15, 0);
        QCOMPARE(a.size(), std::size_t{18 - 3}); // 6 + 5 + 4 runs of words, no two alike
        double norm = 0;
        for (const auto& f : a)
            norm += static_cast<double>(f.value) * static_cast<double>(f.value);
        QVERIFY(std::abs(norm - 1) < 1e-5);
        QVERIFY(hashedNgrams("", 16, 0).empty());
        QCOMPARE(hashedNgrams("a b c d", 1U << 15, 2).size(), hashedNgrams("a b", 1U << 15, 0).size());
    }
    void trainingIsDeterministic() {
        std::vector<Example> few;
        for (std::size_t i = 0; i < examples_.size(); i += 6)
            few.push_back(examples_[i]);
        const auto a = TextClassifier::train(few), b = TextClassifier::train(few);
        QVERIFY(a && b);
        QCOMPARE(a->save(), b->save());
    }
    void savesAndLoads() {
        const auto loaded = TextClassifier::load(model_);
        QVERIFY(loaded.has_value());
        QCOMPARE(loaded->save(), model_);
        QCOMPARE(TextClassifier::load(model_)->predict(examples_[3].text),
                 loaded->predict(examples_[3].text));
        auto broken = model_;
        broken[model_.size() / 2] = static_cast<char>(broken[model_.size() / 2] ^ 1);
        QVERIFY(!TextClassifier::load(broken));
        QVERIFY(!TextClassifier::load(model_.substr(0, 100)));
        QVERIFY(!TextClassifier::load(""));
    }
    void refusesToLearnFromNothing() {
        QVERIFY(!TextClassifier::train({}));
        QVERIFY(!TextClassifier::train({{"a b c", {}, ""}}));
        QVERIFY(!TextClassifier::train({{"a b c", {"x"}, ""}}));
    }
    /// A model that never saw every fourth committed document judges the passages of those.
    void isRightOnDocumentsThatItNeverSaw() {
        std::vector<Example> train, judged;
        std::set<std::string> groups;
        for (const auto& e : examples_)
            groups.insert(e.group);
        std::set<std::string> held;
        std::size_t i = 0;
        for (const auto& g : groups)
            if (!g.empty() && ++i % 4 == 0) held.insert(g);
        for (const auto& e : examples_)
            (held.count(e.group) > 0 ? judged : train).push_back(e);
        QVERIFY(held.size() >= 10);
        auto trained = TextClassifier::train(train);
        QVERIFY(trained.has_value());
        const LicenceClassifier model(std::move(*trained));
        int clear = 0, right = 0;
        for (const auto& e : judged) {
            const auto j = model.judge(e.text);
            if (!j.clear) continue;
            ++clear;
            auto wanted = std::set<std::string>(e.labels.begin(), e.labels.end());
            wanted.erase(grant_label);
            right += j.decided == wanted ? 1 : 0;
        }
        const auto share = static_cast<double>(clear) / static_cast<double>(judged.size()),
                   accuracy = static_cast<double>(right) / std::max(clear, 1);
        qInfo("%zu passages of unseen documents: %.0f%% clear, %.1f%% of those right", judged.size(),
              share * 100, accuracy * 100);
        QVERIFY2(share >= 0.6, "too few clear passages");
        QVERIFY2(accuracy >= 0.93, "too many wrong among the clear passages");
    }
    void answersPerPassage() {
        auto loaded = TextClassifier::load(model_);
        const LicenceClassifier model(std::move(*loaded));
        ModelCall call;
        const auto isc = "Permission to use, copy, modify, and distribute this software for any purpose with "
                         "or without fee is hereby granted, provided that "
                         "the above copyright notice and this permission notice appear in all copies.";
        call.messages = {
            {"user", nlohmann::json::array(
                         {{{"text", isc}}, {{"text", "The file list was reviewed for the last release."}}})
                         .dump()}};
        const auto answer = model.answer(call, CancelToken());
        QVERIFY(answer.has_value());
        const auto out = nlohmann::json::parse(answer->text);
        QCOMPARE(out["passages"].size(), std::size_t{2});
        QVERIFY(out["licences"] == nlohmann::json::array({"ISC"}));
        QVERIFY(out["clear"].get<bool>());
        QVERIFY(!model.answer(ModelCall(), CancelToken()).has_value());
        const CancelToken cancelled;
        cancelled.cancel();
        QVERIFY(!model.answer(call, cancelled).has_value());
        QVERIFY(!model.describe().empty());
    }
};

TALLY_TEST(LicenceClassifierTest)
#include "test_licence_classifier.moc"
