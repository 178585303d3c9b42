// One record of a verified file: what is wrong with it, its fields beside the sealed ones, both lines, what
// its hash is computed of, and its prompts and answers. Everything foreign is escaped.
#pragma once
#include "core/api/auditor.h"

#include <QFrame>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QTabWidget;
class QVBoxLayout;

namespace tally::ui {

class ListModel;
class PayloadView;
class Session;
class StateChip;
class TableView;

class RecordPanel : public QFrame {
    Q_OBJECT
public:
    explicit RecordPanel(Session& session, QWidget* parent = nullptr);
    void show(std::shared_ptr<api::AuditFile> file, const api::AuditRecord& record);
    /// Opens the text of one payload of the record that is shown.
    void showPayload(const std::string& slot, api::PayloadSlot::State state);
    void clear();
    /// Puts the record on the clipboard.
    void copy(bool as_json) const;

private:
    void buildHead(QVBoxLayout* column);
    void buildTabs(QVBoxLayout* column);
    void fillHashes(const api::AuditRecord& record);

    Session& session_;
    std::optional<api::AuditRecord> record_;
    api::RecordFields fields_;
    std::vector<Finding> findings_;
    QLabel* title_ = nullptr;
    StateChip* chip_ = nullptr;
    QLabel* facts_ = nullptr;
    QLabel* found_ = nullptr; ///< the findings about this record
    QLabel* how_ = nullptr;   ///< how the original is known
    QWidget* copy_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    ListModel* fields_model_ = nullptr;
    TableView* fields_view_ = nullptr;
    QLabel* fields_note_ = nullptr;
    QPlainTextEdit* stored_ = nullptr;
    QLabel* canonical_title_ = nullptr;
    QPlainTextEdit* canonical_ = nullptr;
    QLabel* prev_ = nullptr;
    QLabel* listed_ = nullptr;
    QLabel* same_ = nullptr; ///< "=" or "≠"
    QLabel* computed_ = nullptr;
    QPlainTextEdit* input_ = nullptr;
    PayloadView* payloads_ = nullptr;
};

} // namespace tally::ui
