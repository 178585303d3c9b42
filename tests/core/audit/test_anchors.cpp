// What others sign besides the log's keys: time stamping authorities and the organisation.
#include "core/audit/org_key.h"
#include "core/audit/org_sign.h"
#include "core/audit/timestamp.h"
#include "core/audit/verifier.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/core/audit/support_tsa.h"
#include "tests/support/suite.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <fmt/format.h>

#include <fstream>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
constexpr std::int64_t mid_2020 = 1'593'600'000;

Verdict judge(const std::string& bundle, const VerifyOptions& options) {
    auto v = verifyData(BundleData::fromBytes(bundle), options);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(v->verdict);
}
const Finding* find(const Verdict& v, std::string_view code) {
    for (const Finding& f : v.findings)
        if (f.code == code) return &f;
    return nullptr;
}
std::string newestText(test::TestLog& log) {
    return parseNote(log.checkpoints()->back())->text;
}
std::string anchor(std::uint64_t size, const Bytes& token) {
    return fmt::format("{{\"kind\":\"rfc3161\",\"size\":{},\"token\":\"{}\"}}\n", size, toBase64(token));
}
std::string withAnchors(test::TestLog& log, const std::string& anchors) {
    BundleOptions o;
    o.anchors = anchors;
    return log.bundle(o);
}
VerifyOptions trusting(const std::string& pem) {
    VerifyOptions o;
    o.tsa = *TsaTrust::fromPem(pem);
    return o;
}
} // namespace

class TestAnchors : public QObject {
    Q_OBJECT

private slots:
    void aTrustedTimeStampShowsItsTime() {
        test::TestLog log = test::TestLog::random(71, 4);
        const test::TestTsa tsa("Example TSA");
        const auto size = log.lines().size();
        const std::string bundle =
            withAnchors(log, "{\"kind\":\"other\"}\n" + anchor(size, tsa.stamp(newestText(log), mid_2020)));
        const Verdict v = judge(bundle, trusting(tsa.caPem()));
        QVERIFY2(v.ok, nlohmann::json(v).dump().c_str());
        const TimestampSeen expected{static_cast<std::int64_t>(size), mid_2020, "CN=Example TSA", true};
        QVERIFY2(v.timestamps == std::vector{expected}, nlohmann::json(v).dump().c_str());
        QVERIFY(nlohmann::json(v)["compared"]["timestamps"][0]["checked"] == true);
        QVERIFY(find(v, "W_TIMESTAMP_UNCHECKED") == nullptr);
    }

    void withoutAnAuthorityNothingIsClaimed() {
        test::TestLog log = test::TestLog::random(72, 4);
        const test::TestTsa tsa("Example TSA");
        const Verdict v =
            judge(withAnchors(log, anchor(log.lines().size(), tsa.stamp(newestText(log), mid_2020))), {});
        QVERIFY(v.ok && v.timestamps.size() == 1 && !v.timestamps[0].checked);
        const Finding* f = find(v, "W_TIMESTAMP_UNCHECKED");
        QVERIFY(f != nullptr && f->derived && f->message.find("no certificate") != std::string::npos);
        const auto without = nlohmann::json(judge(log.bundle(), {}));
        QVERIFY(!without["compared"].contains("timestamps") && !without["compared"].contains("organisation"));
    }

    void everyFalseTimeStampIsRefused() {
        test::TestLog log = test::TestLog::random(73, 4);
        const test::TestTsa tsa("Example TSA"), stranger("Example TSA");
        const std::string text = newestText(log);
        const auto size = log.lines().size();
        const Bytes good = tsa.stamp(text, mid_2020);
        Bytes broken = good, cut = good;
        broken[broken.size() - 5] ^= 1; // inside the signature
        cut.pop_back();
        const std::string wrong[] = {anchor(size, tsa.stamp(text + "x", mid_2020)),
                                     anchor(size, stranger.stamp(text, mid_2020)),
                                     anchor(size, tsa.stamp(text, mid_2020 + 400 * 86'400)), // expired then
                                     anchor(size, broken),
                                     anchor(size, cut),
                                     anchor(size, {}),
                                     anchor(size - 1, good),
                                     anchor(1'000'000'000'000, good),
                                     "{\"kind\":\"rfc3161\"}\n",
                                     "{\"kind\":\"rfc3161\",\"size\":-3,\"token\":\"!\"}\n"};
        for (const std::string& line : wrong) {
            const Verdict v = judge(withAnchors(log, line), trusting(tsa.caPem()));
            QVERIFY2(!v.ok && find(v, "BAD_TIMESTAMP") != nullptr && v.timestamps.empty(), line.c_str());
            QVERIFY(judge(withAnchors(log, line), {}).ok); // who names no authority is told nothing false
        }
        QCOMPARE(TsaTrust::fromPem("nothing").error().code, "tsa.ca"s);
    }

    void theOrganisationSignsToo() {
        const QTemporaryDir dir;
        const auto [secret, open] = test::makeP256();
        const std::string path = dir.filePath(QStringLiteral("org.pem")).toStdString();
        std::ofstream(path) << secret;
        const auto signer = OrgSigner::open(path);
        QVERIFY(signer.has_value());
        const auto key = OrgKey::fromPem(open);
        QVERIFY(key && key->fingerprint() == signer->publicKey().fingerprint());

        test::TestLog log = test::TestLog::random(74, 6);
        test::BundleParts parts(log.bundle());
        auto notes = *log.checkpoints();
        const auto put = [&] {
            parts[Section::checkpoints] = test::countedList(notes);
            return parts.bundle();
        };
        VerifyOptions o;
        o.org_key = *key;
        QCOMPARE(*judge(put(), o).organisation, "missing"s);
        QVERIFY(find(judge(put(), o), "BAD_ORG_SIGNATURE") != nullptr);

        const std::string bare = notes.back();
        notes.back() += *signer->line(parseNote(bare)->text, log.origin());
        const std::string signed_bundle = put();
        const Verdict v = judge(signed_bundle, o);
        QVERIFY2(v.ok && v.organisation == "match", nlohmann::json(v).dump().c_str());
        const Verdict ignored = judge(signed_bundle, {});
        QVERIFY(ignored.ok && !ignored.organisation); // the line of an unknown key

        VerifyOptions other;
        other.org_key = *OrgKey::fromPem(test::makeP256().second);
        QCOMPARE(*judge(signed_bundle, other).organisation, "missing"s);
        notes.back() = bare + *signer->line(parseNote(bare)->text + "x", log.origin());
        const Verdict forged = judge(put(), o);
        QVERIFY(!forged.ok && forged.organisation == "mismatch" && judge(put(), {}).ok);
    }

    void anExportIsSignedAfterwards() {
        const QTemporaryDir dir;
        const auto [secret, open] = test::makeP256();
        const std::string path = dir.filePath(QStringLiteral("org.pem")).toStdString();
        std::ofstream(path) << secret;
        const auto signer = *OrgSigner::open(path);
        test::TestLog log = test::TestLog::random(75, 8);
        BundleOptions range;
        range.first = 20;
        for (const std::string& bundle : {log.bundle(), log.bundle(range)}) {
            VerifyOptions o;
            o.pin = log.fingerprint();
            const Verdict before = judge(bundle, o);
            const auto once = signedBundle(bundle, signer);
            QVERIFY(once && *once != bundle);
            QVERIFY(judge(*once, o) == before); // whoever does not ask for it sees no difference
            o.org_key = *OrgKey::fromPem(open);
            const Verdict v = judge(*once, o);
            QVERIFY2(v.ok && v.level == VerdictLevel::pinned && v.organisation == "match",
                     nlohmann::json(v).dump().c_str());
            const auto twice = signedBundle(*once, signer); // replaced, not added
            QVERIFY(twice && parseNote(splitCounted((*parseSections(*twice))[Section::checkpoints])->back())
                                     ->signatures.size() == 2);
            QVERIFY(judge(*twice, o).ok);
        }
        QCOMPARE(signedBundle(log.bundle().substr(0, 500), signer).error().code, "container.truncated"s);
        test::BundleParts unsealed(log.bundle());
        unsealed[Section::checkpoints].clear();
        QCOMPARE(signedBundle(unsealed.bundle(), signer).error().code, "export.unsigned"s);
    }

    /// Once with a real token, so that what stands in the way is seen: SoftHSM and OpenSSL's engine for it.
    void aKeyInATokenSigns() {
        const QString util = QStandardPaths::findExecutable(QStringLiteral("softhsm2-util"));
        QString module;
        for (const char* path :
             {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
              "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"})
            if (QFile::exists(QString::fromLatin1(path))) module = QString::fromLatin1(path);
        if (util.isEmpty() || module.isEmpty())
            QSKIP("no SoftHSM here (Debian: softhsm2, libengine-pkcs11-openssl)");
        const QTemporaryDir dir;
        const auto file = [&](const char* name, const std::string& content) {
            const std::string path = dir.filePath(QString::fromLatin1(name)).toStdString();
            std::ofstream(path) << content;
            return path;
        };
        QDir(dir.path()).mkdir(QStringLiteral("tokens"));
        const std::string conf = file("softhsm2.conf", "directories.tokendir = " + dir.path().toStdString() +
                                                           "/tokens\nobjectstore.backend = file\n");
        qputenv("SOFTHSM2_CONF", QByteArray::fromStdString(conf));
        qputenv("PKCS11_MODULE_PATH", module.toLocal8Bit());
        const auto [secret, open] = test::makeP256();
        const std::string key = file("org.pem", secret), pin = file("pin", "4711");
        const auto run = [&](const QStringList& arguments) {
            return QProcess::execute(util, arguments) == 0;
        };
        QVERIFY(run({"--init-token", "--free", "--label", "tally", "--so-pin", "0815", "--pin", "4711"}));
        QVERIFY(run({"--import", QString::fromStdString(key), "--token", "tally", "--label", "org", "--id",
                     "01", "--pin", "4711"}));
        const std::string uri = "pkcs11:token=tally;object=org;type=private?pin-source=file:" + pin;
        const auto signer = OrgSigner::open(uri);
        if (!signer && signer.error().code == "org.pkcs11") QSKIP("OpenSSL has nothing for PKCS#11 here");
        QVERIFY2(signer.has_value(), signer ? "" : signer.error().text().c_str());
        QCOMPARE(signer->publicKey().fingerprint(), OrgKey::fromPem(open)->fingerprint());
        test::TestLog log = test::TestLog::random(76, 4);
        const auto bundle = signedBundle(log.bundle(), *signer);
        QVERIFY(bundle.has_value());
        VerifyOptions o;
        o.org_key = *OrgKey::fromPem(open);
        const Verdict v = judge(*bundle, o);
        QVERIFY2(v.ok && v.organisation == "match", nlohmann::json(v).dump().c_str());
        QVERIFY(!OrgSigner::open("pkcs11:token=tally;object=other?pin-source=file:" + pin));
    }

    void keysThatAreNoneAreRefused() {
        QCOMPARE(OrgKey::fromPem("x").error().code, "org.key"s);
        QCOMPARE(OrgSigner::open("/does/not/exist").error().code, "file.missing"s);
        QCOMPARE(OrgSigner::open("pkcs11:token=none;object=none").error().code, "org.pkcs11"s);
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("k.pem")).toStdString();
        std::ofstream(path) << test::makeP256().second; // only the public half
        QCOMPARE(OrgSigner::open(path).error().code, "org.key"s);
    }

    void wycheproofEcdsaIsJudgedAsPublished() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto all = nlohmann::json::parse(
            test::readFile(spec + "/conformance/wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_test.json"));
        int tests = 0;
        for (const auto& group : all["testGroups"]) {
            const auto key = OrgKey::fromPem(group["publicKeyPem"].get<std::string>());
            QVERIFY(key.has_value());
            for (const auto& t : group["tests"]) {
                const auto message = *fromHex(t["msg"].get<std::string>());
                const auto signature = *fromHex(t["sig"].get<std::string>());
                QVERIFY2(key->verify(asText(message), signature) == (t["result"] == "valid"),
                         t.dump().c_str());
                ++tests;
            }
        }
        QVERIFY(tests > 400);
    }
};

TALLY_TEST(TestAnchors)
#include "test_anchors.moc"
