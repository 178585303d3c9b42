#include "ui/charts/chain_strip.h"

#include "ui/theme/fonts.h"
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
constexpr int row_height = 24;
constexpr int legend_height = 20;
} // namespace

ChainStrip::ChainStrip(QWidget* parent)
    : QWidget(parent) {
    setRows(rows, false);
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
    setRows(rows, false);
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
    setRows(grid().rows, true);
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

void ChainStrip::setRows(int n, bool legend) {
    setFixedHeight(n * row_height + (legend ? legend_height : 0));
}

ChainStrip::CellState ChainStrip::stateOf(int cell, int used) const {
    const qint64 from = firstOf(cell, used), to = std::max(from, firstOf(cell + 1, used) - 1);
    return isBad(from, to)       ? CellState::bad
           : to <= proven_to_    ? CellState::proven
           : from >= sealed_end_ ? CellState::unsealed
                                 : CellState::open;
}

QString ChainStrip::wordOf(CellState state) {
    switch (state) {
    case CellState::bad:
        return tr("with a finding");
    case CellState::proven:
        return tr("proven");
    case CellState::unsealed:
        return tr("not sealed yet");
    case CellState::open:
        break;
    }
    return tr("not proven");
}

/// Told apart by shape too: full and framed, full, low, hollow.
void ChainStrip::paintCell(QPainter& painter, const QRect& box, CellState state) {
    const Tokens& t = theme().tokens();
    switch (state) {
    case CellState::bad:
        painter.fillRect(box, t.danger);
        painter.setPen(t.text);
        painter.drawRect(box.adjusted(0, 0, -1, -1));
        return;
    case CellState::proven:
        return painter.fillRect(box, mix(t.ok, t.surface, t.dark ? 0.7 : 0.75));
    case CellState::unsealed:
        return painter.fillRect(box.adjusted(0, box.height() / 2, 0, 0), mix(t.warn_fill, t.surface, 0.7));
    case CellState::open:
        painter.setPen(mix(t.accent, t.surface, 0.6));
        painter.drawRect(box.adjusted(0, 0, -1, -1));
    }
}

void ChainStrip::paintLegend(QPainter& painter, const std::array<bool, states>& seen) const {
    painter.setFont(typeFont(Type::caption));
    const QFontMetrics metrics(painter.font());
    const int top = height() - legend_height;
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    int x = 0;
    const auto put = [&](int w) {
        const QRect box(mirrored ? width() - x - w : x, top, w, legend_height);
        x += w;
        return box;
    };
    const auto words = [&](const QString& text) {
        painter.setPen(theme().tokens().muted);
        painter.drawText(put(metrics.horizontalAdvance(text)), Qt::AlignVCenter, text);
        x += 16;
    };
    for (int i = 0; i < states; ++i) {
        if (!seen[static_cast<std::size_t>(i)]) continue;
        paintCell(painter, put(10).adjusted(0, 5, 0, -5), static_cast<CellState>(i));
        x += 6;
        words(wordOf(static_cast<CellState>(i)));
    }
    if (const int used = usedCells(); used < entries_)
        words(tr("a cell is about %1 records and shows the worst of them")
                  .arg(count((entries_ + used / 2) / used)));
}

void ChainStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = theme().tokens();
    QPainter painter(this);
    const Grid g = grid();
    const int cells = g.per_row * g.rows;
    const int used = usedCells();
    std::array<bool, states> seen{};
    for (int i = 0; i < cells; ++i) {
        const QRect box((i % g.per_row) * g.width, (i / g.per_row) * row_height + 1, g.width - 1,
                        row_height - 4);
        if (progress_ >= 0 || i >= used) {
            const bool done = progress_ >= 0 && i * 1000 < progress_ * cells;
            painter.fillRect(box, done ? mix(t.accent, t.surface, 0.4) : t.raised);
            continue;
        }
        const CellState state = stateOf(i, used);
        seen[static_cast<std::size_t>(state)] = true;
        paintCell(painter, box, state);
        if (hasFocus() && i == current_) {
            painter.setPen(QPen(t.accent, 2));
            painter.drawRect(box.adjusted(0, 0, -1, -1));
        }
    }
    if (hasFocus() && current_ < 0) {
        painter.setPen(QPen(t.accent, 1));
        painter.drawRect(QRect(0, 0, g.per_row * g.width - 1, g.rows * row_height - 3));
    }
    if (used > 0 && progress_ < 0) paintLegend(painter, seen);
}

int ChainStrip::cellAt(const QPoint& at) const {
    const Grid g = grid();
    const int column = at.x() / g.width;
    const int cell = at.y() / row_height * g.per_row + column;
    return progress_ < 0 && at.y() < g.rows * row_height && column < g.per_row && cell >= 0 &&
                   cell < usedCells()
               ? cell
               : -1;
}

QString ChainStrip::wordsOf(int cell) const {
    const int used = usedCells();
    const qint64 from = firstOf(cell, used), to = std::max(from, firstOf(cell + 1, used) - 1);
    const QString state = wordOf(stateOf(cell, used));
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
