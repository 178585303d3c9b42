#include "ui/pages/ladder_view.h"

#include "ui/widgets/card.h"
#include "ui/widgets/state_chip.h"

#include <QGridLayout>

namespace tally::ui {
namespace {
constexpr int per_rung = 3;           ///< columns of the grid: answer, question, why
constexpr int two_columns_from = 980; ///< below it the reasons would break into many lines
} // namespace

LadderView::LadderView(QWidget* parent)
    : QWidget(parent)
    , grid_(new QGridLayout(this)) {
    setObjectName(QStringLiteral("ladder"));
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(12);
    grid_->setVerticalSpacing(4);
}

int LadderView::columns() const {
    return brief() || width() >= two_columns_from ? 2 : 1;
}

void LadderView::setRungs(std::vector<Rung> rungs) {
    rungs_ = std::move(rungs);
    build();
}

void LadderView::setShort(bool is_short) {
    if (is_short == short_) return;
    short_ = is_short;
    build();
}

void LadderView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (columns() != built_) build();
}

void LadderView::addRung(const Rung& rung, int row, int first) {
    auto* chip = new StateChip(this);
    chip->setLook(rung.answer);
    chip->setToolTip(rung.why);
    grid_->addWidget(chip, row, first, Qt::AlignLeading | Qt::AlignTop);
    QLabel* question = makeLabel(rung.question, Type::body, false, this);
    question->setToolTip(rung.why);
    grid_->addWidget(question, row, first + 1, Qt::AlignTop);
    auto* rest = new QHBoxLayout;
    rest->setSpacing(8);
    if (!brief()) rest->addWidget(makeWrapped(rung.why, true, this), 1, Qt::AlignTop);
    if (rung.wants_pin) {
        auto* enter = makeButton(tr("Enter…"), ButtonKind::chip, QStringLiteral("enterPins"), this);
        enter->setAccessibleName(tr("Enter what was agreed on: fingerprint, key, witness"));
        enter->setToolTip(enter->accessibleName());
        connect(enter, &QPushButton::clicked, this, &LadderView::pinsWanted);
        rest->addWidget(enter, 0, Qt::AlignTop);
        if (brief()) rest->addStretch(1);
    }
    grid_->addLayout(rest, row, first + 2);
}

void LadderView::build() {
    clearLayout(grid_);
    grid_->setVerticalSpacing(brief() ? 1 : 4);
    built_ = columns();
    const int n = static_cast<int>(rungs_.size());
    // Two columns are read downwards, left then right.
    const int rows = (n + built_ - 1) / built_;
    for (int i = 0; i < n; ++i)
        addRung(rungs_[static_cast<std::size_t>(i)], i % rows, i / rows * per_rung);
    for (const int column : {0, 1})
        grid_->setColumnStretch(column * per_rung + 2, column < built_ ? 1 : 0);
    if (!short_ || n == 0) return;
    auto* more = makeButton(reasons_ ? tr("Hide the reasons") : tr("Show the reasons"), ButtonKind::link,
                            QStringLiteral("ladderReasons"), this);
    connect(more, &QPushButton::clicked, this, [this] {
        reasons_ = !reasons_;
        build();
    });
    const bool free_cell = n % built_ != 0;
    grid_->addWidget(more, free_cell ? rows - 1 : rows, free_cell ? per_rung : 0, 1, per_rung,
                     Qt::AlignLeading);
}

} // namespace tally::ui
