// Checking a bundle: drop it, watch the progress, read the verdict, look at the records.
#pragma once
#include "core/api/workspace.h"
#include "ui/bridge/latest.h"
#include "ui/pages/page.h"

#include <QElapsedTimer>
#include <QTimer>

class QLineEdit;
class QPushButton;
class QSplitter;

namespace tally::ui {

class ListModel;
class RecordPanel;
class RecordsModel;
class TablePanel;
class VerdictCard;

class AuditPage : public Page {
    Q_OBJECT
public:
    AuditPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;
    void openBundle(const QString& path);
    [[nodiscard]] QString place() const override { return path_; }
    void goTo(const QString& path) override;

private:
    void buildHeader();
    void buildPins();
    void buildTables();
    void verify();
    void tick();
    void show(const std::shared_ptr<api::AuditFile>& file);
    void fillFindings(const Verdict& verdict);
    void goToSeq(qint64 seq);

    QString path_;
    std::shared_ptr<api::AuditFile> file_;
    CancelToken cancel_;
    quint64 turn_ = 0; ///< a reply of an older check is not shown
    bool running_ = false;
    Latest<api::VerifyProgress> progress_;
    QElapsedTimer since_;
    QTimer tick_;
    QPushButton* again_ = nullptr;
    QLineEdit* pin_ = nullptr;
    QLineEdit* key_ = nullptr;
    QLineEdit* memory_ = nullptr;
    VerdictCard* verdict_ = nullptr;
    ListModel* findings_model_ = nullptr;
    TablePanel* findings_ = nullptr;
    RecordsModel* records_model_ = nullptr;
    TablePanel* records_ = nullptr;
    RecordPanel* record_ = nullptr;
    QSplitter* split_ = nullptr;
};

} // namespace tally::ui
