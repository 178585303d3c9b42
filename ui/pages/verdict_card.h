// The verdict: one plain sentence, the strip, the ladder of what was and was not checked, and what the log
// adds up to.
#pragma once
#include "core/model/audit_values.h"
#include "core/model/verdict.h"

#include <QFrame>

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace tally::ui {

class ChainStrip;

class VerdictCard : public QFrame {
    Q_OBJECT
public:
    explicit VerdictCard(QWidget* parent = nullptr);
    void showProgress(const QString& text, int thousandths);
    /// `pin`: what the reader gave to compare with; empty: nothing.
    void show(const Verdict& verdict, const QString& pin = {}, const MemoryAnswer& memory = {});

Q_SIGNALS:
    void cancelPressed();
    void seqClicked(qint64 seq);
    void pinsWanted();

private:
    void fillLadder(const Verdict& verdict);
    [[nodiscard]] static QString scopeOf(const Verdict& verdict, const QString& pin);

    QLabel* headline_;
    QLabel* meaning_;
    QLabel* facts_;
    QLabel* scope_;  ///< what was compared: up to where, when, with what
    QLabel* memory_; ///< what was seen before
    QProgressBar* progress_;
    QPushButton* cancel_;
    ChainStrip* strip_;
    QGridLayout* ladder_;
};

} // namespace tally::ui
