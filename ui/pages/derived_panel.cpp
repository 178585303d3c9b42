#include "ui/pages/derived_panel.h"

#include "ui/widgets/card.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QVBoxLayout>

namespace tally::ui {

DerivedPanel::DerivedPanel(const QString& table_id, const QString& title, std::vector<TableColumn> columns,
                           Ask ask, QWidget* parent)
    : QWidget(parent)
    , ask_(std::move(ask)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    sentence_ = makeWrapped(QString(), true, this);
    sentence_->setObjectName(table_id + QStringLiteral("Sentence"));
    sentence_->hide();
    model_ = new ListModel(std::move(columns), this);
    table_ = new TablePanel(table_id, title, model_, this);
    column->addWidget(sentence_);
    column->addWidget(table_, 1);
}

DerivedPanel::~DerivedPanel() {
    cancel_.cancel();
}

TableView* DerivedPanel::view() const {
    return table_->view();
}

void DerivedPanel::setFile(std::shared_ptr<api::AuditFile> file) {
    cancel_.cancel();
    cancel_ = CancelToken();
    ++turn_;
    file_ = std::move(file);
    read_ = false;
    sentence_->hide();
    table_->setNote({});
    model_->setRows({});
    if (isVisible()) read();
}

void DerivedPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    read();
}

void DerivedPanel::read() {
    if (read_ || !file_) return;
    read_ = true;
    table_->emptyState()->showLoading(tr("Adding up the records…"));
    ask_(file_, cancel_, [this, turn = turn_](const Result<DerivedRows>& rows) {
        if (turn == turn_) fill(rows);
    });
}

void DerivedPanel::fill(const Result<DerivedRows>& rows) {
    if (!rows) return table_->emptyState()->showError(rows.error());
    table_->emptyState()->showEmpty(tr("Nothing of this kind in the file"), {});
    sentence_->setText(rows->sentence);
    sentence_->setVisible(!rows->sentence.isEmpty());
    table_->setNote(rows->note);
    model_->setRows(rows->rows);
}

} // namespace tally::ui
