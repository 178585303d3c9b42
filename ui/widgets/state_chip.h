// A state as a widget.
#pragma once
#include "ui/widgets/state_look.h"

#include <QWidget>

namespace tally::ui {

class StateChip : public QWidget {
    Q_OBJECT
public:
    explicit StateChip(QWidget* parent = nullptr);
    void setLook(const StateLook& look);
    [[nodiscard]] const StateLook& look() const { return look_; }
    [[nodiscard]] QSize sizeHint() const override { return chipSize(look_); }
    [[nodiscard]] QSize minimumSizeHint() const override { return chipSize(look_); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    StateLook look_;
};

} // namespace tally::ui
