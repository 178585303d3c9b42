#include "ui/charts/chain_strip.h"

#include "ui/theme/theme.h"
#include "ui/widgets/format.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

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
    setFocusPolicy(Qt::StrongFocus);
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
    current_ = -1;
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

int ChainStrip::usedCells() const {
    const Grid g = grid();
    return entries_ > 0 ? static_cast<int>(std::min<qint64>(g.per_row * g.rows, entries_)) : 0;
}

bool ChainStrip::isBad(qint64 from, qint64 to) const {
    return std::any_of(bad_.begin(), bad_.end(), [&](const Span& s) { return s.from <= to && s.to >= from; });
}

void ChainStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = theme().tokens();
    QPainter painter(this);
    const Grid g = grid();
    const int cells = g.per_row * g.rows;
    const int used = entries_ > 0 ? usedCells() : cells;
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
            bad = isBad(from, to);
            color = bad                   ? t.danger
                    : to <= proven_to_    ? fine
                    : from >= sealed_end_ ? mix(t.warn_fill, t.surface, 0.55)
                                          : plain;
        }
        painter.fillRect(box, color);
        if (bad || (hasFocus() && i == current_)) {
            painter.setPen(QPen(bad ? t.text : t.accent, i == current_ && hasFocus() ? 2 : 1));
            painter.drawRect(box.adjusted(0, 0, -1, -1));
        }
    }
    if (hasFocus() && current_ < 0) {
        painter.setPen(QPen(t.accent, 1));
        painter.drawRect(QRect(0, 0, g.per_row * g.width - 1, height() - 3));
    }
}

int ChainStrip::cellAt(const QPoint& at) const {
    const Grid g = grid();
    const int column = at.x() / g.width;
    const int cell = at.y() / row_height * g.per_row + column;
    return progress_ < 0 && column < g.per_row && cell >= 0 && cell < usedCells() ? cell : -1;
}

QString ChainStrip::wordsOf(int cell) const {
    const int used = usedCells();
    const qint64 from = firstOf(cell, used), to = std::max(from, firstOf(cell + 1, used) - 1);
    const QString state = isBad(from, to)       ? tr("with a finding")
                          : to <= proven_to_    ? tr("proven")
                          : from >= sealed_end_ ? tr("not sealed yet")
                                                : tr("not proven");
    return from == to ? tr("Record %1: %2").arg(count(from), state)
                      : tr("Records %1 to %2: %3").arg(count(from), count(to), state);
}

void ChainStrip::goToCell(int cell) {
    const int used = usedCells();
    if (used == 0) return;
    current_ = std::clamp(cell, 0, used - 1);
    setAccessibleDescription(wordsOf(current_));
    update();
    // A cell of many records leads to the one with the finding.
    qint64 seq = firstOf(current_, used);
    const qint64 last = std::max(seq, firstOf(current_ + 1, used) - 1);
    for (const Span& s : bad_)
        if (s.from <= last && s.to >= seq) {
            seq = std::max(seq, s.from);
            break;
        }
    Q_EMIT seqClicked(seq);
}

void ChainStrip::mousePressEvent(QMouseEvent* event) {
    if (const int cell = cellAt(event->pos()); cell >= 0) goToCell(cell);
}

void ChainStrip::keyPressEvent(QKeyEvent* event) {
    const int used = usedCells();
    switch (event->key()) {
    case Qt::Key_Left:
        return goToCell(current_ - 1);
    case Qt::Key_Right:
        return goToCell(current_ + 1);
    case Qt::Key_Home:
        return goToCell(0);
    case Qt::Key_End:
        return goToCell(used - 1);
    case Qt::Key_N:
        for (int i = 1; i <= used; ++i) {
            const int cell = (qMax(0, current_) + i) % used;
            if (isBad(firstOf(cell, used), std::max(firstOf(cell, used), firstOf(cell + 1, used) - 1)))
                return goToCell(cell);
        }
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool ChainStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int cell = cellAt(help->pos());
        QToolTip::showText(help->globalPos(), cell >= 0 ? wordsOf(cell) : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace tally::ui
