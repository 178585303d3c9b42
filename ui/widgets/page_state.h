// What a page shows instead of its content: nothing yet, loading, an error with its place and fix, offline.
// One widget, so that all pages say it alike.
#pragma once
#include "core/base/result.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace tally::ui {

class PageState : public QWidget {
    Q_OBJECT
public:
    explicit PageState(QWidget* parent = nullptr);
    /// `action` empty: no button.
    void showEmpty(const QString& title, const QString& text, const QString& action = {},
                   const QString& icon_name = {});
    void showLoading(const QString& text);
    void showError(const Error& error, const QString& action = {});
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 96}; }

Q_SIGNALS:
    void actionPressed();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitText();
    void show(const QString& icon_name, const QString& title, const QString& text, const QString& action,
              bool danger);
    QLabel* icon_;
    QLabel* title_;
    QLabel* text_;
    QPushButton* action_;
};

} // namespace tally::ui
