// `tally erase`, `retention` and `challenge` as an operator and an auditor use them.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;
using test::Said;

namespace {
std::string show(const Said& said) {
    return std::to_string(said.code) + " " + said.out.dump() + " " + said.err.toStdString();
}
} // namespace

class TestErase : public QObject {
    Q_OBJECT
private slots:
    void erasesOnlyWithYesAndLogsIt() {
        const ApiFolder folder;
        const std::string file = folder.write("one.json", test::oneCall("one-call", "sim/sim-small"));
        const Said ran = test::tally(folder, {"run", QString::fromStdString(file), "--label", "customer-7"});
        QVERIFY2(ran.code == 0, show(ran).c_str());
        const QStringList what{"erase", "--subject", "customer-7", "--reason", "request 4711"};
        const Said asked = test::tally(folder, what);
        QVERIFY2(asked.code == 1 && asked.out["done"] == false, show(asked).c_str());
        const auto payloads = asked.out["plan"]["payloads"].get<std::int64_t>();
        QVERIFY(payloads >= 2);
        QCOMPARE(test::tally(folder, what + QStringList{"--dry-run"}).code, 0);
        QVERIFY(test::tally(folder, {"erase", "--yes", "--subject", "customer-7"}).out["error"]["code"] ==
                "erase.reason");
        QVERIFY(test::tally(folder, {"erase", "--older-than", "soon"}).out["error"]["code"] == "erase.age");
        const Said done = test::tally(folder, what + QStringList{"--yes"});
        QVERIFY2(done.code == 0 && done.out["done"] == true, show(done).c_str());
        QCOMPARE(done.out["erasure"]["erased"]["payloads"].get<std::int64_t>(), payloads);
        QVERIFY(test::tally(folder, what).out["plan"]["runs"] == 0);

        const Said answered = test::tally(folder, {"challenge", "c0ffee"});
        QVERIFY2(answered.code == 0, show(answered).c_str());
        const QString bundle = QString::fromStdString(folder.path("e.tracelog"));
        QCOMPARE(test::tally(folder, {"export", bundle}).code, 0);
        const Said verified = test::tally(folder, {"verify", bundle});
        QVERIFY2(verified.code == 0, show(verified).c_str());
        QCOMPARE(verified.out["totals"]["payloads"]["erased"].get<std::int64_t>(), payloads);
        const Said listed = test::tally(folder, {"verify", bundle, "--payloads", "--challenge", "c0ffee"});
        QVERIFY2(listed.code == 0, show(listed).c_str());
        QCOMPARE(listed.out["payload_list"]["count"]["erased"].get<std::int64_t>(), payloads);
        const auto& first = listed.out["payload_list"]["payloads"].at(0);
        QVERIFY2(first["state"] == "erased" && first["erased_by"]["reason"] == "request 4711",
                 first.dump().c_str());
        QVERIFY2(listed.out["challenge"]["proven"] == true, show(listed).c_str());
        const Said missing = test::tally(folder, {"verify", bundle, "--challenge", "c0ffef"});
        QVERIFY2(missing.code == 1 && missing.out["challenge"]["proven"] == false, show(missing).c_str());
        const Said doctor = test::tally(folder, {"doctor"});
        QVERIFY2(doctor.code == 0, show(doctor).c_str());
    }
    void theRuleIsShownSetAndRemoved() {
        const ApiFolder folder;
        QVERIFY(test::tally(folder, {"retention", "show"}).out["days"] == 0);
        const Said set = test::tally(folder, {"retention", "set", "30", "--reason", "contract"});
        QVERIFY2(set.code == 0, show(set).c_str());
        QVERIFY(test::tally(folder, {"retention", "show"}).out["reason"] == "contract");
        QCOMPARE(test::tally(folder, {"retention", "set", "0", "--reason", "x"}).code, 2);
        QCOMPARE(test::tally(folder, {"retention", "remove"}).code, 0);
        QVERIFY(test::tally(folder, {"retention", "show"}).out["days"] == 0);
    }
};
TALLY_TEST(TestErase)
#include "test_erase.moc"
