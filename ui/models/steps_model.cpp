#include "ui/models/steps_model.h"

#include "ui/models/state_words.h"
#include "ui/widgets/format.h"

#include <algorithm>

namespace tally::ui {

StepsModel::StepsModel(QObject* parent)
    : TableModel({{QStringLiteral("status"), tr("State"), 118},
                  {QStringLiteral("path"), tr("Step"), 180},
                  {QStringLiteral("model"), tr("Model"), 182},
                  {QStringLiteral("cost"), tr("Cost"), 116, true},
                  {QStringLiteral("latency"), tr("Latency"), 88, true},
                  {QStringLiteral("ttft"), tr("First token"), 100, true},
                  {QStringLiteral("in"), tr("In"), 84, true},
                  {QStringLiteral("out"), tr("Out"), 76, true},
                  {QStringLiteral("kind"), tr("Kind"), 84},
                  {QStringLiteral("started"), tr("Started"), 96, true, false, true},
                  {QStringLiteral("detail"), tr("Detail"), 240}},
                 parent) {}

std::string StepsModel::keyOf(const StepRecord& step) {
    return step.path + "\n" + std::to_string(step.attempt);
}

void StepsModel::clear() {
    steps_.clear();
    index_.clear();
    dearest_ = {};
    not_held_ = 0;
    sourceReset();
}

void StepsModel::upsert(const std::vector<const StepRecord*>& batch) {
    int first = sourceRows(), last = -1, appended = 0;
    for (const StepRecord* step : batch) {
        dearest_ = std::max(dearest_, step->cost);
        const auto [it, fresh] = index_.try_emplace(keyOf(*step), sourceRows());
        if (!fresh) {
            steps_[static_cast<std::size_t>(it->second)] = *step;
            first = std::min(first, it->second);
            last = std::max(last, it->second);
        } else if (sourceRows() >= most) {
            index_.erase(it);
            ++not_held_;
        } else {
            steps_.push_back(*step);
            ++appended;
        }
    }
    if (last < 0 && appended == 0) return;
    sourceChanged(first, std::min(last, sourceRows() - 1), appended);
}

const StepRecord* StepsModel::byKey(const QString& key) const {
    const auto it = index_.find(key.toStdString());
    return it == index_.end() ? nullptr : &steps_[static_cast<std::size_t>(it->second)];
}

QVariant StepsModel::cell(int source, int column, int role) const {
    const StepRecord& s = steps_[static_cast<std::size_t>(source)];
    if (role == KeyRole) return qs(keyOf(s));
    if (role == LookRole) return column == status ? QVariant::fromValue(lookOf(s.status)) : QVariant();
    if (role == SimulatedRole) return column == model && s.simulated;
    if (role == ShareRole) {
        if (column != cost || s.cost.isZero()) return {};
        return static_cast<int>(permilleOf(s.cost.value(), dearest_.value()));
    }
    if (role == Qt::ToolTipRole) {
        if (column == cost) return moneyExact(s.cost);
        return column == path || column == detail
                   ? QVariant(safeText(column == path ? s.path : s.detail, 1000))
                   : QVariant();
    }
    if (role != Qt::DisplayRole && role != ExactRole && role != SortRole) return {};
    switch (column) {
    case status:
        return lookOf(s.status).word;
    case path:
        return s.attempt > 1 ? tr("%1, attempt %2").arg(safeText(s.path, 400)).arg(s.attempt)
                             : safeText(s.path, 400);
    case kind:
        return wordOf(s.kind);
    case model:
        return s.model.empty() ? QStringLiteral("–") : safeText(s.provider + "/" + s.model, 200);
    case detail:
        return safeText(s.detail, 400);
    default:
        return number(s, column, role);
    }
}

QVariant StepsModel::number(const StepRecord& s, int column, int role) const {
    const auto plain = [role](std::int64_t v, const QString& shown) {
        return role == Qt::DisplayRole ? QVariant(v == 0 ? QStringLiteral("–") : shown)
                                       : QVariant(qlonglong(v));
    };
    switch (column) {
    case tokens_in:
        return plain(s.usage.inputTokens(), count(s.usage.inputTokens()));
    case tokens_out:
        return plain(s.usage.outputTokens(), count(s.usage.outputTokens()));
    case cost:
        if (role == SortRole) return qlonglong(s.cost.value());
        if (role == ExactRole) return QString::fromStdString(s.cost.toString());
        return s.cost.isZero() ? QStringLiteral("–") : money(s.cost, 6);
    case ttft:
        return plain(s.ttft_us, duration(s.ttft_us));
    case latency:
        return plain(s.latency_us, duration(s.latency_us));
    case started:
        return role == Qt::DisplayRole ? QVariant(clockTime(s.started_us))
                                       : QVariant(qlonglong(s.started_us));
    default:
        return {};
    }
}

} // namespace tally::ui
