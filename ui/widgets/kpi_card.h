// One figure of the Overview: caption, figure, a line of context and a sparkline. A click opens what the
// figure is made of.
#pragma once
#include "ui/widgets/state_look.h"

#include <QFrame>

class QLabel;

namespace tally::ui {

class ElidedLabel;
class Sparkline;

class KpiCard : public QFrame {
    Q_OBJECT
public:
    KpiCard(const QString& object_name, const QString& caption, int hue, QWidget* parent = nullptr);
    void setFigure(const QString& figure, const QString& context, Tone tone = Tone::neutral);
    void setValues(std::vector<qint64> values);
    /// A bar instead of the line: parts per thousand.
    void setShare(int thousandths, Tone tone);
    /// Whether the figure has line items to open.
    void setOpens(bool opens);

Q_SIGNALS:
    void opened();

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitFigure();
    QString caption_text_;
    QLabel* figure_;
    ElidedLabel* context_;
    Sparkline* line_;
};

} // namespace tally::ui
