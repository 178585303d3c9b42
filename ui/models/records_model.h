// The records of a verified file, read page by page as the table scrolls: ten million rows open at once and
// cost what is seen. A table sets up something for every row that it is told of (0.4 s for a million): above
// the first ones they are added a part per turn of the event loop.
#pragma once
#include "core/api/workspace.h"
#include "ui/models/table_model.h"

#include <QCache>
#include <QTimer>

namespace tally::ui {

class RecordsModel : public TableModel {
    Q_OBJECT
public:
    /// A QTableView above 2^31 pixels hangs; more rows than this are reachable through the findings and the
    /// command line.
    static constexpr std::int64_t most_rows = 60'000'000;
    explicit RecordsModel(QObject* parent = nullptr);
    void setFile(std::shared_ptr<api::AuditFile> file);
    [[nodiscard]] std::optional<api::AuditRecord> record(int source) const;
    /// Adds the rows up to it, if they are not there yet.
    [[nodiscard]] int rowOfSeq(std::int64_t seq);
    enum Column { state, seq, time, kind, what, prev, hash };

protected:
    [[nodiscard]] int sourceRows() const override { return rows_; }
    [[nodiscard]] QVariant cell(int source, int column, int role) const override;

private:
    void grow(int rows);

    std::shared_ptr<api::AuditFile> file_;
    int rows_ = 0, all_ = 0; ///< those that are there, and those that will be
    QTimer growing_;
    mutable QCache<int, api::AuditRecord> cache_{4096};
};

} // namespace tally::ui
