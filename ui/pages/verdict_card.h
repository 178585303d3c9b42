// The verdict: one plain sentence, the strip, the ladder of what was and was not checked, and what the log
// adds up to.
#pragma once
#include "core/model/audit_values.h"
#include "core/model/verdict.h"

#include <QFrame>

class QBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace tally::ui {

class ChainStrip;
class LadderView;

class VerdictCard : public QFrame {
    Q_OBJECT
public:
    explicit VerdictCard(QWidget* parent = nullptr);
    void showProgress(const QString& text, int thousandths);
    /// `pin`: what the reader gave to compare with; empty: nothing.
    void show(const Verdict& verdict, const QString& pin = {}, const MemoryAnswer& memory = {});

    /// There is little room below: says the same with fewer lines.
    void setShort(bool is_short);

Q_SIGNALS:
    void cancelPressed();
    void seqClicked(qint64 seq);
    void pinsWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showScope();
    [[nodiscard]] static QString scopeOf(const Verdict& verdict, const QString& pin);

    QBoxLayout* top_; ///< headline and facts: beside or below each other
    QLabel* headline_;
    QLabel* meaning_;
    QLabel* facts_;
    QLabel* scope_;  ///< what was compared: up to where, when, with what
    QLabel* memory_; ///< what was seen before
    QProgressBar* progress_;
    QPushButton* cancel_;
    ChainStrip* strip_;
    LadderView* ladder_;
    bool short_ = false;
};

} // namespace tally::ui
