// The verdict: one plain sentence, the strip, the ladder of what was and was not checked, and what the log
// adds up to.
#pragma once
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
    void show(const Verdict& verdict);

Q_SIGNALS:
    void cancelPressed();
    void seqClicked(qint64 seq);

private:
    QLabel* headline_;
    QLabel* meaning_;
    QLabel* facts_;
    QProgressBar* progress_;
    QPushButton* cancel_;
    ChainStrip* strip_;
    QGridLayout* ladder_;
};

} // namespace tally::ui
