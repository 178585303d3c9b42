// The theme of the process: which tokens are in force, and telling everybody when that changes. One instance,
// made by the composition root (or a test) after QApplication; UI thread only.
#pragma once
#include "ui/theme/tokens.h"

#include <QObject>

class QApplication;

namespace tally::ui {

class DesktopScheme;
enum class ThemeMode { system, dark, light };

class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QApplication& app);
    ~Theme() override;

    void setMode(ThemeMode mode);
    [[nodiscard]] ThemeMode mode() const { return mode_; }
    [[nodiscard]] const Tokens& tokens() const;

Q_SIGNALS:
    void changed();

private:
    void apply();
    QApplication& app_;
    DesktopScheme* desktop_;
    ThemeMode mode_ = ThemeMode::system;
    bool dark_ = false;
};

/// The instance; light tokens serve before it exists.
class ThemeView {
public:
    [[nodiscard]] const Tokens& tokens() const;
    [[nodiscard]] Theme* object() const;
};
ThemeView theme();

} // namespace tally::ui
