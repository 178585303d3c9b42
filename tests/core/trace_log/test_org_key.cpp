// The organisation's signature under every checkpoint of a workspace: written, checked, and nothing sealed
// without its key.
#include "core/audit/org_seal.h"
#include "tests/core/trace_log/support_logs.h"
#include "tests/support/suite.h"

#include <QTest>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fstream>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
std::string freshKey() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

struct Company {
    test::TempWorkspace w;
    std::string pem = freshKey();

    [[nodiscard]] std::string path() const { return w.folder.path().toStdString() + "/org.pem"; }
    void bring(const std::string& content) const { std::ofstream(path()) << content; }
    void takeAway() const { std::filesystem::remove(path()); }
    /// As `tally log org-key set` does it.
    Status start(bool set) {
        TALLY_TRY(w.openStore());
        if (set) {
            TALLY_ASSIGN(const auto setting, orgKeyAt(path()));
            TALLY_TRY(storeOrgKey(w.store->writer().db(), setting));
        }
        TALLY_TRY(w.openLog());
        w.store->start();
        return {};
    }
    Result<Verification> verify() {
        const auto file = w.folder.path().toStdString() + "/v.tracelog";
        TALLY_TRY(exportWorkspace(w.dir(), file, {}));
        VerifyOptions options;
        TALLY_ASSIGN(const auto signer, OrgSigner::open(path()));
        options.org_key = signer.publicKey();
        return verifyFile(file, options);
    }
    /// Checkpoints, and those that carry a valid signature of the key.
    std::pair<std::int64_t, std::int64_t> counted() {
        const auto key = OrgSigner::open(path())->publicKey();
        std::pair<std::int64_t, std::int64_t> out{0, 0};
        auto db = *store::Store::openReadOnly(w.dir());
        auto q = *db.query("SELECT note FROM trace_checkpoints");
        while (*q.step()) {
            const auto note = parseNote(std::string(q.view(0)));
            ++out.first;
            if (key.verify(*note, w.log->origin()) == true) ++out.second;
        }
        return out;
    }
};
} // namespace

class TestOrgKey : public QObject {
    Q_OBJECT

private slots:
    void everyCheckpointIsSignedTwice() {
        Company c;
        c.bring(c.pem);
        TALLY_VERIFY_OK(c.start(true));
        QVERIFY2(c.w.log->opened().notice.empty(), c.w.log->opened().notice.c_str());
        TALLY_VERIFY_OK(c.w.write(test::work(c.w, "r-1")));
        TALLY_VERIFY_OK(c.w.log->sealNow(c.w.store->writer()));
        TALLY_VERIFY_OK(c.w.shutDown());
        TALLY_VERIFY_OK(c.start(false)); // the setting stays, and the handover of the start is signed too
        TALLY_VERIFY_OK(c.w.log->sealNow(c.w.store->writer()));
        const auto [all, with] = c.counted();
        QVERIFY(all >= 4);
        QCOMPARE(with, all);
        const auto v = c.verify();
        TALLY_VERIFY_OK(v);
        QVERIFY2(v->verdict.ok && v->verdict.organisation == "match", test::show(v->verdict).c_str());
        auto db = *store::Store::openReadOnly(c.w.dir());
        QCOMPARE(*db.scalar("SELECT count(*) FROM trace_steps WHERE instr(entry, 'organisation-key') > 0"),
                 1);
        QVERIFY(*db.scalar("SELECT count(*) FROM settings WHERE value LIKE '%PRIVATE%'") == 0);
    }

    void withoutItsKeyNothingIsSealed() {
        Company c;
        c.bring(c.pem);
        TALLY_VERIFY_OK(c.start(true));
        TALLY_VERIFY_OK(c.w.shutDown());
        c.takeAway();
        TALLY_VERIFY_OK(c.start(false));
        QVERIFY(c.w.log->opened().notice.find(c.path()) != std::string::npos);
        const auto before = c.w.log->sealedSize();
        TALLY_VERIFY_OK(c.w.write(test::work(c.w, "r-1"))); // what happens is recorded all the same
        const auto refused = c.w.log->sealNow(c.w.store->writer());
        QVERIFY(!refused && refused.error().code == "log.unsealed");
        QVERIFY(refused.error().message.find("org-key") != std::string::npos);
        QCOMPARE(c.w.log->sealedSize(), before);
        c.bring(freshKey()); // another key is no key
        c.w.clock.advanceUs(OrgSeal::retry_us);
        QVERIFY(!c.w.log->sealNow(c.w.store->writer()));
        c.bring(c.pem);
        c.w.clock.advanceUs(OrgSeal::retry_us);
        TALLY_VERIFY_OK(c.w.log->sealNow(c.w.store->writer()));
        const auto [all, with] = c.counted();
        QCOMPARE(with, all);
        QVERIFY(c.verify()->verdict.ok);
        TALLY_VERIFY_OK(c.w.shutDown());
    }

    void itIsRemovedByAnEntry() {
        Company c;
        c.bring(c.pem);
        TALLY_VERIFY_OK(c.start(true));
        TALLY_VERIFY_OK(c.w.shutDown());
        TALLY_VERIFY_OK(c.w.openStore());
        TALLY_VERIFY_OK(storeOrgKey(c.w.store->writer().db(), {}));
        TALLY_VERIFY_OK(c.w.openLog());
        c.w.store->start();
        TALLY_VERIFY_OK(c.w.log->sealNow(c.w.store->writer()));
        QCOMPARE(*c.verify()->verdict.organisation, "missing"s);
        auto db = *store::Store::openReadOnly(c.w.dir());
        QCOMPARE(*db.scalar("SELECT count(*) FROM trace_steps WHERE instr(entry, 'organisation-key') > 0"),
                 2);
        TALLY_VERIFY_OK(c.w.shutDown());
    }

    void whatMayNotBeStoredIsRefused() {
        QCOMPARE(orgKeyAt("pkcs11:token=t;object=o?pin-value=4711").error().code, "org.pin"s);
        QCOMPARE(orgKeyAt("/does/not/exist").error().code, "file.missing"s);
    }
};

TALLY_TEST(TestOrgKey)
#include "test_org_key.moc"
