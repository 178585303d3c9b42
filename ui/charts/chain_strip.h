// The whole log as a strip of cells, oldest first: proven, altered, unsealed, not proven, with a legend
// below. A cell stands for many records and takes the worst state among them, so that a single altered record
// among ten million stays visible.
#pragma once
#include "core/model/verdict.h"

#include <QWidget>

#include <array>
#include <vector>

namespace tally::ui {

class ChainStrip : public QWidget {
    Q_OBJECT
public:
    explicit ChainStrip(QWidget* parent = nullptr);
    void setVerdict(const Verdict& verdict);
    /// While verifying: the share that was looked at, in parts per thousand.
    void setProgress(int thousandths);
    void clear();
    [[nodiscard]] QSize sizeHint() const override { return {400, height()}; }

Q_SIGNALS:
    void seqClicked(qint64 seq);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    /// Left and Right walk the cells, Home and End go to the ends, N to the next cell with a finding.
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    static constexpr int rows = 2;
    struct Grid {
        int per_row, rows, width;
    };
    [[nodiscard]] Grid grid() const;
    [[nodiscard]] qint64 firstOf(int cell, int cells) const;
    [[nodiscard]] int usedCells() const;
    /// -1: no record there.
    [[nodiscard]] int cellAt(const QPoint& at) const;
    void goToCell(int cell);
    [[nodiscard]] bool isBad(qint64 from, qint64 to) const;
    enum class CellState { proven, bad, open, unsealed };
    static constexpr int states = 4;
    [[nodiscard]] CellState stateOf(int cell, int used) const;
    [[nodiscard]] static QString wordOf(CellState state);
    /// What the colours mean: those that occur, and how many records a cell stands for.
    void paintLegend(QPainter& painter, const std::array<bool, states>& seen) const;
    static void paintCell(QPainter& painter, const QRect& box, CellState state);
    void setRows(int rows, bool legend);
    [[nodiscard]] QString wordsOf(int cell) const;
    struct Span {
        qint64 from, to;
    };
    qint64 first_ = 0, entries_ = 0, proven_to_ = -1, sealed_end_ = 0;
    std::vector<Span> bad_;
    int progress_ = -1;
    int current_ = -1; ///< cell that the keyboard is at
};

} // namespace tally::ui
