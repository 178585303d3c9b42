// The prompts, answers and other payloads of one record, as far as the file opens them: a piece at a time, so
// that a long one neither blocks nor is cut in silence. Everything is shown escaped; nothing is read while
// hidden.
#pragma once
#include "core/api/auditor.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace tally::ui {

class Session;
class StateChip;

class PayloadView : public QWidget {
    Q_OBJECT
public:
    explicit PayloadView(Session& session, QWidget* parent = nullptr);
    ~PayloadView() override;
    /// `slot_names`: what the record commits to.
    void setRecord(std::shared_ptr<api::AuditFile> file, qint64 seq, std::vector<std::string> slot_names);
    /// One row of the list of payloads; a slot that the record does not have can have an opening too.
    void choose(const std::string& slot, api::PayloadSlot::State state);
    void clear();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildHead();
    void buildFoot();
    void start();
    void read(std::int64_t from);
    void fill(const Result<api::PayloadText>& text);
    void say(const QString& text, bool trouble);
    void copy(bool exact) const;

    Session& session_;
    std::shared_ptr<api::AuditFile> file_;
    qint64 seq_ = -1;
    std::optional<api::PayloadSlot::State> state_; ///< of a row that was chosen
    CancelToken cancel_;
    quint64 turn_ = 0; ///< an answer about another payload is not shown
    bool read_ = false;
    api::PayloadText shown_;
    std::vector<std::int64_t> starts_; ///< of the pieces up to the one that is shown
    QComboBox* slots_ = nullptr;
    StateChip* chip_ = nullptr;
    QLabel* size_ = nullptr;
    QPushButton* copy_ = nullptr;
    QLabel* said_ = nullptr;
    QPlainTextEdit* text_ = nullptr;
    QWidget* foot_ = nullptr;
    QLabel* part_ = nullptr;
    QPushButton* earlier_ = nullptr;
    QPushButton* later_ = nullptr;
};

} // namespace tally::ui
