// Contract rates over the price catalogue: choose a file, check it (an error names the place and the fix),
// use it, remove it.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/answering_card.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class RatesCard : public AnsweringCard {
    Q_OBJECT
public:
    explicit RatesCard(Session& session, QWidget* parent = nullptr);
    /// What is in use now.
    void show(const api::ContractInfo& contract);

private:
    void choose();
    void check();
    void use();
    void remove();
    void answer(const Result<api::ContractInfo>& result, bool only_checked);
    [[nodiscard]] QString sentence(const api::ContractInfo& contract) const;

    Session& session_;
    QLabel* now_;
    QLineEdit* path_;
    QPushButton* use_;
    QPushButton* check_;
    QPushButton* remove_;
};

} // namespace tally::ui
