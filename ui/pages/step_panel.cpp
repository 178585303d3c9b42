#include "ui/pages/step_panel.h"

#include "ui/bridge/session.h"
#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QGridLayout>
#include <QPlainTextEdit>
#include <QScrollArea>

namespace tally::ui {
namespace {

QPlainTextEdit* payload(const QString& name, const nlohmann::json& value, QWidget* parent) {
    const std::string text = value.is_string()
                                 ? value.get<std::string>()
                                 : value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    auto* box = new QPlainTextEdit(safeText(text, 20'000, true), parent);
    box->setReadOnly(true);
    box->setFont(monoFont(11));
    box->setFixedHeight(120);
    box->setAccessibleName(name);
    return box;
}

} // namespace

StepPanel::StepPanel(Session& session, QWidget* parent)
    : QFrame(parent)
    , session_(session) {
    setObjectName(QStringLiteral("stepPanel"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* inner = new QWidget(scroll);
    inner->setObjectName(QStringLiteral("scrollContents"));
    rows_ = new QVBoxLayout(inner);
    rows_->setContentsMargins(16, 12, 16, 12);
    rows_->setSpacing(6);
    scroll->setWidget(inner);
    outer->addWidget(scroll);
    clear();
}

void StepPanel::clear() {
    clearLayout(rows_);
    rows_->addWidget(makeWrapped(tr("Select a step to see what it cost and why."), true, this));
    rows_->addStretch(1);
}

void StepPanel::open(const RunId& run, const std::string& path, int attempt) {
    session_.core().step(run, path, attempt,
                         session_.reply<StepDetail>(this, [this](Result<StepDetail> detail) {
                             if (!detail) return session_.fail(detail.error());
                             fill(*detail);
                         }));
}

void StepPanel::fill(const StepDetail& d) {
    clearLayout(rows_);
    const StepRecord& s = d.step;
    rows_->addWidget(makeLabel(safeText(s.name, 120), Type::title, false, this));
    QString under = wordOf(s.kind) + QStringLiteral(" · ") + tr("attempt %1").arg(s.attempt);
    if (!s.model.empty()) under += QStringLiteral(" · ") + safeText(s.provider + "/" + s.model, 160);
    if (s.simulated) under += QStringLiteral(" · ") + tr("simulated");
    rows_->addWidget(makeWrapped(under, true, this));
    if (!s.detail.empty()) rows_->addWidget(makeWrapped(safeText(s.detail, 1000), false, this));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    int row = 0;
    const auto right = [this](const QString& text) {
        QLabel* label = makeMono(text, this);
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        return label;
    };
    for (const LineItem& item : d.items) {
        grid->addWidget(makeLabel(wordOfMeter(item.meter), Type::body, true, this), row, 0);
        grid->addWidget(right(count(item.quantity)), row, 1);
        grid->addWidget(right(QStringLiteral("× ") + moneyExact(item.rate)), row, 2);
        grid->addWidget(right(moneyExact(item.amount)), row, 3);
        ++row;
    }
    grid->addWidget(makeLabel(tr("Cost"), Type::strong, false, this), row, 0);
    grid->addWidget(right(moneyExact(s.cost)), row++, 3);
    if (!s.reserved.isZero()) {
        grid->addWidget(makeLabel(tr("Reserved before the call"), Type::body, true, this), row, 0);
        grid->addWidget(right(moneyExact(s.reserved)), row++, 3);
    }
    const auto fact = [&](const QString& name, const QString& value) {
        grid->addWidget(makeLabel(name, Type::body, true, this), row, 0);
        grid->addWidget(right(value), row++, 3);
    };
    if (s.ttft_us > 0) fact(tr("First token"), duration(s.ttft_us));
    fact(tr("Total"), duration(s.latency_us));
    if (s.log_seq >= 0)
        fact(tr("Entry / hash"), count(s.log_seq) + QStringLiteral("  ") + shortHash(d.leaf_hash));
    rows_->addLayout(grid);
    if (d.rate)
        rows_->addWidget(
            makeWrapped(tr("Price: %1, tier %2, from %3 (%4). %5")
                            .arg(safeText(d.rate->provider + "/" + d.rate->model, 160),
                                 safeText(d.rate->tier, 60), safeText(d.rate->effective_from, 20),
                                 safeText(d.rate->source, 160), safeText(d.rate->why, 400)),
                        true, this));
    const auto text = [&](const QString& name, const nlohmann::json& value) {
        rows_->addWidget(makeLabel(name, Type::strong, false, this));
        if (value.is_null())
            rows_->addWidget(makeLabel(tr("none, or erased"), Type::body, true, this));
        else
            rows_->addWidget(payload(name, value, this));
    };
    text(tr("Input"), d.input);
    text(tr("Output"), d.output);
    if (!d.log_line.empty()) text(tr("Line in the log"), nlohmann::json(d.log_line));
    rows_->addStretch(1);
}

} // namespace tally::ui
