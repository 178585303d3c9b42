#include "ui/charts/chart_card.h"

#include "ui/charts/chart_base.h"
#include "ui/widgets/card.h"

#include <QVBoxLayout>

namespace tally::ui {

QFrame* chartCard(ChartBase* chart, QWidget* parent) {
    QFrame* card = makeCard(parent);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(1, 1, 1, 1); // the card's own border stays visible
    inside->addWidget(chart);
    return card;
}

} // namespace tally::ui
