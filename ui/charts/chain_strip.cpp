#include "ui/charts/chain_strip.h"

#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int cell_width = 7;
constexpr int row_height = 26;
} // namespace

ChainStrip::ChainStrip(QWidget* parent)
    : QWidget(parent) {
    setFixedHeight(rows * row_height);
    setAccessibleName(tr("The log, oldest record first"));
}

ChainStrip::Grid ChainStrip::grid() const {
    const int most = qMax(8, width() / cell_width);
    if (progress_ >= 0 || entries_ <= 0 || entries_ > most) return {most, rows, cell_width};
    // A short log fills one row with wider cells.
    const int n = static_cast<int>(entries_);
    return {n, 1, qBound(cell_width, width() / n, 40)};
}

void ChainStrip::clear() {
    entries_ = 0;
    progress_ = -1;
    bad_.clear();
    update();
}

void ChainStrip::setProgress(int thousandths) {
    progress_ = thousandths;
    setFixedHeight(rows * row_height);
    update();
}

void ChainStrip::setVerdict(const Verdict& v) {
    progress_ = -1;
    first_ = v.first;
    entries_ = v.entries;
    proven_to_ = provenTo(v);
    sealed_end_ = v.checkpoints > 0 ? v.first + v.entries - v.unsealed : v.first + v.entries;
    bad_.clear();
    for (const Finding& f : v.findings) {
        if (f.warning || f.derived || !isAboutRecord(f)) continue;
        bad_.push_back({*f.seq, f.to_seq.value_or(*f.seq)});
        // Records that are missing at the end have their place too.
        entries_ = std::max<qint64>(entries_, bad_.back().to + 1 - first_);
    }
    setFixedHeight(grid().rows * row_height);
    setAccessibleDescription(tr("%Ln record(s) with findings", nullptr, static_cast<int>(bad_.size())));
    update();
}

qint64 ChainStrip::firstOf(int cell, int cells) const {
    return first_ + static_cast<qint64>(static_cast<Int128>(entries_) * cell / cells);
}

void ChainStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = theme().tokens();
    QPainter painter(this);
    const Grid g = grid();
    const int cells = g.per_row * g.rows;
    const int used = entries_ > 0 ? static_cast<int>(std::min<qint64>(cells, entries_)) : cells;
    const QColor fine = mix(t.ok, t.surface, t.dark ? 0.7 : 0.75);
    const QColor plain = mix(t.accent, t.surface, 0.4);
    for (int i = 0; i < cells; ++i) {
        const QRect box((i % g.per_row) * g.width, (i / g.per_row) * row_height + 1, g.width - 1,
                        row_height - 4);
        QColor color = t.raised;
        bool bad = false;
        if (progress_ >= 0) {
            if (i * 1000 < progress_ * cells) color = plain;
        } else if (entries_ > 0 && i < used) {
            const qint64 from = firstOf(i, used), to = std::max(from, firstOf(i + 1, used) - 1);
            bad = std::any_of(bad_.begin(), bad_.end(),
                              [&](const Span& s) { return s.from <= to && s.to >= from; });
            color = bad                   ? t.danger
                    : to <= proven_to_    ? fine
                    : from >= sealed_end_ ? mix(t.warn_fill, t.surface, 0.55)
                                          : plain;
        }
        painter.fillRect(box, color);
        if (bad) {
            painter.setPen(QPen(t.text, 1));
            painter.drawRect(box.adjusted(0, 0, -1, -1));
        }
    }
}

void ChainStrip::mousePressEvent(QMouseEvent* event) {
    if (entries_ <= 0) return;
    const Grid g = grid();
    const int cells = static_cast<int>(std::min<qint64>(g.per_row * g.rows, entries_));
    const int i = static_cast<int>(event->position().y()) / row_height * g.per_row +
                  static_cast<int>(event->position().x()) / g.width;
    if (i >= 0 && i < cells) Q_EMIT seqClicked(firstOf(i, cells));
}

} // namespace tally::ui
