#include "ui/pages/budget_card.h"

#include "ui/charts/series.h"
#include "ui/charts/sparkline.h"
#include "ui/models/state_words.h"
#include "ui/theme/icons.h"
#include "ui/widgets/budget_bar.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace tally::ui {

BudgetCard::BudgetCard(QWidget* parent)
    : QFrame(parent) {
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    title_ = makeLabel(QString(), Type::title, false, this);
    kind_ = makeLabel(QString(), Type::body, true, this);
    amount_ = makeMono(QString(), this);
    top->addWidget(title_);
    top->addWidget(kind_);
    top->addStretch(1);
    top->addWidget(amount_);
    const auto tool = [this, top](const QString& name, const QString& icon_name, const QString& words) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setIcon(icon(icon_name, Tint::muted));
        button->setAccessibleName(words);
        button->setToolTip(words);
        button->setFocusPolicy(Qt::StrongFocus);
        top->addWidget(button);
        return button;
    };
    auto* items = tool(QStringLiteral("budgetItems"), QStringLiteral("receipt"), tr("Show what was spent"));
    auto* edit = tool(QStringLiteral("budgetEdit"), QStringLiteral("edit"), tr("Edit this budget"));
    auto* remove = tool(QStringLiteral("budgetRemove"), QStringLiteral("trash"), tr("Remove this budget"));
    connect(items, &QToolButton::clicked, this, &BudgetCard::itemsPressed);
    connect(edit, &QToolButton::clicked, this, &BudgetCard::editPressed);
    connect(remove, &QToolButton::clicked, this, &BudgetCard::removePressed);
    column->addLayout(top);
    bar_ = new BudgetBar(this);
    column->addWidget(bar_);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(16);
    sentence_ = makeWrapped(QString(), true, this);
    parts_ = makeLabel(QString(), Type::caption, true, this);
    history_ = new Sparkline(this);
    history_->setFixedSize(120, 28);
    history_->setToolTip(tr("Spent per window, newest at the end"));
    bottom->addWidget(sentence_, 1);
    bottom->addWidget(parts_);
    bottom->addWidget(history_);
    column->addLayout(bottom);
}

void BudgetCard::show(const api::BudgetView& view) {
    view_ = view;
    fill();
}

void BudgetCard::show(const BudgetState& state) {
    view_.state = state;
    fill();
}

void BudgetCard::fill() {
    const BudgetState& s = view_.state;
    const Budget& b = s.budget;
    title_->setText(b.label.empty() ? wordOf(b.scope) : safeText(b.label, 80));
    QStringList kind;
    if (!b.label.empty()) kind << wordOf(b.scope);
    kind << wordOf(b.window) << wordOf(b.meter) << wordOf(b.policy);
    if (b.meter == LimitMeter::cost && b.count_simulated) kind << tr("simulated calls count");
    kind_->setText(kind.join(QStringLiteral(", ")));
    amount_->setText(
        tr("%1 of %2").arg(amountText(b.meter, s.spent, b.limit), amountText(b.meter, b.limit, b.limit)));
    QString spent = amountText(b.meter, s.spent, b.limit);
    if (s.simulated.value() != 0)
        spent = tr("%1 (simulated %2)").arg(spent, amountText(b.meter, s.simulated, b.limit));
    parts_->setText(tr("spent %1 · reserved %2 · headroom %3")
                        .arg(spent, amountText(b.meter, s.reserved, b.limit),
                             amountText(b.meter, s.headroom(), b.limit)));
    QString sentence = safeText(s.last_refusal, 400);
    if (sentence.isEmpty()) sentence = safeText(view_.forecast.sentence, 400);
    if (sentence.isEmpty()) sentence = tr("No limit reached.");
    sentence_->setText(sentence);
    setTone(this, s.exhausted ? Tone::danger : Tone::neutral);
    bar_->setState(s);
    std::vector<qint64> values;
    for (const api::SeriesPoint& p : view_.history)
        values.push_back(b.meter == LimitMeter::cost ? chartNano(p.value)
                                                     : static_cast<qint64>(p.value.value()));
    history_->setVisible(values.size() > 1);
    history_->setValues(std::move(values));
    setAccessibleName(title_->text());
    setAccessibleDescription(amount_->text() + QStringLiteral(". ") + sentence);
}

} // namespace tally::ui
