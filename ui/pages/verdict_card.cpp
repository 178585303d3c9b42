#include "ui/pages/verdict_card.h"

#include "core/model/verdict_ladder.h"
#include "ui/charts/chain_strip.h"
#include "ui/models/verdict_words.h"
#include "ui/pages/ladder_view.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QProgressBar>

namespace tally::ui {
namespace {
constexpr int wide_from = 1000;
} // namespace

VerdictCard::VerdictCard(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("verdictCard"));
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    top_ = new QBoxLayout(QBoxLayout::LeftToRight);
    top_->setSpacing(4);
    headline_ = makeLabel(QString(), Type::title, false, this);
    headline_->setObjectName(QStringLiteral("verdictHeadline"));
    facts_ = makeLabel(QString(), Type::body, true, this);
    facts_->setObjectName(QStringLiteral("verdictFacts"));
    cancel_ = makeButton(tr("Cancel"), ButtonKind::plain, QStringLiteral("cancelVerify"), this);
    connect(cancel_, &QPushButton::clicked, this, &VerdictCard::cancelPressed);
    headline_->setWordWrap(true);
    top_->addWidget(headline_, 1);
    top_->addWidget(facts_);
    auto* row = new QHBoxLayout;
    row->addLayout(top_, 1);
    row->addWidget(cancel_, 0, Qt::AlignTop);
    column->addLayout(row);
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
    ladder_ = new LadderView(this);
    connect(ladder_, &LadderView::pinsWanted, this, &VerdictCard::pinsWanted);
    column->addWidget(ladder_);
}

void VerdictCard::setShort(bool is_short) {
    short_ = is_short;
    ladder_->setShort(is_short);
    showScope();
    layout()->setSpacing(is_short ? 3 : 8);
    layout()->setContentsMargins(16, is_short ? 8 : 12, 16, is_short ? 8 : 12);
}

/// In a low window it is the tooltip of the sentence above it.
void VerdictCard::showScope() {
    scope_->setVisible(!short_ && !progress_->isVisibleTo(this) && !scope_->text().isEmpty());
    meaning_->setToolTip(short_ ? scope_->text() : QString());
}

void VerdictCard::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    const bool wide = width() >= wide_from;
    top_->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    facts_->setWordWrap(!wide);
    facts_->setAlignment((wide ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
}

void VerdictCard::showProgress(const QString& text, int thousandths) {
    ladder_->setRungs({});
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
    if (v.origin) parts << tr("Log %1").arg(safeText(*v.origin, 80));
    if (v.fingerprint) parts << tr("fingerprint %1").arg(shortHash(*v.fingerprint));
    if (v.sealed_to < 0)
        parts << tr("nothing sealed");
    else if (v.sealed_ts_us)
        parts << tr("sealed up to record %1 of %2").arg(count(v.sealed_to), dateTime(*v.sealed_ts_us));
    else
        parts << tr("sealed up to record %1").arg(count(v.sealed_to));
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
    showScope();
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
    ladder_->setRungs(ladderOf(v));
}

} // namespace tally::ui
