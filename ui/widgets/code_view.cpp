#include "ui/widgets/code_view.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/format.h"

#include <QHelpEvent>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>

namespace tally::ui {

CodeView::CodeView(QWidget* parent)
    : QPlainTextEdit(parent)
    , margin_(new QWidget(this)) {
    setFont(monoFont(12));
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setTabStopDistance(fontMetrics().horizontalAdvance(QLatin1Char(' ')) * 2);
    setTabChangesFocus(true);
    margin_->installEventFilter(this);
    connect(this, &QPlainTextEdit::blockCountChanged, this,
            [this] { setViewportMargins(marginWidth(), 0, 0, 0); });
    connect(this, &QPlainTextEdit::updateRequest, margin_, [this] { margin_->update(); });
    if (Theme* t = theme().object()) connect(t, &Theme::changed, this, &CodeView::markLines);
    setViewportMargins(marginWidth(), 0, 0, 0);
}

int CodeView::marginWidth() const {
    const auto digits = static_cast<int>(QString::number(qMax(1, blockCount())).size());
    return fontMetrics().horizontalAdvance(QLatin1Char('9')) * digits + 28;
}

void CodeView::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    const QRect inside = contentsRect();
    margin_->setGeometry(inside.left(), inside.top(), marginWidth(), inside.height());
}

const Diagnostic* CodeView::at(int line) const {
    for (const Diagnostic& d : diagnostics_)
        if (d.line == line) return &d;
    return nullptr;
}

void CodeView::setDiagnostics(std::vector<Diagnostic> diagnostics) {
    diagnostics_ = std::move(diagnostics);
    markLines();
}

void CodeView::markLines() {
    const Tokens& t = theme().tokens();
    QList<QTextEdit::ExtraSelection> marks;
    for (const Diagnostic& d : diagnostics_) {
        const QTextBlock block = document()->findBlockByNumber(d.line - 1);
        if (d.line <= 0 || !block.isValid()) continue;
        const bool error = d.severity == Diagnostic::Severity::error;
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(block);
        mark.format.setBackground(mix(error ? t.danger : t.warn, t.surface, 0.14));
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks << mark;
    }
    setExtraSelections(marks);
    margin_->update();
}

void CodeView::goToLine(int line, int column) {
    const QTextBlock block = document()->findBlockByNumber(line - 1);
    if (!block.isValid()) return;
    QTextCursor cursor(block);
    cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::MoveAnchor,
                        qBound(0, column - 1, block.length() - 1));
    setTextCursor(cursor);
    centerCursor();
    setFocus();
}

bool CodeView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != margin_) return QPlainTextEdit::eventFilter(watched, event);
    if (event->type() == QEvent::Paint) {
        paintMargin();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const Diagnostic* d = at(cursorForPosition(QPoint(0, help->pos().y())).blockNumber() + 1);
        if (d)
            QToolTip::showText(help->globalPos(), safeText(d->message + "\n" + d->fix, 1000, true), margin_);
        return true;
    }
    return QPlainTextEdit::eventFilter(watched, event);
}

void CodeView::paintMargin() {
    const Tokens& t = theme().tokens();
    QPainter painter(margin_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(monoFont(11));
    QTextBlock block = firstVisibleBlock();
    double top = blockBoundingGeometry(block).translated(contentOffset()).top();
    for (; block.isValid() && top < margin_->height(); block = block.next()) {
        const double height = blockBoundingRect(block).height();
        const Diagnostic* d = at(block.blockNumber() + 1);
        const bool error = d && d->severity == Diagnostic::Severity::error;
        painter.setPen(d ? (error ? t.danger : t.warn) : t.muted);
        painter.drawText(QRectF(16, top, margin_->width() - 24, height), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(block.blockNumber() + 1));
        if (d) {
            painter.setBrush(error ? t.danger : t.warn_fill);
            painter.setPen(Qt::NoPen);
            const double y = top + height / 2;
            if (error)
                painter.drawRect(QRectF(7, y - 3.5, 7, 7));
            else {
                const QPointF points[] = {{10.5, y - 4}, {14, y + 3.5}, {7, y + 3.5}};
                painter.drawPolygon(points, 3);
            }
        }
        top += height;
    }
}

} // namespace tally::ui
