#include "ui/pages/overview_page.h"

#include "ui/bridge/session.h"
#include "ui/charts/area_chart.h"
#include "ui/charts/axis_text.h"
#include "ui/charts/chart_card.h"
#include "ui/charts/line_chart.h"
#include "ui/models/runs_model.h"
#include "ui/models/state_words.h"
#include "ui/pages/cost_dialog.h"
#include "ui/pages/demo_card.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/kpi_card.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QHBoxLayout>

namespace tally::ui {
namespace {
constexpr int again_ms = 1000; // the core sums once a second at most while events pour in
constexpr int runs_shown = 500;

std::vector<Series> chartSeries(const std::vector<api::Series>& in, bool money_values) {
    std::vector<Series> out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        Series s;
        s.name = safeText(in[i].name, 60);
        s.hue = static_cast<int>(i);
        for (const api::SeriesPoint& p : in[i].points)
            s.points.push_back(
                {p.at_us, money_values ? chartNano(p.value) : static_cast<qint64>(p.value.value())});
        out.push_back(std::move(s));
    }
    return out;
}
} // namespace

OverviewPage::OverviewPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("overview"), tr("Overview"), session, registry, parent) {
    auto* search = makeButton(tr("Search or type a command   %1").arg(shownKeys(QStringLiteral("Ctrl+K"))),
                              ButtonKind::plain, QStringLiteral("searchButton"), this);
    search->setProperty("kind", QStringLiteral("search"));
    search->setMinimumWidth(280);
    connect(search, &QPushButton::clicked, registry.action(QStringLiteral("palette.open")),
            &QAction::trigger);
    auto* fresh = makeButton(tr("New run"), ButtonKind::primary, QStringLiteral("newRun"), this);
    connect(fresh, &QPushButton::clicked, registry.action(QStringLiteral("run.new")), &QAction::trigger);
    header()->addAction(search);
    header()->addAction(fresh);
    buildCards();
    buildCharts();
    buildRuns();
    again_.setSingleShot(true);
    again_.setInterval(again_ms);
    connect(&again_, &QTimer::timeout, this, &OverviewPage::refresh);
    if (session.feed()) connect(session.feed(), &FeedBridge::frame, this, &OverviewPage::apply);
}

void OverviewPage::buildCards() {
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    spend_ = new KpiCard(QStringLiteral("kpiSpend"), tr("Spend today"), 0, this);
    burn_ = new KpiCard(QStringLiteral("kpiBurn"), tr("Burn rate"), 3, this);
    budget_ = new KpiCard(QStringLiteral("kpiBudget"), tr("Budget left"), 1, this);
    latency_ = new KpiCard(QStringLiteral("kpiLatency"), tr("Latency p95, step"), 2, this);
    failed_ = new KpiCard(QStringLiteral("kpiFailed"), tr("Failed steps"), 5, this);
    for (KpiCard* card : {spend_, burn_, budget_, latency_, failed_})
        row->addWidget(card, 1);
    for (KpiCard* card : {spend_, burn_, budget_, failed_})
        card->setOpens(true);
    connect(spend_, &KpiCard::opened, this, [this] {
        api::CostQuery query;
        if (shown_ && !shown_->spend_by_day.empty()) query.from_us = shown_->spend_by_day.back().at_us;
        openCosts(tr("Spend today"), query);
    });
    connect(burn_, &KpiCard::opened, this, [this] {
        api::CostQuery query;
        if (shown_) query.from_us = shown_->now_us - std::int64_t{5} * 60 * 1'000'000;
        openCosts(tr("The last five minutes"), query);
    });
    connect(budget_, &KpiCard::opened, this,
            [this] { Q_EMIT this->session().openPage(QStringLiteral("budgets")); });
    connect(failed_, &KpiCard::opened, this, [this] { openCosts(tr("All steps by status"), {}); });
    body()->addLayout(row);
    demo_ = new DemoCard(this);
    connect(demo_, &DemoCard::runWanted, &session(), &Session::openRun);
    body()->addWidget(demo_);
}

void OverviewPage::buildCharts() {
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    const auto tall = [this](ChartBase* chart) {
        QFrame* card = chartCard(chart, this);
        card->setMinimumHeight(200);
        return card;
    };
    tokens_ = new AreaChart(this);
    tokens_->setTitle(tr("Tokens, by model"));
    tokens_->setValueText([](qint64 v) { return count(v); });
    tokens_->setAxisText([](qint64 v) { return countShort(v); });
    tokens_->setXText([](qint64 x) { return clockTime(x).left(5); });
    tokens_->setEmptyText(tr("No tokens in the last hour"));
    times_ = new LineChart(this);
    times_->setTitle(tr("Step latency"));
    times_->setValueText([](qint64 v) { return duration(v); });
    times_->setXText([](qint64 x) { return clockTime(x).left(5); });
    times_->setEmptyText(tr("No model step in the last hour"));
    row->addWidget(tall(tokens_), 3);
    row->addWidget(tall(times_), 2);
    body()->addLayout(row, 3);
}

void OverviewPage::buildRuns() {
    runs_ = new RunsModel(this);
    panel_ = new TablePanel(QStringLiteral("runs"), tr("Runs"), runs_, this);
    panel_->emptyState()->showEmpty(
        tr("No run yet"),
        tr("The demo reads the licence files of this computer: no network, no key, no cost."),
        tr("Run the licence demo"), QStringLiteral("play"));
    connect(panel_->emptyState(), &PageState::actionPressed, actions().action(QStringLiteral("demo.start")),
            &QAction::trigger);
    connect(panel_->view(), &TableView::opened, &session(), &Session::openRun);
    body()->addWidget(panel_, 4);
}

void OverviewPage::openCosts(const QString& title, api::CostQuery query) {
    if (session().hasWorkspace()) (new CostDialog(session(), title, std::move(query), this))->open();
}

void OverviewPage::refresh() {
    if (!session().hasWorkspace()) {
        state()->showEmpty(tr("No workspace is open"),
                           tr("This window can still check bundles: open the Audit page."));
        return showState();
    }
    if (!shown_) showLoading();
    session().core().overview(session().reply<api::Overview>(this, [this](Result<api::Overview> overview) {
        if (!overview) return showFailure(overview.error());
        show(*overview);
    }));
    if (shown_) return;
    api::RunQuery query;
    query.limit = runs_shown;
    session().core().runs(query, session().reply<api::RunPage>(this, [this](Result<api::RunPage> page) {
        if (!page) return this->session().fail(page.error());
        runs_->setPage(std::move(*page));
        settle();
    }));
}

void OverviewPage::settle() {
    const auto held = static_cast<std::int64_t>(runs_->runs().size());
    panel_->setNote(runs_->total() > held ? tr("the newest of %1").arg(count(runs_->total())) : QString());
    bool simulated = false;
    for (const RunSummary& run : runs_->runs())
        simulated = simulated || run.simulated;
    header()->setSimulated(simulated);
}

void OverviewPage::apply(const std::vector<Event>& events) {
    runs_->apply(events);
    bool money_moved = false;
    for (const Event& event : events)
        money_moved = money_moved || std::holds_alternative<RunChanged>(event) ||
                      std::holds_alternative<StepChanged>(event);
    if (!money_moved) return;
    settle();
    if (!isVisible())
        markOld();
    else if (!again_.isActive())
        again_.start();
}

void OverviewPage::hideEvent(QHideEvent* event) {
    if (again_.isActive()) markOld();
    again_.stop();
    Page::hideEvent(event);
}

void OverviewPage::show(const api::Overview& overview) {
    shown_ = overview;
    showCards(overview);
    showCharts(overview);
    demo_->show(overview.samples);
    showBody();
}

void OverviewPage::showCards(const api::Overview& o) {
    QString against = tr("no earlier days to compare with");
    Tone tone = Tone::neutral;
    if (o.spend_mean_7d.value() > 0) {
        const std::int64_t delta =
            permilleOf(o.spend_today.value() - o.spend_mean_7d.value(), o.spend_mean_7d.value());
        against = (delta >= 0 ? tr("▲ %1 against the 7-day mean") : tr("▼ %1 against the 7-day mean"))
                      .arg(permille(qAbs(delta)));
        if (delta > 1000) tone = Tone::warn;
    }
    if (o.spend_today_simulated.value() > 0)
        against = (o.spend_today_simulated == o.spend_today
                       ? tr("all of it simulated")
                       : tr("%1 of it simulated").arg(moneyShort(o.spend_today_simulated))) +
                  QStringLiteral(" · ") + against;
    spend_->setFigure(moneyShort(o.spend_today), against, tone);
    std::vector<qint64> days;
    for (const api::SeriesPoint& p : o.spend_by_day)
        days.push_back(chartNano(p.value));
    spend_->setValues(std::move(days));

    burn_->setFigure(tr("%1 / h").arg(moneyShort(o.burn_per_hour)), tr("over the last 5 minutes"));
    std::vector<qint64> pace;
    for (const api::Series& s : o.spend_by_model) {
        pace.resize(std::max(pace.size(), s.points.size()));
        for (std::size_t i = 0; i < s.points.size(); ++i)
            pace[i] += chartNano(s.points[i].value);
    }
    burn_->setValues(std::move(pace));

    if (o.tightest) {
        const BudgetState& b = *o.tightest;
        const std::int64_t used = permilleOf((b.spent + b.reserved).value(), b.budget.limit.value());
        budget_->setFigure(amountText(b.budget.meter, b.headroom()),
                           tr("%1 used · %2").arg(permille(used), wordOf(b.budget.scope)),
                           used >= 1000 || b.exhausted ? Tone::danger
                           : used >= 800               ? Tone::warn
                                                       : Tone::neutral);
        budget_->setShare(static_cast<int>(used), used >= 1000 || b.exhausted ? Tone::danger
                                                  : used >= 800               ? Tone::warn
                                                                              : Tone::neutral);
    } else {
        budget_->setShare(0, Tone::neutral);
        budget_->setFigure(tr("none"), tr("no budget is set: press to add one"), Tone::warn);
    }

    latency_->setFigure(o.latency_p95_us > 0 ? milliseconds(o.latency_p95_us) : QStringLiteral("–"),
                        o.latency_p95_us > 0 ? tr("median %1").arg(milliseconds(o.latency_p50_us))
                                             : tr("no model step today"));
    std::vector<qint64> p95;
    for (const api::Series& s : o.latency)
        if (s.name == "p95")
            for (const api::SeriesPoint& p : s.points)
                p95.push_back(static_cast<qint64>(p.value.value()));
    latency_->setValues(std::move(p95));

    failed_->setFigure(
        o.steps_today > 0 ? permille(permilleOf(o.failed_today, o.steps_today)) : QStringLiteral("–"),
        tr("%1 of %2, %3 retried")
            .arg(countShort(o.failed_today), countShort(o.steps_today), countShort(o.retried_today)),
        o.failed_today > 0 ? Tone::danger : Tone::neutral);
    failed_->setShare(static_cast<int>(permilleOf(o.failed_today, o.steps_today)), Tone::danger);
}

void OverviewPage::showCharts(const api::Overview& o) {
    tokens_->setSeries(chartSeries(o.tokens_by_model, false));
    // The last hour on both charts, however short the data are.
    times_->setRange(o.now_us - std::int64_t{3600} * 1'000'000, o.now_us);
    times_->setSeries(chartSeries(o.latency, false));
    if (o.bucket_us > 0) tokens_->setTitle(tr("Tokens per %1, by model").arg(span(o.bucket_us)));
}

} // namespace tally::ui
