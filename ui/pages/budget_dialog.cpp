#include "ui/pages/budget_dialog.h"

#include "ui/bridge/session.h"
#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int ask_after_ms = 400;

QString scopeWord(ScopeType type) {
    switch (type) {
    case ScopeType::org:
        return BudgetDialog::tr("the whole workspace");
    case ScopeType::process:
        return BudgetDialog::tr("a process");
    case ScopeType::workflow:
        return BudgetDialog::tr("a workflow");
    case ScopeType::run:
        return BudgetDialog::tr("every run");
    case ScopeType::model:
        return BudgetDialog::tr("a model");
    case ScopeType::user:
        return BudgetDialog::tr("a user");
    }
    return {};
}

template <class E>
void fillCombo(QComboBox* box, std::initializer_list<E> values) {
    for (const E v : values)
        box->addItem(wordOf(v), static_cast<int>(v));
}
} // namespace

BudgetDialog::BudgetDialog(Session& session, const Budget& budget, QWidget* parent)
    : FormDialog(QStringLiteral("budgetDialog"), budget.id.empty() ? tr("New budget") : tr("Edit budget"),
                 parent)
    , session_(session)
    , start_(budget) {
    build();
    load(budget);
    ask_again_.setSingleShot(true);
    ask_again_.setInterval(ask_after_ms);
    connect(&ask_again_, &QTimer::timeout, this, &BudgetDialog::ask);
    ask();
}

void BudgetDialog::build() {
    scope_ = new QComboBox(this);
    for (const ScopeType type : {ScopeType::org, ScopeType::process, ScopeType::workflow, ScopeType::run,
                                 ScopeType::model, ScopeType::user})
        scope_->addItem(scopeWord(type), static_cast<int>(type));
    window_ = new QComboBox(this);
    fillCombo(window_, {Window::run, Window::hour, Window::day, Window::week, Window::month, Window::total});
    meter_ = new QComboBox(this);
    fillCombo(meter_, {LimitMeter::cost, LimitMeter::tokens, LimitMeter::calls, LimitMeter::wall_ms,
                       LimitMeter::compute_ms, LimitMeter::concurrent, LimitMeter::state_bytes});
    policy_ = new QComboBox(this);
    fillCombo(policy_, {BudgetPolicy::hard, BudgetPolicy::wait, BudgetPolicy::warn});
    limit_ = new QLineEdit(this);
    unit_ = makeLabel(QString(), Type::body, true, this);
    auto* amount = new QWidget(this);
    auto* amount_row = new QHBoxLayout(amount);
    amount_row->setContentsMargins(0, 0, 0, 0);
    amount_row->addWidget(limit_, 1);
    amount_row->addWidget(unit_);
    addField(tr("For"), scope_, QStringLiteral("budgetScope"));
    name_ = addLine(tr("Name"), QStringLiteral("budgetName"));
    addField(tr("Window"), window_, QStringLiteral("budgetWindow"));
    addField(tr("Measures"), meter_, QStringLiteral("budgetMeter"));
    addField(tr("Limit"), amount, QStringLiteral("budgetAmount"));
    limit_->setObjectName(QStringLiteral("budgetLimit"));
    limit_->setAccessibleName(tr("Limit"));
    addField(tr("When it is reached"), policy_, QStringLiteral("budgetPolicy"));
    simulated_ = new QCheckBox(tr("The price of simulated calls counts"), this);
    addField(tr("Simulated calls"), simulated_, QStringLiteral("budgetSimulated"));
    warn_ = addLine(tr("Warn at, %"), QStringLiteral("budgetWarn"));
    label_ = addLine(tr("Label"), QStringLiteral("budgetLabel"));
    reason_ = addLine(tr("Reason"), QStringLiteral("budgetReason"));
    QFrame* card = makeCard(this);
    auto* inside = new QVBoxLayout(card);
    inside->addWidget(makeLabel(tr("What would have happened"), Type::strong, false, card));
    what_if_ = makeWrapped(QString(), true, card);
    what_if_->setObjectName(QStringLiteral("whatIf"));
    what_if_->setMinimumHeight(40);
    inside->addWidget(what_if_);
    column()->addWidget(card);
    save_ = finish(tr("Save"), QStringLiteral("budgetSave"), QStringLiteral("budgetCancel"));
    connect(save_, &QPushButton::clicked, this, &BudgetDialog::save);
    const auto again = [this] { ask_again_.start(); };
    for (QComboBox* box : {scope_, window_, meter_, policy_})
        connect(box, &QComboBox::currentIndexChanged, this, again);
    for (QLineEdit* line : {name_, limit_, warn_})
        connect(line, &QLineEdit::textChanged, this, again);
    connect(meter_, &QComboBox::currentIndexChanged, this, &BudgetDialog::showUnit);
    connect(scope_, &QComboBox::currentIndexChanged, this, [this] {
        const auto type = static_cast<ScopeType>(scope_->currentData().toInt());
        name_->setEnabled(type != ScopeType::org && type != ScopeType::run);
    });
}

void BudgetDialog::load(const Budget& b) {
    const auto pick = [](QComboBox* box, int value) { box->setCurrentIndex(box->findData(value)); };
    pick(scope_, static_cast<int>(b.scope.type));
    name_->setText(qs(b.scope.name));
    name_->setEnabled(b.scope.type != ScopeType::org && b.scope.type != ScopeType::run);
    pick(window_, static_cast<int>(b.window));
    pick(meter_, static_cast<int>(b.meter));
    pick(policy_, static_cast<int>(b.policy));
    if (b.limit.value() > 0)
        limit_->setText(
            QString::fromStdString(b.meter == LimitMeter::cost ? b.limit.toString() : b.limit.picoString()));
    QStringList percents;
    for (const int p : b.warn_percent)
        percents << QString::number(p);
    warn_->setText(percents.join(QStringLiteral(", ")));
    label_->setText(qs(b.label));
    simulated_->setChecked(b.count_simulated);
    showUnit();
    if (!b.id.empty()) return;
    session_.core().providers(session_.reply<std::vector<api::ProviderInfo>>(
        this, [this](Result<std::vector<api::ProviderInfo>> known) {
            if (known) simulated_->setChecked(api::countsSimulated(*known));
        }));
}

LimitMeter BudgetDialog::meter() const {
    return static_cast<LimitMeter>(meter_->currentData().toInt());
}

void BudgetDialog::showUnit() {
    simulated_->setEnabled(meter() == LimitMeter::cost); // the other meters count every call
    switch (meter()) {
    case LimitMeter::cost:
        unit_->setText(tr("$"));
        break;
    case LimitMeter::tokens:
        unit_->setText(tr("tokens"));
        break;
    case LimitMeter::calls:
    case LimitMeter::concurrent:
        unit_->setText(tr("calls"));
        break;
    case LimitMeter::wall_ms:
    case LimitMeter::compute_ms:
        unit_->setText(tr("ms"));
        break;
    case LimitMeter::state_bytes:
        unit_->setText(tr("bytes"));
        break;
    }
}

Result<Budget> BudgetDialog::budget() const {
    Budget b = start_;
    b.scope.type = static_cast<ScopeType>(scope_->currentData().toInt());
    const bool named = b.scope.type != ScopeType::org && b.scope.type != ScopeType::run;
    if (named)
        b.scope.name = name_->text().trimmed().toStdString();
    else if (b.scope.type == ScopeType::org)
        b.scope.name.clear();
    if (named && b.scope.name.empty())
        return tally::fail("budget.name", tr("Name what the budget is for").toStdString());
    b.window = static_cast<Window>(window_->currentData().toInt());
    b.meter = meter();
    b.policy = static_cast<BudgetPolicy>(policy_->currentData().toInt());
    const std::string text = limit_->text().trimmed().toStdString();
    if (text.empty())
        return tally::fail("budget.limit", tr("Enter a limit to see what it would have done").toStdString());
    if (b.meter == LimitMeter::cost) {
        TALLY_ASSIGN(const Pico limit, Pico::parse(text));
        b.limit = limit;
    } else {
        TALLY_ASSIGN(b.limit, PicoSum::parsePico(text));
    }
    if (b.limit.value() <= 0)
        return tally::fail("budget.limit", tr("The limit must be above zero").toStdString());
    b.warn_percent.clear();
    for (const QString& part : warn_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        bool ok = false;
        const int percent = part.trimmed().toInt(&ok);
        if (!ok || percent < 1 || percent > 100)
            return tally::fail(
                "budget.warn",
                tr("Warn at whole per cents from 1 to 100, separated by commas").toStdString());
        b.warn_percent.push_back(percent);
    }
    b.count_simulated = simulated_->isChecked() && b.meter == LimitMeter::cost;
    b.label = label_->text().trimmed().toStdString();
    b.reason = reason_->text().trimmed().toStdString();
    b.by = session_.actor();
    return b;
}

void BudgetDialog::ask() {
    const Result<Budget> wanted = budget();
    hideError();
    save_->setEnabled(wanted.has_value());
    if (!wanted) {
        what_if_->setText(safeText(wanted.error().message, 300));
        return;
    }
    what_if_->setText(tr("Reading the history…"));
    session_.core().whatIf(*wanted, session_.reply<api::WhatIf>(this, [this](Result<api::WhatIf> answer) {
        if (!answer) return what_if_->setText(safeText(answer.error().message, 300));
        QString text = safeText(answer->sentence, 600);
        if (answer->steps_blocked > 0)
            text +=
                QLatin1Char('\n') + tr("%1 of %2 steps in %3 runs would have been stopped, first on %4; %5 "
                                       "would not have been spent.")
                                        .arg(count(answer->steps_blocked), count(answer->steps_seen),
                                             count(answer->runs_touched), dateTime(answer->first_block_us),
                                             moneyShort(answer->cost_blocked));
        what_if_->setText(text);
    }));
}

void BudgetDialog::save() {
    const Result<Budget> wanted = budget();
    if (!wanted) return;
    save_->setEnabled(false);
    session_.core().setBudget(*wanted, session_.reply<BudgetId>(this, [this](Result<BudgetId> id) {
        save_->setEnabled(true);
        if (!id) return showError(id.error());
        Q_EMIT saved();
        accept();
    }));
}

} // namespace tally::ui
