// How responsive the window stays while a large bundle is checked: bench_audit FILE. Opens the file on the
// Audit page over the real verifier; measures when the first words of progress stand there, the longest gap
// between two turns of the event loop up to the verdict, and how long cancelling a second check takes. Prints
// one JSON line. The gaps by what they belong to: opening (until the first words), reading, and the verdict
// (until the page that shows it is painted); the file is opened once more afterwards, when the page is warm.
#include "core/api/open.h"
#include "ui/bridge/session.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

using namespace tally;

namespace {

/// Longest time between two turns of a timer that wants to run all the time.
class Gap {
public:
    Gap() {
        clock_.start();
        QObject::connect(&timer_, &QTimer::timeout, [this] { turn(); });
        timer_.start(0);
    }
    void turn() {
        const qint64 now = clock_.nsecsElapsed() / 1000;
        widest_ = std::max(widest_, now - last_);
        last_ = now;
    }
    /// The widest since the last call.
    double takeMs() {
        turn();
        return static_cast<double>(std::exchange(widest_, 0)) / 1000;
    }

private:
    QTimer timer_;
    QElapsedTimer clock_;
    qint64 last_ = 0, widest_ = 0;
};

struct Look {
    double first_ms = -1, seconds = 0;
    double opening_ms = 0, reading_ms = 0, verdict_ms = 0; ///< widest gaps
    [[nodiscard]] std::string json() const {
        return fmt::format("{{\"first_ms\":{:.1f},\"gap_opening_ms\":{:.1f},\"gap_reading_ms\":{:.1f},"
                           "\"gap_verdict_ms\":{:.1f},\"seconds\":{:.2f}}}",
                           first_ms, opening_ms, reading_ms, verdict_ms, seconds);
    }
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || !QFileInfo(QString::fromLocal8Bit(argv[1])).isFile()) {
        std::fprintf(stderr, "usage: bench_audit FILE.tracelog\n");
        return 2;
    }
    qputenv("QT_QPA_PLATFORM", qEnvironmentVariableIsSet("QT_QPA_PLATFORM") ? qgetenv("QT_QPA_PLATFORM")
                                                                            : QByteArray("offscreen"));
    QTemporaryDir own;
    qputenv("XDG_STATE_HOME", own.path().toUtf8());
    QApplication app(argc, argv);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, own.path());
    ui::Theme theme(app);
    const QString path = QString::fromLocal8Bit(argv[1]);
    ui::Mailbox mailbox;
    const auto auditor = api::makeAuditor();
    ui::Session session(nullptr, auditor.get(), mailbox);
    ui::MainWindow window(session);
    window.show();
    QCoreApplication::processEvents();
    const auto text = [&](const char* name) {
        const auto* label = window.findChild<QLabel*>(QString::fromLatin1(name));
        return label ? label->text() : QString();
    };

    Gap gap;
    auto* again = window.findChild<QPushButton*>(QStringLiteral("verifyAgain"));
    const auto look = [&](const std::function<void()>& open) {
        Look out;
        QElapsedTimer clock;
        clock.start();
        gap.takeMs();
        open();
        while (!again->isEnabled()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (out.first_ms >= 0 || !text("verdictFacts").contains(QStringLiteral(" of "))) continue;
            out.first_ms = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            out.opening_ms = gap.takeMs();
        }
        out.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
        out.reading_ms = gap.takeMs();
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
        out.verdict_ms = gap.takeMs();
        return out;
    };
    const Look first = look([&] { window.openFile(path); });
    const Look warm = look([&] { again->click(); });
    const QString headline = text("verdictHeadline");

    QElapsedTimer clock;
    again->click();
    QElapsedTimer waiting;
    waiting.start();
    while (waiting.elapsed() < 300 && !again->isEnabled())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    clock.restart();
    window.findChild<QPushButton*>(QStringLiteral("cancelVerify"))->click();
    const double cancel_ms = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    std::printf("{\"bytes\":%lld,\"first\":%s,\"again\":%s,\"cancel_ms\":%.1f,\"verdict\":\"%s\"}\n",
                static_cast<long long>(QFileInfo(path).size()), first.json().c_str(), warm.json().c_str(),
                cancel_ms, qPrintable(headline));
    return 0;
}
