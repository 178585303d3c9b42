// 1,000 random mutations of random logs: always noticed, laid to the right records when the hash list is
// intact, and judged as the reference verifier of the specification judges them. Other seeds and numbers:
// TALLY_MUTATION_SEED and TALLY_MUTATIONS.
#include "core/audit/verifier.h"
#include "tests/core/audit/support_mutation.h"
#include "tests/core/audit/support_random_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <fmt/format.h>

#include <fstream>
#include <map>

using namespace tally;
using namespace tally::audit;
using test::Damage;
using test::Mutant;

namespace {
constexpr int mutations_per_log = 8;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    bool good = false;
    const auto value = qEnvironmentVariable(name).toULongLong(&good);
    return good ? value : otherwise;
}

VerifyOptions optionsOf(const Mutant& m) {
    VerifyOptions o;
    o.threads = 1;
    o.pin = m.pin;
    o.memory = m.memory;
    return o;
}

Verdict judge(const std::string& bundle, const VerifyOptions& options) {
    auto v = verifyData(BundleData::fromBytes(bundle), options);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(v->verdict);
}

/// Nothing, or what the verdict says too much or too little about the damaged records.
std::string misplaced(const Verdict& v, const std::vector<Damage>& damage) {
    const auto at = [](const Damage& d, std::int64_t seq) {
        return seq == static_cast<std::int64_t>(d.seq) || d.also.count(static_cast<std::uint64_t>(seq)) != 0;
    };
    for (const Finding& f : v.findings) {
        if (f.derived || f.warning) continue;
        if (!f.seq) return "a finding without a place: " + f.code;
        for (std::int64_t seq = *f.seq; seq <= f.to_seq.value_or(*f.seq); ++seq) {
            const bool known = std::any_of(damage.begin(), damage.end(), [&](const Damage& d) {
                return at(d, seq) && d.codes.count(f.code) != 0;
            });
            if (!known) return fmt::format("{} at {}", f.code, seq);
        }
    }
    for (const Damage& d : damage) {
        std::set<std::string> fields;
        bool reported = false, restored = !d.original;
        for (const Finding& f : v.findings) {
            if (f.derived || f.warning || d.codes.count(f.code) == 0) continue;
            bool here = false;
            for (std::int64_t seq = *f.seq; seq <= f.to_seq.value_or(*f.seq); ++seq)
                here = here || at(d, seq);
            if (!here) continue;
            reported = true;
            if (f.field) fields.insert(*f.field);
            restored = restored || (f.proven && f.original == d.original);
        }
        if (!reported) return fmt::format("nothing about {}", d.seq);
        if (!d.fields.empty() && fields != d.fields)
            return fmt::format("fields {} at {}", fmt::join(fields, ","), d.seq);
        if (!restored) return fmt::format("the original at {} is not proven", d.seq);
    }
    return {};
}

std::string key(const nlohmann::json& f, bool with_original) {
    nlohmann::json j;
    for (const char* k : {"code", "severity", "seq", "to_seq", "pos", "field", "stored", "expected"})
        j.push_back(f[k]);
    // How a literal null and nested values are shown is not specified, nor how the two states of a log are
    // named whose past differs from the memory.
    if (f["code"] == "ROLLBACK" || f["code"] == "FORK") j[6] = j[7] = nullptr;
    if (j[6] == "null") j[6] = nullptr;
    if (j[6].is_string() && j[6].get<std::string>().find_first_of("{[") == 0) j[6] = "nested";
    if (with_original) {
        j.push_back(f["original"]);
        j.push_back(f["proven"]);
    }
    return j.dump();
}

/// Where two verdicts differ, derived findings and sentences aside. More originals than the reference found
/// are no difference: "a verifier MAY try more" (10.5).
std::string difference(const nlohmann::json& ours, const nlohmann::json& theirs) {
    if (theirs.contains("crash")) return "the reference failed: " + theirs.dump();
    // The reference also reads hex digits in capitals, which section 2 does not allow.
    const auto has = [](const nlohmann::json& v, const char* code) {
        return std::any_of(v["findings"].begin(), v["findings"].end(),
                           [&](const auto& f) { return f["code"] == code; });
    };
    if (has(ours, "OPENING_FORMAT") && !has(theirs, "OPENING_FORMAT")) return {};
    std::multiset<std::string> exact, loose;
    bool restored_more = false;
    for (const auto& f : theirs["findings"]) {
        if (f["derived"] == true) continue;
        exact.insert(key(f, true));
        loose.insert(key(f, false));
    }
    for (const auto& f : ours["findings"]) {
        if (f["derived"] == true) continue;
        const auto found = loose.find(key(f, false));
        if (found == loose.end()) return "only ours: " + f.dump();
        loose.erase(found);
        if (const auto same = exact.find(key(f, true)); same != exact.end())
            exact.erase(same);
        else if (f["proven"] == true)
            restored_more = true;
        else
            return "less than the reference: " + f.dump();
    }
    if (!loose.empty()) return "only the reference: " + *loose.begin();
    for (const char* k :
         {"verdict", "ok", "intact", "log", "origin", "fingerprint", "root", "first", "entries", "sealed_to",
          "sealed_ts_us", "unsealed", "checkpoints", "epochs", "compared", "totals"}) {
        if (ours[k] == theirs[k] || (restored_more && std::string_view(k) == "totals")) continue;
        return fmt::format("{}: {} instead of {}", k, ours[k].dump(), theirs[k].dump());
    }
    return {};
}

/// The reference verifier in one process, asked through its standard input.
class Reference {
public:
    bool start() {
        const std::string spec = test::specDir();
        const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (spec.empty() || python.isEmpty()) return false;
        answers_ = folder_.filePath(QStringLiteral("answers"));
        process_.setStandardOutputFile(answers_);
        process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process_.start(python, {QStringLiteral(TALLY_SOURCE_DIR "/tests/core/audit/reference_verdicts.py"),
                                QString::fromStdString(spec + "/ref")});
        return process_.waitForStarted();
    }
    void ask(std::size_t n, const Mutant& m) {
        const std::string path = folder_.filePath(QString::number(n)).toStdString();
        std::ofstream(path, std::ios::binary) << m.bundle;
        nlohmann::json request = {
            {"file", path}, {"pin", nullptr}, {"vkeys", nlohmann::json::array()}, {"memory", nullptr}};
        if (m.pin) request["pin"] = *m.pin;
        if (m.memory) request["memory"] = nlohmann::json::parse(m.memory->text());
        process_.write((request.dump() + "\n").c_str());
        process_.waitForBytesWritten(-1);
    }
    std::vector<nlohmann::json> answers() {
        process_.closeWriteChannel();
        process_.waitForFinished(-1);
        std::vector<nlohmann::json> out;
        std::ifstream in(answers_.toStdString());
        for (std::string line; std::getline(in, line);)
            out.push_back(nlohmann::json::parse(line));
        return out;
    }

private:
    QTemporaryDir folder_;
    QString answers_;
    QProcess process_;
};
} // namespace

class TestMutations : public QObject {
    Q_OBJECT

private slots:
    void untouchedLogsAreWhole() {
        const std::uint64_t from = setting("TALLY_MUTATION_SEED", 1);
        for (std::uint64_t seed = from; seed < from + 60; ++seed) {
            test::TestLog log = test::everyKind(seed);
            VerifyOptions o;
            o.pin = log.fingerprint();
            const Verdict v = judge(log.bundle(), o);
            QVERIFY2(v.level == VerdictLevel::pinned && v.findings.empty() && v.totals->complete,
                     nlohmann::json(v).dump().c_str());
        }
    }

    void everyMutationIsNoticedAndPlaced() {
        const std::uint64_t seed = setting("TALLY_MUTATION_SEED", 1);
        const std::uint64_t count = setting("TALLY_MUTATIONS", 1000);
        Reference reference;
        const bool compared = reference.start();
        std::vector<Mutant> mutants;
        std::vector<Verdict> verdicts;
        std::map<std::string, int> codes;
        QStringList wrong;
        const std::string keep = qEnvironmentVariable("TALLY_MUTATION_KEEP").toStdString();
        const auto report = [&](std::size_t i, const std::string& what) {
            const std::string text = fmt::format("seed {} no. {}: {}: {}", seed, i, mutants[i].what, what);
            wrong += QString::fromStdString(text);
            if (keep.empty()) return;
            const std::string path = fmt::format("{}/{}-{}", keep, seed, i);
            std::ofstream(path + ".tracelog", std::ios::binary) << mutants[i].bundle;
            std::ofstream(path + ".txt") << text << '\n'; // a failure's text is cut
        };
        while (mutants.size() < count) {
            const std::uint64_t number = seed * 100'003 + mutants.size();
            test::TestLog log = test::everyKind(number);
            test::Mutator mutator(log, number);
            for (int k = 0; k < mutations_per_log && mutants.size() < count; ++k) {
                mutants.push_back(mutator.next());
                const Mutant& m = mutants.back();
                if (compared) reference.ask(mutants.size() - 1, m);
                verdicts.push_back(judge(m.bundle, optionsOf(m)));
                const Verdict& v = verdicts.back();
                if (m.must_fail && v.ok) report(mutants.size() - 1, "not noticed");
                if (m.localised) {
                    const std::string bad = misplaced(v, m.damage);
                    if (!bad.empty())
                        report(mutants.size() - 1, bad + " in " + nlohmann::json(v)["findings"].dump());
                }
                for (const Finding& f : v.findings)
                    ++codes[f.code];
            }
        }
        QVERIFY2(codes.size() > 30, "the mutations are too much alike");
        if (compared) {
            const auto answers = reference.answers();
            QCOMPARE(answers.size(), mutants.size());
            for (std::size_t i = 0; i < answers.size(); ++i) {
                const std::string bad = difference(nlohmann::json(verdicts[i]), answers[i]);
                if (!bad.empty()) report(i, bad);
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
        if (!compared)
            QSKIP("without the reference verifier of the specification nothing was compared with it");
    }
};

TALLY_TEST(TestMutations)
#include "test_mutations.moc"
