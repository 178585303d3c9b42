// Two exports side by side: whether one continues the other, where they part, and what differs.
#pragma once
#include "core/api/auditor.h"
#include "ui/widgets/form_dialog.h"

#include <optional>

namespace tally::ui {

class ListModel;
class Session;
class TablePanel;

class CompareDialog : public FormDialog {
    Q_OBJECT
public:
    /// `how`: pins and memory that both are checked with.
    CompareDialog(Session& session, api::VerifyRequest how, const QString& first, const QString& second,
                  QWidget* parent);
    ~CompareDialog() override;
    void compare();

Q_SIGNALS:
    /// A record of the first file was asked for.
    void recordWanted(const QString& path, qint64 seq);

private:
    QLineEdit* addFile(const QString& words, const QString& object_name, const QString& path);
    void show(const Comparison& comparison);

    Session& session_;
    api::VerifyRequest how_;
    CancelToken cancel_;
    std::optional<Comparison> shown_;
    QLineEdit* first_;
    QLineEdit* second_;
    QLabel* said_;
    QLabel* facts_;
    ListModel* model_;
    TablePanel* table_;
    QPushButton* copy_;
    QPushButton* go_;
};

} // namespace tally::ui
