#include "ui/widgets/table_panel.h"

#include "ui/models/table_model.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_view.h"

#include <QLineEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace tally::ui {

TablePanel::TablePanel(const QString& table_id, const QString& title, TableModel* model, QWidget* parent)
    : QFrame(parent)
    , model_(model) {
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 1, 1);
    column->setSpacing(0);
    top_ = new QHBoxLayout;
    top_->setContentsMargins(16, 8, 8, 6);
    top_->setSpacing(8);
    top_->addWidget(makeLabel(title, Type::title, false, this));
    count_ = makeLabel(QString(), Type::caption, true, this);
    count_->setObjectName(table_id + QStringLiteral("Count"));
    top_->addWidget(count_);
    chips_ = new QHBoxLayout;
    chips_->setSpacing(6);
    top_->addLayout(chips_);
    top_->addStretch(1);
    filter_ = new QLineEdit(this);
    filter_->setObjectName(table_id + QStringLiteral("Filter"));
    filter_->setPlaceholderText(tr("Filter  /"));
    filter_->setAccessibleName(tr("Filter %1").arg(title));
    filter_->setClearButtonEnabled(true);
    filter_->setFixedWidth(180);
    filter_->setProperty("pageFilter", true);
    top_->addWidget(filter_);
    column->addLayout(top_);

    view_ = new TableView(table_id, this);
    view_->setAccessibleName(title);
    view_->setTable(model);
    empty_ = new PageState(this);
    auto* holder = new QWidget(this);
    stack_ = new QStackedLayout(holder);
    stack_->addWidget(view_);
    stack_->addWidget(empty_);
    column->addWidget(holder, 1);

    connect(filter_, &QLineEdit::textChanged, model_, &TableModel::setFilterText);
    connect(model_, &TableModel::filtersChanged, this, &TablePanel::update);
    connect(model_, &TableModel::frameApplied, this, &TablePanel::update);
    update();
}

void TablePanel::addControl(QWidget* control) {
    top_->addWidget(control);
}

void TablePanel::setNote(const QString& note) {
    note_ = note;
    update();
}

void TablePanel::update() {
    const int shown = model_->rowCount();
    const int hidden = model_->hiddenByFilter();
    QString text = hidden > 0
                       ? tr("%1 of %2, the rest is filtered out").arg(count(shown), count(shown + hidden))
                       : count(shown);
    if (!note_.isEmpty()) text += QStringLiteral(" · ") + note_;
    count_->setText(text);
    clearLayout(chips_);
    const auto& filters = model_->filters();
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const QString& name = model_->columns()[static_cast<std::size_t>(filters[i].column)].title;
        const QString words = filters[i].negate ? tr("%1 not %2").arg(name, filters[i].value)
                                                : tr("%1: %2").arg(name, filters[i].value);
        QPushButton* chip = makeButton(words, ButtonKind::chip, QStringLiteral("filterChip%1").arg(i), this);
        chip->setIcon(icon(QStringLiteral("close"), Tint::muted));
        chip->setIconSize({10, 10});
        chip->setAccessibleName(tr("Remove the filter %1").arg(words));
        connect(chip, &QPushButton::clicked, model_,
                [this, i] { model_->removeFilter(static_cast<int>(i)); });
        chips_->addWidget(chip);
    }
    stack_->setCurrentIndex(shown + hidden == 0 ? 1 : 0);
}

} // namespace tally::ui
