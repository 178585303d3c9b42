#include "ui/pages/verdict_card.h"

#include "core/model/verdict_ladder.h"
#include "ui/charts/chain_strip.h"
#include "ui/models/verdict_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QGridLayout>
#include <QProgressBar>

namespace tally::ui {

VerdictCard::VerdictCard(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("verdictCard"));
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto* top = new QHBoxLayout;
    headline_ = makeLabel(QString(), Type::title, false, this);
    headline_->setObjectName(QStringLiteral("verdictHeadline"));
    facts_ = makeLabel(QString(), Type::body, true, this);
    facts_->setObjectName(QStringLiteral("verdictFacts"));
    cancel_ = makeButton(tr("Cancel"), ButtonKind::plain, QStringLiteral("cancelVerify"), this);
    connect(cancel_, &QPushButton::clicked, this, &VerdictCard::cancelPressed);
    top->addWidget(headline_);
    top->addStretch(1);
    top->addWidget(facts_);
    top->addWidget(cancel_);
    column->addLayout(top);
    meaning_ = makeWrapped(QString(), true, this);
    meaning_->setObjectName(QStringLiteral("verdictMeaning"));
    column->addWidget(meaning_);
    scope_ = makeWrapped(QString(), true, this);
    scope_->setObjectName(QStringLiteral("verdictScope"));
    column->addWidget(scope_);
    memory_ = makeWrapped(QString(), true, this);
    memory_->setObjectName(QStringLiteral("verdictMemory"));
    column->addWidget(memory_);
    strip_ = new ChainStrip(this);
    connect(strip_, &ChainStrip::seqClicked, this, &VerdictCard::seqClicked);
    column->addWidget(strip_);
    progress_ = new QProgressBar(this);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    column->addWidget(progress_);
    ladder_ = new QGridLayout;
    ladder_->setHorizontalSpacing(12);
    ladder_->setVerticalSpacing(4);
    column->addLayout(ladder_);
}

void VerdictCard::showProgress(const QString& text, int thousandths) {
    clearLayout(ladder_);
    setTone(this, Tone::neutral);
    setTone(headline_, Tone::neutral);
    headline_->setText(tr("Checking…"));
    meaning_->setText(tr("Nothing is proven before the check has ended."));
    facts_->setText(text);
    scope_->hide();
    memory_->hide();
    progress_->setValue(thousandths);
    progress_->show();
    cancel_->show();
    strip_->show();
    strip_->setProgress(thousandths);
}

QString VerdictCard::scopeOf(const Verdict& v, const QString& pin) {
    if (v.level == VerdictLevel::malformed) return {};
    QStringList parts;
    if (v.sealed_to < 0)
        parts << tr("Nothing sealed");
    else if (v.sealed_ts_us)
        parts << tr("Sealed up to record %1 of %2").arg(count(v.sealed_to), dateTime(*v.sealed_ts_us));
    else
        parts << tr("Sealed up to record %1").arg(count(v.sealed_to));
    parts << tr("%1 not sealed").arg(count(v.unsealed));
    if (v.totals)
        parts << tr("payloads: %1 shown, %2 erased, %3 withheld")
                     .arg(count(v.totals->payloads_ok), count(v.totals->payloads_erased),
                          count(v.totals->payloads_withheld));
    if (!v.pin)
        parts << tr("no pin given");
    else
        parts << (*v.pin == "match" ? tr("fits the pin %1") : tr("does not fit the pin %1"))
                     .arg(pin.size() > 20 ? pin.left(8) + QChar(0x2026) + pin.right(8) : pin);
    if (v.memory_size)
        parts << (v.memory == "match" ? tr("continues the state of %1 records that you saw")
                                      : tr("compared with the state of %1 records that you saw"))
                     .arg(count(*v.memory_size));
    return parts.join(QStringLiteral(" · "));
}

void VerdictCard::show(const Verdict& v, const QString& pin, const MemoryAnswer& memory) {
    const VerdictSentence s = sentenceOf(v);
    headline_->setText(s.headline);
    setTone(headline_, s.tone);
    setTone(this, s.tone == Tone::danger ? s.tone : Tone::neutral);
    meaning_->setText(s.meaning);
    setAccessibleName(s.headline + QStringLiteral(". ") + s.meaning);
    progress_->hide();
    cancel_->hide();
    scope_->setText(scopeOf(v, pin));
    scope_->setVisible(!scope_->text().isEmpty());
    memory_->setText(memorySentence(memory));
    memory_->setVisible(!memory_->text().isEmpty());
    setTone(memory_, memory.answer == "mismatch" ? Tone::danger : Tone::neutral);
    strip_->setVerdict(v);
    strip_->setVisible(v.entries > 0);
    if (v.totals) {
        const VerdictTotals& t = *v.totals;
        facts_->setText(
            tr("%1 steps in %2 runs · %3 · %4")
                .arg(count(t.steps), count(t.runs), moneyExact(t.cost),
                     figuresAreProven(v) ? tr("proven figures") : tr("figures as they stand, not proven")));
    } else {
        facts_->clear();
    }
    fillLadder(v);
}

void VerdictCard::fillLadder(const Verdict& v) {
    clearLayout(ladder_);
    int row = 0, side = 0;
    // Two columns: the ladder is read downwards, left then right.
    const std::vector<Rung> rungs = ladderOf(v);
    const int half = static_cast<int>(rungs.size() + 1) / 2;
    for (const Rung& rung : rungs) {
        auto* chip = new StateChip(this);
        chip->setLook(rung.answer);
        ladder_->addWidget(chip, row, side * 3, Qt::AlignLeading);
        ladder_->addWidget(makeLabel(rung.question, Type::body, false, this), row, side * 3 + 1);
        if (rung.wants_pin) {
            auto* enter = makeButton(rung.why, ButtonKind::chip, QStringLiteral("enterPins"), this);
            enter->setToolTip(tr("Enter what was agreed on: fingerprint, key, witness"));
            connect(enter, &QPushButton::clicked, this, &VerdictCard::pinsWanted);
            ladder_->addWidget(enter, row, side * 3 + 2, Qt::AlignLeading);
        } else {
            ladder_->addWidget(new ElidedLabel(rung.why, this), row, side * 3 + 2);
        }
        if (++row == half) {
            row = 0;
            ++side;
        }
    }
    ladder_->setColumnStretch(2, 1);
    ladder_->setColumnStretch(5, 1);
}

} // namespace tally::ui
