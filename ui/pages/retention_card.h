// What becomes of prompts and answers: the standing rule that holds, setting and removing it, and erasing
// some now.
#pragma once
#include "core/model/erasure.h"
#include "ui/widgets/answering_card.h"

class QPushButton;

namespace tally::ui {

class Session;

class RetentionCard : public AnsweringCard {
    Q_OBJECT
public:
    explicit RetentionCard(Session& session, QWidget* parent = nullptr);
    /// Asks the workspace for the rule.
    void read();
    void eraseNow();

private:
    void show(const Retention& rule);
    void change();
    void remove();

    Session& session_;
    Retention rule_;
    QLabel* now_;
    QPushButton* remove_;
    QPushButton* change_;
    QPushButton* erase_;
};

} // namespace tally::ui
