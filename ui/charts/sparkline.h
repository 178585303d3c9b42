// A small line without axes, for cards.
#pragma once
#include <QWidget>

#include <vector>

namespace tally::ui {

class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setValues(std::vector<qint64> values);
    void setHue(int hue);
    [[nodiscard]] QSize sizeHint() const override { return {160, 36}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<qint64> values_;
    int hue_ = 0;
};

} // namespace tally::ui
