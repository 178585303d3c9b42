// A budget as a bar: spent (solid), reserved (hatched, so that a block by reservation looks like one),
// headroom (empty), and a tick at every warning threshold.
#pragma once
#include "core/model/budget.h"

#include <QWidget>

namespace tally::ui {

class BudgetBar : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBar(QWidget* parent = nullptr);
    void setState(const BudgetState& state);
    [[nodiscard]] QSize sizeHint() const override { return {200, 10}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int spent_ = 0; ///< parts per thousand of the limit
    int reserved_ = 0;
    bool over_ = false;
    bool near_ = false;
    std::vector<int> ticks_;
};

} // namespace tally::ui
