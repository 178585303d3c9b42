#include "ui/widgets/state_chip.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace tally::ui {

StateChip::StateChip(QWidget* parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StateChip::setLook(const StateLook& look) {
    if (look == look_) return;
    look_ = look;
    setAccessibleName(look.word);
    updateGeometry();
    update();
}

void StateChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintChip(painter, rect(), look_, theme().tokens());
}

} // namespace tally::ui
