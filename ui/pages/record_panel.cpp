#include "ui/pages/record_panel.h"

#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tally::ui {

RecordPanel::RecordPanel(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("recordPanel"));
    setProperty("card", true);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 1, 1, 1);
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

void RecordPanel::clear() {
    clearLayout(rows_);
    rows_->addWidget(makeWrapped(
        tr("Select a record to see it as stored, in canonical form, and its hashes."), true, this));
    rows_->addStretch(1);
}

void RecordPanel::addText(const QString& title, const std::string& text) {
    rows_->addWidget(makeLabel(title, Type::strong, false, this));
    if (text.empty()) {
        rows_->addWidget(makeLabel(tr("none"), Type::body, true, this));
        return;
    }
    auto* box = new QPlainTextEdit(safeText(text, 20'000), this);
    box->setReadOnly(true);
    box->setFont(monoFont(11));
    box->setMinimumHeight(92);
    box->setAccessibleName(title);
    rows_->addWidget(box);
}

void RecordPanel::show(const api::AuditRecord& r, const std::vector<Finding>& findings) {
    clearLayout(rows_);
    auto* top = new QHBoxLayout;
    top->addWidget(makeLabel(tr("Record %1").arg(count(r.seq)), Type::title, false, this));
    auto* chip = new StateChip(this);
    chip->setLook(lookOf(r.state));
    top->addWidget(chip);
    top->addStretch(1);
    rows_->addLayout(top);
    QStringList facts{safeText(r.kind, 40), safeText(r.what, 200), dateTime(r.ts_us)};
    facts.removeAll(QString());
    rows_->addWidget(makeWrapped(facts.join(QStringLiteral(" · ")), true, this));
    for (const Finding& f : findings) {
        if (!f.seq || r.seq < *f.seq || r.seq > f.to_seq.value_or(*f.seq)) continue;
        QLabel* line = makeWrapped(safeText(f.message, 1000), false, this);
        setTone(line, f.warning ? Tone::warn : Tone::danger);
        rows_->addWidget(line);
        if (f.field && f.stored && f.original)
            rows_->addWidget(makeWrapped(tr("%1: the file says %2, the sealed original was %3%4")
                                             .arg(safeText(*f.field, 60), safeText(*f.stored, 300),
                                                  safeText(*f.original, 300),
                                                  f.proven ? tr(" (proven by its hash)") : QString()),
                                         false, this));
    }
    addText(tr("As stored"), r.stored_line);
    addText(tr("Canonical"), r.canonical_line);
    const auto hash = [this](const QString& name, const std::string& value) {
        rows_->addWidget(makeLabel(name, Type::body, true, this));
        QLabel* text = makeMono(value.empty() ? tr("none") : safeText(value, 128), this);
        text->setMinimumWidth(40);
        text->setToolTip(text->text());
        rows_->addWidget(text);
    };
    hash(tr("Previous hash in the record"), r.prev);
    hash(tr("Hash in the signed list"), r.leaf_stored);
    hash(tr("Hash recomputed from the stored line"), r.leaf_computed);
    rows_->addStretch(1);
}

} // namespace tally::ui
