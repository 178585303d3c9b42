// What the desktop wants, dark or light, through org.freedesktop.portal.Settings (Qt 6.4 does not follow it).
// Asked asynchronously; without a session bus or a portal it stays at the default, light.
#pragma once
#include <QObject>

class QDBusVariant;
class QDBusPendingCallWatcher;

namespace tally::ui {

class DesktopScheme : public QObject {
    Q_OBJECT
public:
    explicit DesktopScheme(QObject* parent = nullptr);
    [[nodiscard]] bool dark() const { return dark_; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void answered(QDBusPendingCallWatcher* watcher);
    void take(unsigned scheme);
    bool dark_ = false;
};

} // namespace tally::ui
