#include "tests/ui/window_fixture.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTranslator>

namespace tally::test {

ui::Theme& theme() {
    static auto* instance = [] {
        auto* plurals = new QTranslator(qApp);
        if (plurals->load(QStringLiteral(":/tally/i18n/tallystick_en.qm")))
            QCoreApplication::installTranslator(plurals);
        return new ui::Theme(*qApp);
    }();
    return *instance;
}

void freshSettings() {
    static QTemporaryDir folder;
    QCoreApplication::setOrganizationName(QStringLiteral("tallystick-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tallystick-test"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    QSettings().clear();
}

void settle() {
    // A reply may ask the next question: three rounds are more than any page needs in a row.
    for (int i = 0; i < 6; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

namespace {
const bool settings_ready = [] {
    qputenv("USER", "ana");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    return true;
}();

Amount prepared(Amount amount) {
    freshSettings();
    theme();
    return amount;
}
} // namespace

WindowFixture::WindowFixture(Amount amount, bool altered_bundle)
    : core(prepared(amount))
    , auditor(altered_bundle, amount == Amount::much ? 1'284'602 : 96)
    , session(&core, &auditor, mailbox)
    , window(session) {
    EngineState engine;
    engine.running = true;
    engine.live_runs = amount == Amount::none ? 0 : 2;
    engine.db_bytes_per_s = amount == Amount::none ? 0 : 4'200'000;
    core.feed().publish(engine);
    window.show();
    settle();
    frame();
}

WindowFixture::~WindowFixture() {
    settle();
}

void WindowFixture::frame() {
    session.feed()->drainNow();
    settle();
}

} // namespace tally::test
