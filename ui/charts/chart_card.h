// A chart in a card of its own, as pages show it.
#pragma once
#include <QFrame>

namespace tally::ui {

class ChartBase;

/// The card owns the chart and belongs to `parent`.
QFrame* chartCard(ChartBase* chart, QWidget* parent);

} // namespace tally::ui
