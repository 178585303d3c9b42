#include "ui/pages/cost_dialog.h"

#include "ui/bridge/session.h"
#include "ui/models/list_model.h"
#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace tally::ui {

CostDialog::CostDialog(Session& session, const QString& title, api::CostQuery query, QWidget* parent)
    : QDialog(parent)
    , session_(session)
    , query_(std::move(query)) {
    setObjectName(QStringLiteral("costDialog"));
    setWindowTitle(title);
    resize(820, 520);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 20);
    auto* top = new QHBoxLayout;
    top->addWidget(makeLabel(title, Type::page, false, this));
    top->addStretch(1);
    total_ = makeMono(QString(), this);
    total_->setObjectName(QStringLiteral("costTotal"));
    top->addWidget(total_);
    column->addLayout(top);
    by_ = new QComboBox(this);
    by_->setAccessibleName(tr("Group by"));
    by_->addItem(tr("by workflow and step"), QStringList{QStringLiteral("workflow"), QStringLiteral("step")});
    by_->addItem(tr("by model and meter"), QStringList{QStringLiteral("model"), QStringLiteral("meter")});
    by_->addItem(tr("by step and meter"), QStringList{QStringLiteral("step"), QStringLiteral("meter")});
    by_->addItem(tr("by process and workflow"),
                 QStringList{QStringLiteral("process"), QStringLiteral("workflow")});
    by_->addItem(tr("by run and status"), QStringList{QStringLiteral("run"), QStringLiteral("status")});
    by_->addItem(tr("by day and model"), QStringList{QStringLiteral("day"), QStringLiteral("model")});
    model_ = new ListModel({{QStringLiteral("a"), tr("Group"), 190},
                            {QStringLiteral("b"), tr("Within"), 170},
                            {QStringLiteral("steps"), tr("Steps"), 80, true},
                            {QStringLiteral("quantity"), tr("Tokens"), 110, true},
                            {QStringLiteral("cost"), tr("Cost"), 150, true}},
                           this);
    panel_ = new TablePanel(QStringLiteral("costRows"), tr("Line items"), model_, this);
    panel_->emptyState()->showEmpty(tr("No cost yet"), tr("Nothing was spent in this range."));
    panel_->addControl(by_);
    column->addWidget(panel_, 1);
    connect(by_, &QComboBox::currentIndexChanged, this, &CostDialog::read);
    read();
}

void CostDialog::read() {
    query_.by.clear();
    for (const QString& dimension : by_->currentData().toStringList())
        query_.by.push_back(dimension.toStdString());
    session_.core().costs(query_, session_.reply<api::CostTable>(this, [this](Result<api::CostTable> table) {
        if (!table) return session_.fail(table.error());
        fill(*table);
    }));
}

void CostDialog::fill(const api::CostTable& table) {
    std::vector<ListRow> rows;
    const auto cell = [&table](const api::CostRow& row, std::size_t i) {
        if (i >= row.key.size()) return QString();
        return table.by.size() > i && table.by[i] == "meter" ? wordOfMeter(row.key[i])
                                                             : safeText(row.key[i], 200);
    };
    for (const api::CostRow& row : table.rows) {
        Cell cost = moneyCell(row.cost);
        cost.share = static_cast<int>(permilleOf(row.cost.value(), table.total.value()));
        rows.push_back({cell(row, 0) + QLatin1Char('\n') + cell(row, 1),
                        {textCell(cell(row, 0)), textCell(cell(row, 1)), countCell(row.steps),
                         countCell(row.usage.tokens()), cost}});
    }
    model_->setRows(std::move(rows));
    total_->setText(tr("total %1").arg(moneyExact(table.total)));
}

} // namespace tally::ui
