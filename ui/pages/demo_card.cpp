#include "ui/pages/demo_card.h"

#include "ui/widgets/card.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QHBoxLayout>

namespace tally::ui {
namespace {
/// "62.4 ×" from thousandths, without a division in floating point.
QString times(std::int64_t thousandths) {
    const std::int64_t tenths = (thousandths + 50) / 100;
    return DemoCard::tr("%1 ×").arg(count(tenths / 10) + QLocale().decimalPoint() +
                                    QString::number(tenths % 10));
}

/// Ends in "…" with a tooltip in a narrow window.
QLabel* makeElided(const QString& text, Type type, bool muted, QWidget* parent) {
    auto* label = new ElidedLabel(text, parent);
    label->setFont(typeFont(type));
    label->setProperty("muted", muted);
    return label;
}
} // namespace

DemoCard::DemoCard(QWidget* parent)
    : QFrame(parent)
    , row_(new QHBoxLayout(this)) {
    setObjectName(QStringLiteral("demoCard"));
    setProperty("card", true);
    row_->setContentsMargins(16, 10, 16, 10);
    row_->setSpacing(20);
    hide();
}

void DemoCard::show(const api::SampleComparison& samples) {
    clearLayout(row_);
    setVisible(!samples.samples.empty());
    for (const api::SampleResult& s : samples.samples) {
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        auto* name = makeButton(safeText(s.workflow, 80), ButtonKind::link, QStringLiteral("demoRun"), this);
        connect(name, &QPushButton::clicked, this, [this, id = qs(s.run.str())] { Q_EMIT runWanted(id); });
        column->addWidget(name, 0, Qt::AlignLeading);
        auto* facts = makeElided(tr("%1 · F1 %2 · %3")
                                     .arg(moneyShort(s.cost), permille(s.micro_f1_permille),
                                          tr("%Ln file(s)", nullptr, static_cast<int>(s.files))),
                                 Type::body, false, this);
        facts->setContentsMargins(5, 0, 0, 0);
        facts->setToolTip(tr("%1 steps, %2 tokens, %3")
                              .arg(count(s.steps), count(s.usage.tokens()), duration(s.seconds_ms * 1000)));
        column->addWidget(facts);
        row_->addLayout(column);
    }
    if (samples.cost_ratio_permille > 0) {
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        QLabel* ratio = makeElided(tr("%1 cheaper in total").arg(times(samples.cost_ratio_permille)),
                                   Type::title, false, this);
        ratio->setMinimumHeight(30); // as high as the links beside it
        column->addWidget(ratio);
        column->addWidget(
            makeElided(samples.median_file_ratio_permille == 0
                           ? tr("no file cost it anything")
                           : tr("median of the paid files %1").arg(times(samples.median_file_ratio_permille)),
                       Type::body, true, this));
        row_->addLayout(column);
    }
    if (samples.free_files > 0) {
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        QLabel* free = makeElided(
            tr("%1 of %2 decided locally, %3", "files, files, amount")
                .arg(count(samples.free_files), count(samples.samples.front().files), moneyExact(PicoSum())),
            Type::title, false, this);
        free->setObjectName(QStringLiteral("demoFree"));
        free->setMinimumHeight(30);
        column->addWidget(free);
        column->addWidget(makeElided(tr("no other model was asked"), Type::body, true, this));
        row_->addLayout(column);
    }
    row_->addStretch(1);
    const bool simulated = !samples.samples.empty() && samples.samples.front().simulated;
    if (simulated) {
        auto* chip = new StateChip(this);
        chip->setLook({Tone::info, ui::Shape::diamond, tr("simulated")});
        row_->addWidget(chip);
    }
}

} // namespace tally::ui
