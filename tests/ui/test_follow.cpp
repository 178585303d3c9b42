#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/models/live_run.h"
#include "ui/pages/live_page.h"

#include <QComboBox>
#include <QTabWidget>
#include <QTest>

using namespace tally;
using namespace tally::test;

namespace {
/// The Live page on the newest run of the script, which works.
struct Watching : WindowFixture {
    Watching()
        : WindowFixture(Amount::little) {
        window.showPage(QStringLiteral("live"));
        settle();
        page = static_cast<ui::LivePage*>(window.currentPage());
        first = page->run().summary();
    }
    RunSummary other(const char* id, RunStatus status, std::int64_t later_us) const {
        RunSummary run = first;
        run.id = RunId(id);
        run.status = status;
        run.started_us = first.started_us + later_us;
        run.ended_us = 0;
        return run;
    }
    void tell(const RunSummary& run) {
        core.feed().publish(RunChanged{run});
        frame();
    }
    void endFirst() {
        RunSummary ended = first;
        ended.status = RunStatus::ok;
        ended.ended_us = first.started_us + 5'000'000;
        tell(ended);
    }
    [[nodiscard]] std::string shown() const { return page->run().id().str(); }
    ui::LivePage* page = nullptr;
    RunSummary first;
};
constexpr auto next_id = "0193f0a2-0000-7000-8000-00000000beef";
} // namespace

/// The page goes on with the next run, and never away from what a person opened.
class TestFollow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theNextRunIsShownWhenThisOneHasEnded() {
        Watching f;
        QVERIFY(f.page->run().active() && f.page->nextToo());
        QCOMPARE(f.window.findChild<QComboBox*>(QStringLiteral("runPicker"))->currentIndex(), 0);
        f.tell(f.other(next_id, RunStatus::running, 1'000'000));
        QCOMPARE(f.shown(), f.first.id.str()); // this one still works
        f.endFirst();
        QCOMPARE(f.shown(), std::string(next_id));
        QVERIFY(f.page->nextToo());
    }
    void aRunThatStartsLaterIsShownToo() {
        Watching f;
        f.endFirst();
        QCOMPARE(f.shown(), f.first.id.str());
        f.tell(f.other(next_id, RunStatus::running, 9'000'000));
        QCOMPARE(f.shown(), std::string(next_id));
    }
    void whatWasOpenedByHandStays() {
        Watching f;
        Q_EMIT f.session.openRun(QString::fromStdString(f.first.id.str()));
        settle();
        QVERIFY(!f.page->nextToo());
        f.endFirst();
        f.tell(f.other(next_id, RunStatus::running, 9'000'000));
        QCOMPARE(f.shown(), f.first.id.str());
        // Choosing the first entry follows again.
        auto* picker = f.window.findChild<QComboBox*>(QStringLiteral("runPicker"));
        Q_EMIT picker->activated(0);
        settle();
        QVERIFY(f.page->nextToo());
        QCOMPARE(f.shown(), std::string(next_id));
    }
    void aPausedViewStays() {
        Watching f;
        QTest::keyClick(f.page, Qt::Key_Space);
        f.endFirst();
        f.tell(f.other(next_id, RunStatus::running, 9'000'000));
        QCOMPARE(f.shown(), f.first.id.str());
        QTest::keyClick(f.page, Qt::Key_Space);
        QCOMPARE(f.shown(), std::string(next_id));
    }
    void anOpenStepStays() {
        Watching f;
        f.window.findChild<QTabWidget*>(QStringLiteral("liveTabs"))->setCurrentIndex(1);
        f.endFirst();
        f.tell(f.other(next_id, RunStatus::running, 9'000'000));
        QCOMPARE(f.shown(), f.first.id.str());
    }
    void aRunThatWasStoppedStays() {
        Watching f;
        RunSummary stopped = f.first;
        stopped.status = RunStatus::stopped;
        f.tell(stopped);
        f.tell(f.other(next_id, RunStatus::running, 9'000'000));
        QCOMPARE(f.shown(), f.first.id.str());
    }
    void anOlderRunOrOneThatEndedIsNoNextOne() {
        Watching f;
        f.tell(f.other("0193f0a2-0000-7000-8000-00000000aaaa", RunStatus::running, -9'000'000));
        f.tell(f.other(next_id, RunStatus::running, 1'000'000));
        f.tell(f.other(next_id, RunStatus::ok, 1'000'000));
        f.endFirst();
        QCOMPARE(f.shown(), f.first.id.str());
    }
};

TALLY_TEST(TestFollow)
#include "test_follow.moc"
