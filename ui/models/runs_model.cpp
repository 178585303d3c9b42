#include "ui/models/runs_model.h"

#include "ui/charts/series.h"
#include "ui/models/state_words.h"
#include "ui/widgets/format.h"

#include <algorithm>

namespace tally::ui {

RunsModel::RunsModel(QObject* parent)
    : TableModel({{QStringLiteral("status"), tr("Status"), 156},
                  {QStringLiteral("run"), tr("Run"), 88, false, true},
                  {QStringLiteral("workflow"), tr("Workflow"), 190},
                  {QStringLiteral("items"), tr("Items"), 84, true},
                  {QStringLiteral("steps"), tr("Steps"), 68, true},
                  {QStringLiteral("tokens"), tr("Tokens"), 84, true},
                  {QStringLiteral("cost"), tr("Cost"), 104, true},
                  {QStringLiteral("limit"), tr("Limit"), 110, true, false, true},
                  {QStringLiteral("started"), tr("Started"), 166},
                  {QStringLiteral("took"), tr("Took"), 100, true, false, true},
                  {QStringLiteral("detail"), tr("Detail"), 200}},
                 parent) {
    sort(started, Qt::DescendingOrder);
}

void RunsModel::setPage(api::RunPage page) {
    runs_ = std::move(page.runs);
    std::reverse(runs_.begin(), runs_.end());
    total_ = page.total;
    index_.clear();
    for (std::size_t i = 0; i < runs_.size(); ++i)
        index_[runs_[i].id] = static_cast<int>(i);
    measure();
    sourceReset();
}

void RunsModel::measure() {
    dearest_ = {};
    for (const RunSummary& r : runs_)
        dearest_ = std::max(dearest_, r.cost);
}

void RunsModel::apply(const std::vector<Event>& events) {
    int first = sourceRows(), last = -1, appended = 0;
    for (const Event& event : events) {
        const auto* changed = std::get_if<RunChanged>(&event);
        if (!changed) continue;
        if (const auto it = index_.find(changed->run.id); it != index_.end()) {
            runs_[static_cast<std::size_t>(it->second)] = changed->run;
            first = std::min(first, it->second);
            last = std::max(last, it->second);
        } else {
            index_[changed->run.id] = sourceRows();
            runs_.push_back(changed->run);
            ++total_;
            ++appended;
        }
    }
    if (last < 0 && appended == 0) return;
    measure();
    sourceChanged(first, std::min(last, sourceRows() - 1), appended);
}

const RunSummary* RunsModel::byKey(const QString& run_id) const {
    const auto it = index_.find(RunId(run_id.toStdString()));
    return it == index_.end() ? nullptr : &runs_[static_cast<std::size_t>(it->second)];
}

QVariant RunsModel::cell(int source, int column, int role) const {
    const RunSummary& r = runs_[static_cast<std::size_t>(source)];
    if (role == KeyRole) return qs(r.id.str());
    if (role == LookRole) return column == status ? QVariant::fromValue(lookOf(r)) : QVariant();
    if (role == SimulatedRole) return column == workflow && r.simulated;
    if (role == ShareRole) {
        if (column != cost) return {};
        return static_cast<int>(permilleOf(r.cost.value(), dearest_.value()));
    }
    const bool exact = role == ExactRole;
    const bool sort = role == SortRole;
    if (role == Qt::ToolTipRole) {
        if (column == run) return qs(r.id.str());
        if (column == cost) return moneyExact(r.cost);
        return column == detail || column == status ? QVariant(safeText(r.status_detail, 600)) : QVariant();
    }
    if (role != Qt::DisplayRole && !exact && !sort) return {};
    const std::int64_t end = r.ended_us;
    switch (column) {
    case status:
        return lookOf(r).word;
    case run:
        return exact ? qs(r.id.str()) : shortId(r.id.str());
    case workflow:
        return safeText(r.workflow, 200);
    case items:
        if (sort) return qlonglong(r.items_done);
        return r.items_total == 0 ? QStringLiteral("–")
                                  : QStringLiteral("%1/%2").arg(count(r.items_done), count(r.items_total));
    case steps:
        return sort || exact ? QVariant(qlonglong(r.steps)) : QVariant(count(r.steps));
    case tokens:
        return sort || exact ? QVariant(qlonglong(r.usage.tokens())) : QVariant(count(r.usage.tokens()));
    case cost:
        if (sort) return chartNano(r.cost);
        return exact ? QVariant(QString::fromStdString(r.cost.toString())) : QVariant(money(r.cost));
    case limit:
        if (sort) return chartNano(r.limit);
        if (r.limit.value() == 0) return QStringLiteral("–");
        return exact ? QVariant(QString::fromStdString(r.limit.toString())) : QVariant(moneyShort(r.limit));
    case started:
        return sort ? QVariant(qlonglong(r.started_us)) : QVariant(dateTime(r.started_us));
    case took:
        if (sort) return qlonglong(end > 0 ? end - r.started_us : 0);
        return end > 0 ? duration(end - r.started_us) : QStringLiteral("–");
    case detail:
        return safeText(r.status_detail, 400);
    default:
        return {};
    }
}

} // namespace tally::ui
