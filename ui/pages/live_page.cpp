#include "ui/pages/live_page.h"

#include "ui/bridge/session.h"
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

void LivePage::buildHeader() {
    chip_ = new StateChip(this);
    picker_ = new QComboBox(this);
    picker_->setObjectName(QStringLiteral("runPicker"));
    picker_->setAccessibleName(tr("Run to show"));
    picker_->setFixedWidth(220);
    connect(picker_, &QComboBox::activated, this,
            [this](int i) { Q_EMIT session().openRun(picker_->itemData(i).toString()); });
    follow_ = makeButton(QString(), ButtonKind::plain, QStringLiteral("followRun"), this);
    follow_->setCheckable(true);
    connect(follow_, &QPushButton::clicked, this, [this] { setFollowing(!following_); });
    resume_ = makeButton(tr("Resume this run"), ButtonKind::plain, QStringLiteral("resumeRun"), this);
    connect(resume_, &QPushButton::clicked, this, &LivePage::resume);
    stop_ = makeButton(tr("Stop run  %1").arg(shownKeys(QStringLiteral("Ctrl+."))), ButtonKind::danger,
                       QStringLiteral("stopRun"), this);
    stop_->setIcon(icon(QStringLiteral("stop"), Tint::on_danger));
    connect(stop_, &QPushButton::clicked, this, [this] {
        if (run_->active())
            Q_EMIT stopRequested(qs(run_->id().str()), safeText(run_->summary().workflow, 200));
    });
    for (QWidget* w : std::initializer_list<QWidget*>{chip_, picker_, follow_, resume_, stop_})
        header()->addAction(w);
    question_ = makeCard(this);
    setLookProperty(question_, "tone", QStringLiteral("warn"));
    auto* row = new QHBoxLayout(question_);
    question_text_ = makeWrapped(QString(), false, question_);
    auto* yes = makeButton(tr("Approve"), ButtonKind::primary, QStringLiteral("approve"), question_);
    auto* no = makeButton(tr("Refuse"), ButtonKind::plain, QStringLiteral("refuse"), question_);
    row->addWidget(question_text_, 1);
    row->addWidget(no);
    row->addWidget(yes);
    connect(yes, &QPushButton::clicked, this, [this] { decide(true); });
    connect(no, &QPushButton::clicked, this, [this] { decide(false); });
    question_->hide();
    body()->addWidget(question_);
    setFollowing(true);
}

void LivePage::buildCharts() {
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    const auto framed = [this](ChartBase* chart) {
        QFrame* card = makeCard(this);
        auto* inside = new QVBoxLayout(card);
        inside->setContentsMargins(1, 1, 1, 1);
        inside->addWidget(chart);
        return card;
    };
    const auto dollars = [](qint64 nano) {
        return moneyShort(PicoSum::of(static_cast<Int128>(nano) * 1000));
    };
    const auto since = [this](qint64 x) {
        return duration(std::max<qint64>(0, x - run_->summary().started_us));
    };
    spent_ = new LineChart(this);
    spent_->setTitle(tr("Spent so far"));
    spent_->setValueText(dollars);
    spent_->setXText(since);
    spent_->setStepped(true);
    spent_->setEmptyText(tr("Nothing spent yet"));
    bars_ = new BarChart(this);
    bars_->setTitle(tr("Spend per step, by meter"));
    bars_->setValueText(dollars);
    bars_->setEmptyText(tr("No priced step yet"));
    times_ = new LineChart(this);
    times_->setTitle(tr("Latency"));
    times_->setValueText([](qint64 v) { return duration(v); });
    times_->setXText(since);
    times_->setEmptyText(tr("No model step yet"));
    times_->setDots(true);
    row->addWidget(framed(spent_), 1);
    row->addWidget(framed(bars_), 1);
    row->addWidget(framed(times_), 1);
    body()->addLayout(row, 3);
    connect(bars_, &BarChart::barClicked, this,
            [this](const QString& name) { steps_->filterLine()->setText(name); });
}

void LivePage::buildLower() {
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setHandleWidth(12);
    split->setChildrenCollapsible(false);
    steps_ = new TablePanel(QStringLiteral("steps"), tr("Steps"), run_->steps(), split);
    steps_->emptyState()->showEmpty(tr("No step yet"),
                                    tr("Steps appear here as soon as the engine admits them."));
    connect(steps_->view(), &TableView::currentKeyChanged, this, &LivePage::openStep);
    connect(steps_->view(), &TableView::opened, this, &LivePage::openStep);
    QFrame* side = makeCard(split);
    auto* inside = new QVBoxLayout(side);
    inside->setContentsMargins(1, 4, 1, 1);
    tabs_ = new QTabWidget(side);
    tabs_->setObjectName(QStringLiteral("liveTabs"));
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    auto* now = new QWidget(tabs_);
    auto* column = new QVBoxLayout(now);
    column->setContentsMargins(12, 8, 12, 12);
    stream_path_ = makeLabel(tr("No text is streaming"), Type::caption, true, now);
    stream_path_->setObjectName(QStringLiteral("streamPath"));
    stream_ = new QPlainTextEdit(now);
    stream_->setObjectName(QStringLiteral("streamText"));
    stream_->setReadOnly(true);
    stream_->setFont(monoFont(12));
    stream_->setAccessibleName(tr("Text of the current step"));
    column->addWidget(stream_path_);
    column->addWidget(stream_, 1);
    step_ = new StepPanel(session(), tabs_);
    tabs_->addTab(now, tr("Text"));
    tabs_->addTab(step_, tr("Step"));
    inside->addWidget(tabs_);
    split->addWidget(steps_);
    split->addWidget(side);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({700, 440});
    body()->addWidget(split, 4);
}

QString LivePage::place() const {
    return qs(run_->id().str());
}

void LivePage::goTo(const QString& run_id) {
    const RunId id(run_id.toStdString());
    if (id == run_->id()) return;
    run_->open(id);
    question_->hide();
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
}

void LivePage::readRuns() {
    api::RunQuery query;
    query.limit = runs_in_picker;
    session().core().runs(query, session().reply<api::RunPage>(this, [this](Result<api::RunPage> page) {
        if (!page) return showFailure(page.error());
        picker_->clear();
        for (const RunSummary& run : page->runs)
            picker_->addItem(QStringLiteral("%1 · %2").arg(safeText(run.workflow, 60), shortId(run.id.str())),
                             qs(run.id.str()));
        picker_->setCurrentIndex(picker_->findData(qs(run_->id().str())));
        if (!run_->id().empty()) return;
        if (page->runs.empty()) {
            state()->showEmpty(tr("No run yet"),
                               tr("Start one from the Workflows page, or run the demo: it needs no network."),
                               tr("Look again"), QStringLiteral("live"));
            return showState();
        }
        // The newest that still works, else the newest.
        const auto live = std::find_if(page->runs.begin(), page->runs.end(),
                                       [](const RunSummary& r) { return r.status == RunStatus::running; });
        goTo(qs((live == page->runs.end() ? page->runs.front() : *live).id.str()));
    }));
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
        const auto* ask = std::get_if<ApprovalNeeded>(&event);
        if (!ask || ask->run != run_->id()) continue;
        question_path_ = ask->path;
        question_text_->setText(safeText(ask->question, 1000, true));
        question_->show();
    }
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
    if (!follow || !stale_) return;
    stale_ = false;
    show(false);
    showStream();
}

void LivePage::decide(bool approve) {
    question_->hide();
    session().core().decide(run_->id(), question_path_, approve, session().actor(),
                            session().reply<void>(this, [this](Status s) {
                                if (!s) session().fail(s.error());
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
