// Erasing prompts and answers, once or by a standing rule: what is meant, what that reaches now (nothing is
// changed before the order), a confirmation that it cannot be undone, and what was done. Deletes itself when
// it closes.
#pragma once
#include "core/model/erasure.h"
#include "ui/widgets/form_dialog.h"

#include <QTimer>

class QCheckBox;

namespace tally::ui {

class Session;

class EraseDialog : public FormDialog {
    Q_OBJECT
public:
    enum class Kind {
        once,    ///< by age, process, workflow, run, person
        standing ///< a rule: by age, process, workflow
    };
    /// `rule`: what holds now; only for a standing one.
    EraseDialog(Session& session, Kind kind, const Retention& rule, QWidget* parent);

Q_SIGNALS:
    void changed(); ///< something was erased, or the rule was set

private:
    void build();
    void load(const Retention& rule);
    void ask();
    void showPlan(const ErasePlan& plan);
    void arm();
    void order();
    void erase();
    void setRule();
    void showDone(const ErasureDone& done);
    void showOutcome(const QString& text, bool trouble);
    [[nodiscard]] bool standing() const { return kind_ == Kind::standing; }
    /// -1: not a number of days.
    [[nodiscard]] std::int64_t days() const;
    [[nodiscard]] ErasePolicy policy() const;

    Session& session_;
    Kind kind_;
    QLineEdit* days_ = nullptr;
    QLineEdit* process_ = nullptr;
    QLineEdit* workflow_ = nullptr;
    QLineEdit* run_ = nullptr;
    QLineEdit* subject_ = nullptr;
    QLineEdit* reason_ = nullptr;
    QLabel* plan_text_ = nullptr;
    QLabel* warning_ = nullptr;
    QCheckBox* sure_ = nullptr;
    QPushButton* do_it_ = nullptr;
    QPushButton* close_ = nullptr;
    QTimer ask_again_;
    quint64 turn_ = 0;    ///< an answer about an older policy is not shown
    ErasePolicy planned_; ///< what the preview is about: this is erased, not what is typed later
    std::optional<ErasePlan> plan_;
};

} // namespace tally::ui
