// The window: rail, page stack, status line; it wires actions to pages and knows nothing of what pages show.
#pragma once
#include "core/model/event.h"

#include <QMainWindow>

#include <vector>

class QStackedWidget;

namespace tally::ui {

class ActionRegistry;
class Page;
class Palette;
class Rail;
class Session;
class StatusLine;
class StopControl;
class Toast;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Session& session, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(const QString& id);
    [[nodiscard]] Page* page(const QString& id) const;
    [[nodiscard]] Page* currentPage() const;
    /// Bundles go to Audit, JSON to Workflows; anything else is named and refused.
    void openFile(const QString& path);
    [[nodiscard]] const ActionRegistry& actions() const { return *actions_; }
    [[nodiscard]] QStringList pageIds() const;
    /// Size, place and page of the last time.
    void restore();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    void connectActions();
    void connectSession();
    void apply(const std::vector<Event>& events);
    void openPalette();
    void nextMatch();
    void chooseFile();
    void exportLog();
    void setTheme(const QString& mode);
    void remember();
    void step(int by);
    void visit(const QString& page, const QString& place);

    struct Place {
        QString page;
        QString place;
        bool operator==(const Place&) const = default;
    };

    Session& session_;
    ActionRegistry* actions_;
    Rail* rail_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    StatusLine* status_ = nullptr;
    Palette* palette_ = nullptr;
    Toast* toast_ = nullptr;
    StopControl* stop_ = nullptr;
    std::vector<Page*> pages_;
    std::vector<Place> history_;
    int at_ = -1;
};

} // namespace tally::ui
