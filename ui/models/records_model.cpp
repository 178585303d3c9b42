#include "ui/models/records_model.h"

#include "ui/models/state_words.h"
#include "ui/widgets/format.h"

#include <algorithm>

namespace tally::ui {
namespace {
// One more than what can be sorted: a table that will not be sortable never is.
constexpr int rows_at_once = TableModel::sortable_rows + 1, rows_per_turn = 100'000;
} // namespace

RecordsModel::RecordsModel(QObject* parent)
    : TableModel({{QStringLiteral("state"), tr("Result"), 130},
                  {QStringLiteral("seq"), tr("Seq"), 76, true},
                  {QStringLiteral("time"), tr("Time"), 160},
                  {QStringLiteral("kind"), tr("Kind"), 76},
                  {QStringLiteral("what"), tr("What"), 190},
                  {QStringLiteral("prev"), tr("Previous hash"), 130, false, true},
                  {QStringLiteral("hash"), tr("Hash (recomputed)"), 240, false, true}},
                 parent) {
    connect(&growing_, &QTimer::timeout, this, [this] { grow(rows_per_turn); });
}

void RecordsModel::setFile(std::shared_ptr<api::AuditFile> file) {
    file_ = std::move(file);
    cache_.clear();
    all_ = file_ ? static_cast<int>(std::min(file_->records(), most_rows)) : 0;
    rows_ = std::min(all_, rows_at_once);
    sourceReset();
    grow(0);
}

void RecordsModel::grow(int rows) {
    const int more = std::min(rows, all_ - rows_);
    rows_ += more;
    if (more > 0) sourceChanged(0, -1, more);
    if (rows_ == all_)
        growing_.stop();
    else if (!growing_.isActive())
        growing_.start(0);
}

std::optional<api::AuditRecord> RecordsModel::record(int source) const {
    if (!file_ || source < 0 || source >= rows_) return std::nullopt;
    if (const api::AuditRecord* hit = cache_.object(source)) return *hit;
    Result<api::AuditRecord> read = file_->record(file_->verdict().first + source);
    if (!read) return std::nullopt;
    cache_.insert(source, new api::AuditRecord(*read));
    return *read;
}

int RecordsModel::rowOfSeq(std::int64_t wanted) {
    if (!file_) return -1;
    // A record that is missing: the place where it would stand.
    const std::int64_t at = file_->positionOf(wanted).value_or(wanted) - file_->verdict().first;
    const int row = static_cast<int>(std::clamp<std::int64_t>(at, 0, std::max(0, all_ - 1)));
    if (row >= rows_) grow(row + 1 - rows_);
    return row;
}

QVariant RecordsModel::cell(int source, int column, int role) const {
    if (role == KeyRole) return QString::number(source);
    const auto r = record(source);
    if (!r) return role == Qt::DisplayRole && column == what ? QVariant(tr("unreadable")) : QVariant();
    if (role == LookRole) return column == state ? QVariant::fromValue(lookOf(r->state)) : QVariant();
    if (role == SortRole && column == seq) return qlonglong(r->seq);
    if (role != Qt::DisplayRole && role != ExactRole && role != Qt::ToolTipRole) return {};
    const bool exact = role != Qt::DisplayRole;
    switch (column) {
    case state:
        return lookOf(r->state).word;
    case seq:
        return exact ? QString::number(r->seq) : count(r->seq);
    case time:
        return dateTime(r->ts_us);
    case kind:
        return safeText(r->kind, 40);
    case what:
        return safeText(r->what, 200);
    case prev:
        return exact ? safeText(r->prev, 100) : shortHash(r->prev);
    case hash:
        if (exact) return safeText(r->leaf_computed, 100);
        if (!r->leaf_stored.empty() && r->leaf_stored != r->leaf_computed)
            return tr("listed %1 ≠ computed %2").arg(shortHash(r->leaf_stored), shortHash(r->leaf_computed));
        return shortHash(r->leaf_computed);
    default:
        return {};
    }
}

} // namespace tally::ui
