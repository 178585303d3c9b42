// Checking a bundle: drop it, watch the progress, read the verdict, look at what was found, at the records
// and at what they add up to.
#pragma once
#include "core/api/workspace.h"
#include "ui/bridge/latest.h"
#include "ui/pages/page.h"

#include <QElapsedTimer>
#include <QTimer>

class QMenu;
class QPushButton;
class QSplitter;
class QTabWidget;

namespace tally::ui {

class DerivedPanel;
class ListModel;
class RecordPanel;
class RecordsModel;
class TablePanel;
class VerdictCard;

class AuditPage : public Page {
    Q_OBJECT
public:
    AuditPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    ~AuditPage() override;
    void refresh() override;
    void openBundle(const QString& path);
    /// Opens the first and compares both.
    void openTwo(const QString& first, const QString& second);
    [[nodiscard]] QString place() const override { return path_; }
    void goTo(const QString& path) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildHeader();
    void buildMenu(QMenu* menu);
    void buildTables();
    [[nodiscard]] QWidget* buildFindings();
    [[nodiscard]] QWidget* buildTabs();
    void verify();
    void cancel();
    void tick();
    void show(const std::shared_ptr<api::AuditFile>& file);
    bool goToSeq(qint64 seq); ///< false: the file does not show it
    void arrange();
    void showRecord(int row);
    void askPins();
    void compareWith(const QString& other);
    void checkProof();
    void saveReport();
    void copyVerdict(bool as_json);

    QString path_, before_; ///< before_: the file that was open before
    api::VerifyRequest how_;
    std::shared_ptr<api::AuditFile> file_;
    CancelToken cancel_;
    quint64 turn_ = 0; ///< a reply of an older check is not shown
    bool running_ = false;
    Latest<api::VerifyProgress> progress_;
    QElapsedTimer since_;
    QTimer tick_;
    QPushButton* again_ = nullptr;
    std::vector<QAction*> need_file_; ///< entries of the menu
    VerdictCard* verdict_ = nullptr;
    ListModel* findings_model_ = nullptr;
    TablePanel* findings_ = nullptr;
    RecordsModel* records_model_ = nullptr;
    TablePanel* records_ = nullptr;
    DerivedPanel* figures_ = nullptr;
    DerivedPanel* payloads_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    RecordPanel* record_ = nullptr;
    QSplitter* split_ = nullptr;
    bool narrow_ = false;
};

} // namespace tally::ui
