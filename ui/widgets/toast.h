// A message that slides in at the lower edge and leaves by itself; errors stay until dismissed. It never
// takes the focus.
#pragma once
#include "ui/widgets/state_look.h"

#include <QFrame>
#include <QTimer>

class QLabel;

namespace tally::ui {

class Toast : public QFrame {
    Q_OBJECT
public:
    explicit Toast(QWidget* parent);
    void say(const QString& text, Tone tone = Tone::neutral);
    [[nodiscard]] QString text() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();
    QLabel* icon_;
    QLabel* text_;
    QTimer leave_;
};

} // namespace tally::ui
