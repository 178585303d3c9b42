#include "ui/pages/record_panel.h"

#include "ui/models/state_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QVBoxLayout>

namespace tally::ui {

RecordPanel::RecordPanel(QWidget* parent)
    : DetailPanel(QStringLiteral("recordPanel"), true, parent) {
    clear();
}

void RecordPanel::clear() {
    showHint(tr("Select a record to see it as stored, in canonical form, and its hashes."));
}

void RecordPanel::show(const api::AuditRecord& r, const std::vector<Finding>& findings) {
    QVBoxLayout* column = startOver();
    auto* top = new QHBoxLayout;
    top->addWidget(makeLabel(tr("Record %1").arg(count(r.seq)), Type::title, false, this));
    auto* chip = new StateChip(this);
    chip->setLook(lookOf(r.state));
    top->addWidget(chip);
    top->addStretch(1);
    column->addLayout(top);
    QStringList facts{safeText(r.kind, 40), safeText(r.what, 200), dateTime(r.ts_us)};
    facts.removeAll(QString());
    column->addWidget(makeWrapped(facts.join(QStringLiteral(" · ")), true, this));
    for (const Finding& f : findings) {
        if (!f.seq || r.seq < *f.seq || r.seq > f.to_seq.value_or(*f.seq)) continue;
        QLabel* line = makeWrapped(safeText(f.message, 1000), false, this);
        setTone(line, f.warning ? Tone::warn : Tone::danger);
        column->addWidget(line);
        if (f.field && f.stored && f.original)
            column->addWidget(makeWrapped(tr("%1: the file says %2, the sealed original was %3%4")
                                              .arg(safeText(*f.field, 60), safeText(*f.stored, 300),
                                                   safeText(*f.original, 300),
                                                   f.proven ? tr(" (proven by its hash)") : QString()),
                                          false, this));
    }
    addText(tr("As stored"), r.stored_line, tr("none"), false);
    addText(tr("Canonical"), r.canonical_line, tr("none"), false);
    const auto hash = [this, column](const QString& name, const std::string& value) {
        column->addWidget(makeLabel(name, Type::body, true, this));
        QLabel* text = makeMono(value.empty() ? tr("none") : safeText(value, 128), this);
        text->setMinimumWidth(40);
        text->setToolTip(text->text());
        column->addWidget(text);
    };
    hash(tr("Previous hash in the record"), r.prev);
    hash(tr("Hash in the signed list"), r.leaf_stored);
    hash(tr("Hash recomputed from the stored line"), r.leaf_computed);
    column->addStretch(1);
}

} // namespace tally::ui
