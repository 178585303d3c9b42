// One run while it works: steps, streaming text, money against the budget line, latency. Space follows or
// pauses the display, never the run; Ctrl+. stops the run. It goes on with the next run that starts, unless
// somebody opened this one by hand.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"
#include "ui/pages/page.h"

#include <QTimer>

class QComboBox;
class QPlainTextEdit;
class QPushButton;
class QLabel;
class QTabWidget;

namespace tally::ui {

class BarChart;
class LineChart;
class LiveRun;
class StateChip;
class StepPanel;
class TablePanel;

class LivePage : public Page {
    Q_OBJECT
public:
    LivePage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;
    [[nodiscard]] QString place() const override;
    /// By hand: stays with this run.
    void goTo(const QString& run_id) override;
    /// With `on`, the page goes on with the next run that starts when the one it shows has ended; not while
    /// it is paused, and not while a step is open.
    void setNextToo(bool on);
    [[nodiscard]] bool nextToo() const { return next_too_; }
    [[nodiscard]] bool following() const { return following_; }
    [[nodiscard]] LiveRun& run() const { return *run_; }

Q_SIGNALS:
    void stopRequested(const QString& run_id, const QString& workflow);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void buildHeader();
    void buildCharts();
    void buildLower();
    void setFollowing(bool follow);
    void open(const RunId& run);
    void readRuns();
    void fillPicker(const std::vector<RunSummary>& runs);
    void showPicked();
    void pick(int index);
    void noteRun(const RunSummary& run);
    [[nodiscard]] bool mayGoOn() const;
    void goOn();
    void readSteps(std::int64_t offset);
    void readCosts();
    void apply(const std::vector<Event>& events);
    void show(bool money_moved);
    void showHeader();
    void showCharts();
    void showBars();
    void showStream();
    void openStep(const QString& key);
    void readQuestion();
    void showQuestion(const std::string& path, const std::string& question);
    void decide(bool approve);
    void resume();

    LiveRun* run_;
    QComboBox* picker_ = nullptr;
    StateChip* chip_ = nullptr;
    QPushButton* follow_ = nullptr;
    QPushButton* resume_ = nullptr;
    QPushButton* stop_ = nullptr;
    QWidget* question_ = nullptr;
    QLabel* question_text_ = nullptr;
    std::string question_path_;
    bool waits_ = false; ///< as the header last showed it
    LineChart* spent_ = nullptr;
    BarChart* bars_ = nullptr;
    LineChart* times_ = nullptr;
    TablePanel* steps_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    QPlainTextEdit* stream_ = nullptr;
    QLabel* stream_path_ = nullptr;
    StepPanel* step_ = nullptr;
    QTimer costs_again_;
    QTimer stream_again_;
    bool following_ = true;
    bool next_too_ = true;
    RunId next_; ///< the newest other run that works and started later than the one that is shown
    bool stale_ = false;
};

} // namespace tally::ui
