#include "ui/pages/live_page.h"

#include "ui/bridge/session.h"
#include "ui/charts/axis_text.h"
#include "ui/charts/bar_chart.h"
#include "ui/charts/line_chart.h"
#include "ui/models/live_run.h"
#include "ui/models/state_words.h"
#include "ui/models/steps_model.h"
#include "ui/pages/step_panel.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/state_chip.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int costs_again_ms = 1000;
constexpr int stream_again_ms = 100; // laying text out is dearer than receiving it
constexpr std::int64_t steps_per_page = 2000;
constexpr int runs_in_picker = 50;
} // namespace

LivePage::LivePage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("live"), tr("Live run"), session, registry, parent)
    , run_(new LiveRun(this)) {
    buildHeader();
    buildCharts();
    buildLower();
    costs_again_.setSingleShot(true);
    costs_again_.setInterval(costs_again_ms);
    connect(&costs_again_, &QTimer::timeout, this, &LivePage::readCosts);
    connect(run_, &LiveRun::changed, this, &LivePage::show);
    stream_again_.setSingleShot(true);
    stream_again_.setInterval(stream_again_ms);
    connect(&stream_again_, &QTimer::timeout, this, &LivePage::showStream);
    connect(run_, &LiveRun::streamChanged, this, [this] {
        if (!stream_again_.isActive()) stream_again_.start();
    });
    connect(registry.action(QStringLiteral("run.follow")), &QAction::triggered, this,
            [this] { setFollowing(!following_); });
    connect(registry.action(QStringLiteral("run.stop")), &QAction::triggered, stop_, &QPushButton::click);
    if (session.feed()) connect(session.feed(), &FeedBridge::frame, this, &LivePage::apply);
}

QString LivePage::place() const {
    return qs(run_->id().str());
}

void LivePage::goTo(const QString& run_id) {
    const RunId id(run_id.toStdString());
    setNextToo(false);
    if (id != run_->id()) open(id);
}

void LivePage::open(const RunId& id) {
    next_ = {};
    run_->open(id);
    question_->hide();
    waits_ = false;
    step_->clear();
    tabs_->setCurrentIndex(0);
    refresh();
}

void LivePage::refresh() {
    if (!session().hasWorkspace()) {
        state()->showEmpty(tr("No workspace is open"),
                           tr("Runs live in a workspace. This window only checks bundles."));
        return showState();
    }
    readRuns();
    if (run_->id().empty()) {
        showLoading();
        return;
    }
    showBody();
    session().core().run(run_->id(), session().reply<RunSummary>(this, [this](Result<RunSummary> summary) {
        if (!summary) return showFailure(summary.error());
        run_->setSummary(*summary);
    }));
    readSteps(0);
    readCosts();
    readQuestion();
}

void LivePage::readRuns() {
    api::RunQuery query;
    query.limit = runs_in_picker;
    session().core().runs(query, session().reply<api::RunPage>(this, [this](Result<api::RunPage> page) {
        if (!page) return showFailure(page.error());
        fillPicker(page->runs);
        if (!run_->id().empty() && !mayGoOn()) return;
        if (page->runs.empty()) {
            state()->showEmpty(tr("No run yet"),
                               tr("Start one from the Workflows page, or run the demo: it needs no network."),
                               tr("Look again"), QStringLiteral("live"));
            return showState();
        }
        // The newest that still works, else the newest.
        const auto live = std::find_if(page->runs.begin(), page->runs.end(),
                                       [](const RunSummary& r) { return r.status == RunStatus::running; });
        const RunSummary& wanted = live == page->runs.end() ? page->runs.front() : *live;
        if (run_->id().empty() || (live != page->runs.end() && wanted.id != run_->id())) open(wanted.id);
    }));
}

/// The first entry is the run that works now, and then the next one.
void LivePage::fillPicker(const std::vector<RunSummary>& runs) {
    picker_->clear();
    picker_->addItem(QString());
    for (const RunSummary& run : runs)
        picker_->addItem(QStringLiteral("%1 · %2").arg(safeText(run.workflow, 60), shortId(run.id.str())),
                         qs(run.id.str()));
    showPicked();
}

void LivePage::showPicked() {
    if (picker_->count() == 0) return;
    picker_->setItemText(0, run_->id().empty() || !next_too_
                                ? tr("Newest run, then the next")
                                : tr("Newest: %1").arg(shortId(run_->id().str())));
    picker_->setItemData(0, tr("Shows the run that works now and goes on with the next one that starts"),
                         Qt::ToolTipRole);
    picker_->setCurrentIndex(next_too_ ? 0 : picker_->findData(qs(run_->id().str())));
}

void LivePage::pick(int index) {
    const QString run = picker_->itemData(index).toString();
    if (!run.isEmpty()) {
        Q_EMIT session().openRun(run);
        return;
    }
    setNextToo(true);
    tabs_->setCurrentIndex(0);
    if (mayGoOn()) readRuns();
}

void LivePage::setNextToo(bool on) {
    next_too_ = on;
    showPicked();
    goOn();
}

void LivePage::noteRun(const RunSummary& run) {
    if (run.id == run_->id()) return;
    if (run.status == RunStatus::running && run.started_us >= run_->summary().started_us)
        next_ = run.id;
    else if (run.id == next_ && run.status != RunStatus::running && run.status != RunStatus::waiting)
        next_ = {};
}

bool LivePage::mayGoOn() const {
    const bool step_open = tabs_->currentIndex() != 0;
    return next_too_ && following_ && !step_open && isEnded(run_->summary().status);
}

void LivePage::goOn() {
    if (!next_.empty() && isVisible() && mayGoOn()) open(RunId(next_));
}

void LivePage::readSteps(std::int64_t offset) {
    api::StepQuery query{run_->id(), offset, steps_per_page};
    session().core().steps(query, session().reply<api::StepPage>(this, [this, id = run_->id(),
                                                                        offset](Result<api::StepPage> page) {
        if (!page) return this->session().fail(page.error());
        if (id != run_->id()) return;
        run_->addSteps(page->steps);
        const std::int64_t next = offset + static_cast<std::int64_t>(page->steps.size());
        const bool more = !page->steps.empty() && next < page->total;
        if (more && next < StepsModel::most) readSteps(next);
        steps_->setNote(more && next >= StepsModel::most
                            ? tr("the first %1 of %2").arg(count(next), count(page->total))
                            : QString());
    }));
}

void LivePage::readCosts() {
    if (run_->id().empty()) return;
    api::CostQuery query;
    query.by = {"step", "meter"};
    query.run = run_->id();
    session().core().costs(
        query, session().reply<api::CostTable>(this, [this, id = run_->id()](Result<api::CostTable> table) {
            if (!table) return this->session().fail(table.error());
            if (id == run_->id()) run_->setCosts(*table);
        }));
}

void LivePage::apply(const std::vector<Event>& events) {
    run_->apply(events);
    for (const Event& event : events) {
        if (const auto* changed = std::get_if<RunChanged>(&event)) noteRun(changed->run);
        const auto* ask = std::get_if<ApprovalNeeded>(&event);
        if (!ask || ask->run != run_->id()) continue;
        showQuestion(ask->path, ask->question);
    }
    goOn();
}

/// The event of a question comes once; who opens the page later, or another window, finds it in the
/// workspace.
void LivePage::readQuestion() {
    if (run_->id().empty()) return;
    session().core().approvals(
        run_->id(), session().reply<std::vector<api::OpenApproval>>(
                        this, [this, id = run_->id()](Result<std::vector<api::OpenApproval>> open) {
                            if (!open) return this->session().fail(open.error());
                            if (id != run_->id()) return;
                            // A stopped run has to be resumed before an answer means anything.
                            if (open->empty() || open->front().status == RunStatus::stopped)
                                question_->hide();
                            else
                                showQuestion(open->front().path, open->front().question);
                        }));
}

void LivePage::showQuestion(const std::string& path, const std::string& question) {
    question_path_ = path;
    question_text_->setText(safeText(question, 1000, true));
    question_text_->setToolTip(safeText(path, 200));
    question_->show();
}

void LivePage::hideEvent(QHideEvent* event) {
    costs_again_.stop();
    markOld();
    Page::hideEvent(event);
}

void LivePage::show(bool money_moved) {
    if (money_moved && isVisible() && run_->active() && !costs_again_.isActive()) costs_again_.start();
    if (money_moved && isVisible() && !run_->active()) costs_again_.start();
    showHeader();
    if (!following_) {
        stale_ = true;
        return;
    }
    showCharts();
    showBars();
    if (run_->active()) steps_->view()->scrollToBottom();
}

void LivePage::showHeader() {
    const RunSummary& r = run_->summary();
    if (const bool waits = r.status == RunStatus::waiting; waits != waits_) {
        waits_ = waits;
        if (waits)
            readQuestion();
        else
            question_->hide();
    }
    header()->setTitle(r.workflow.empty() ? tr("Live run") : safeText(r.workflow, 80));
    QStringList facts;
    if (r.items_total > 0) facts << tr("%1 of %2 items").arg(count(r.items_done), count(r.items_total));
    facts << (r.limit.value() > 0 ? tr("%1 of %2").arg(money(r.cost), moneyShort(r.limit)) : money(r.cost));
    if (r.reserved.value() > 0) facts << tr("%1 reserved").arg(money(r.reserved));
    if (r.ended_us > 0) facts << duration(r.ended_us - r.started_us);
    if (!r.status_detail.empty()) facts << safeText(r.status_detail, 200);
    header()->setFacts(facts);
    header()->setSimulated(r.simulated);
    chip_->setLook(lookOf(r));
    stop_->setEnabled(run_->active());
    follow_->setVisible(run_->active());
    resume_->setVisible(r.status == RunStatus::stopped);
}

void LivePage::showCharts() {
    const RunSummary& r = run_->summary();
    Series total{tr("spent"), 0, run_->spent()};
    spent_->setSeries({total});
    if (r.limit.value() > 0)
        spent_->setLimit(chartNano(r.limit), tr("limit %1").arg(moneyShort(r.limit)));
    else
        spent_->setLimit(std::nullopt);
    times_->setSeries({{tr("total"), 2, run_->latency()}, {tr("first token"), 0, run_->firstToken()}});
}

void LivePage::showBars() {
    std::vector<QString> meters;
    std::vector<std::string> names;
    std::vector<Bar> bars;
    const auto add = [&](const api::CostRow& row) {
        if (row.key.size() < 2 || row.cost.value() == 0) return;
        auto meter = std::find(names.begin(), names.end(), row.key[1]);
        if (meter == names.end()) {
            meter = names.insert(names.end(), row.key[1]);
            meters.push_back(wordOfMeter(row.key[1]));
        }
        const auto part = static_cast<std::size_t>(meter - names.begin());
        const QString step = safeText(row.key[0], 80);
        auto bar = std::find_if(bars.begin(), bars.end(), [&](const Bar& b) { return b.name == step; });
        if (bar == bars.end()) bar = bars.insert(bars.end(), Bar{step, {}});
        bar->parts.resize(std::max(bar->parts.size(), part + 1));
        bar->parts[part] += chartNano(row.cost);
    };
    // Real meters first: what is only booked stands at the end of the legend.
    for (const bool booked : {false, true})
        for (const api::CostRow& row : run_->costs().rows)
            if (row.key.size() > 1 && row.key[1].empty() == booked) add(row);
    for (Bar& bar : bars)
        bar.parts.resize(meters.size());
    bars_->setBars(std::move(meters), std::move(bars));
}

void LivePage::showStream() {
    if (!following_) {
        stale_ = true;
        return;
    }
    stream_path_->setText(run_->streamPath().empty() ? tr("No text is streaming")
                                                     : safeText(run_->streamPath(), 200));
    QString text = safeText(run_->streamText(), 70'000, true);
    if (run_->streamCut() > 0)
        text.prepend(tr("… %1 earlier bytes are in the record of the step\n")
                         .arg(count(static_cast<std::int64_t>(run_->streamCut()))));
    stream_->setPlainText(text);
    stream_->verticalScrollBar()->setValue(stream_->verticalScrollBar()->maximum());
}

void LivePage::openStep(const QString& key) {
    const StepRecord* step = run_->steps()->byKey(key);
    if (!step || !session().hasWorkspace()) return;
    tabs_->setCurrentIndex(1);
    step_->open(run_->id(), step->path, step->attempt);
}

void LivePage::setFollowing(bool follow) {
    following_ = follow;
    follow_->setChecked(follow);
    follow_->setText(follow ? tr("Following  Space") : tr("Paused  Space"));
    follow_->setIcon(icon(follow ? QStringLiteral("pause") : QStringLiteral("play")));
    follow_->setToolTip(tr("Pauses what you see. The run itself goes on."));
    if (!follow) return;
    if (stale_) {
        stale_ = false;
        show(false);
        showStream();
    }
    goOn();
}

void LivePage::decide(bool approve) {
    question_->hide();
    session().core().decide(run_->id(), question_path_, approve, session().actor(),
                            session().reply<void>(this, [this](Status s) {
                                if (!s) session().fail(s.error());
                                readQuestion(); // the next one, or this one again when it was not taken
                            }));
}

void LivePage::resume() {
    session().core().resumeRun(run_->id(), session().actor(), session().reply<void>(this, [this](Status s) {
        if (!s) return session().fail(s.error());
        refresh();
    }));
}

void LivePage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        actions().action(QStringLiteral("run.follow"))->trigger();
        return;
    }
    Page::keyPressEvent(event);
}

} // namespace tally::ui
