#include "ui/pages/step_panel.h"

#include "ui/bridge/session.h"
#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QGridLayout>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int payload_height = 120;

std::string payloadText(const nlohmann::json& value) {
    if (value.is_null()) return {};
    return value.is_string() ? value.get<std::string>()
                             : value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}
} // namespace

StepPanel::StepPanel(Session& session, QWidget* parent)
    : DetailPanel(QStringLiteral("stepPanel"), false, parent)
    , session_(session) {
    clear();
}

void StepPanel::clear() {
    showHint(tr("Select a step to see what it cost and why."));
}

void StepPanel::open(const RunId& run, const std::string& path, int attempt) {
    session_.core().step(run, path, attempt,
                         session_.reply<StepDetail>(this, [this](Result<StepDetail> detail) {
                             if (!detail) return session_.fail(detail.error());
                             fill(*detail);
                         }));
}

void StepPanel::fill(const StepDetail& d) {
    QVBoxLayout* column = startOver();
    const StepRecord& s = d.step;
    column->addWidget(makeLabel(safeText(s.name, 120), Type::title, false, this));
    QString under = wordOf(s.kind) + QStringLiteral(" · ") + tr("attempt %1").arg(s.attempt);
    if (!s.model.empty()) under += QStringLiteral(" · ") + safeText(s.provider + "/" + s.model, 160);
    if (s.simulated) under += QStringLiteral(" · ") + tr("simulated");
    column->addWidget(makeWrapped(under, true, this));
    if (!s.detail.empty()) column->addWidget(makeWrapped(safeText(s.detail, 1000), false, this));
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
    column->addLayout(grid);
    if (d.rate)
        column->addWidget(
            makeWrapped(tr("Price: %1, tier %2, from %3 (%4). %5")
                            .arg(safeText(d.rate->provider + "/" + d.rate->model, 160),
                                 safeText(d.rate->tier, 60), safeText(d.rate->effective_from, 20),
                                 safeText(d.rate->source, 160), safeText(d.rate->why, 400)),
                        true, this));
    const auto text = [&](const QString& name, const nlohmann::json& value) {
        addText(name, payloadText(value), tr("none, or erased"), true, payload_height);
    };
    text(tr("Input"), d.input);
    text(tr("Output"), d.output);
    if (!d.log_line.empty()) addText(tr("Line in the log"), d.log_line, {}, true, payload_height);
    column->addStretch(1);
}

} // namespace tally::ui
