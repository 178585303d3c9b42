// The widgets of the page for a run: header, charts, and the step list beside its panel.
#include "ui/bridge/session.h"
#include "ui/charts/axis_text.h"
#include "ui/charts/bar_chart.h"
#include "ui/charts/chart_card.h"
#include "ui/charts/line_chart.h"
#include "ui/models/live_run.h"
#include "ui/models/state_words.h"
#include "ui/models/steps_model.h"
#include "ui/pages/live_page.h"
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

void LivePage::buildHeader() {
    chip_ = new StateChip(this);
    picker_ = new QComboBox(this);
    picker_->setObjectName(QStringLiteral("runPicker"));
    picker_->setAccessibleName(tr("Run to show"));
    picker_->setFixedWidth(190);
    connect(picker_, &QComboBox::activated, this, &LivePage::pick);
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
    // What is spent, reserved and why it stopped is what one looks for here: it has a line of its own.
    header()->setFactsBelow();
    question_ = makeCard(this);
    question_->setObjectName(QStringLiteral("question"));
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
    const auto dollars = [](qint64 nano) {
        return moneyShort(PicoSum::of(static_cast<Int128>(nano) * 1000));
    };
    const auto axis = [](const ChartBase* chart) {
        return [chart](qint64 nano) {
            return moneyAxis(PicoSum::of(static_cast<Int128>(nano) * 1000),
                             PicoSum::of(static_cast<Int128>(chart->top()) * 1000));
        };
    };
    const auto since = [this](qint64 x) {
        return duration(std::max<qint64>(0, x - run_->summary().started_us));
    };
    spent_ = new LineChart(this);
    spent_->setTitle(tr("Spent so far"));
    spent_->setValueText(dollars);
    spent_->setAxisText(axis(spent_));
    spent_->setXText(since);
    spent_->setStepped(true);
    spent_->setEmptyText(tr("Nothing spent yet"));
    bars_ = new BarChart(this);
    bars_->setTitle(tr("Spend per step, by meter"));
    bars_->setValueText(dollars);
    bars_->setAxisText(axis(bars_));
    bars_->setEmptyText(tr("No priced step yet"));
    times_ = new LineChart(this);
    times_->setTitle(tr("Latency"));
    times_->setValueText([](qint64 v) { return duration(v); });
    times_->setXText(since);
    times_->setEmptyText(tr("No model step yet"));
    times_->setDots(true);
    row->addWidget(chartCard(spent_, this), 1);
    row->addWidget(chartCard(bars_, this), 1);
    row->addWidget(chartCard(times_, this), 1);
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

} // namespace tally::ui
