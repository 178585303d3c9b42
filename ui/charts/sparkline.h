// A small line without axes, for cards.
#pragma once
#include "ui/widgets/state_look.h"

#include <QWidget>

#include <vector>

namespace tally::ui {

class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setValues(std::vector<qint64> values);
    void setHue(int hue);
    /// A bar of this share (parts per thousand) instead of a line.
    void setShare(int thousandths, Tone tone);
    [[nodiscard]] QSize sizeHint() const override { return {160, 36}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<qint64> values_;
    int hue_ = 0;
    int share_ = -1;
    Tone tone_ = Tone::neutral;
};

} // namespace tally::ui
