// Runs as a table, newest first, kept current from the feed.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"
#include "ui/models/table_model.h"

#include <unordered_map>

namespace tally::ui {

class RunsModel : public TableModel {
    Q_OBJECT
public:
    explicit RunsModel(QObject* parent = nullptr);
    void setPage(api::RunPage page);
    void apply(const std::vector<Event>& events);
    [[nodiscard]] const RunSummary* byKey(const QString& run_id) const;
    [[nodiscard]] std::int64_t total() const { return total_; }
    [[nodiscard]] const std::vector<RunSummary>& runs() const { return runs_; }
    enum Column { status, run, workflow, items, steps, tokens, cost, limit, started, took, detail };

protected:
    [[nodiscard]] int sourceRows() const override { return static_cast<int>(runs_.size()); }
    [[nodiscard]] QVariant cell(int source, int column, int role) const override;

private:
    void measure();
    std::vector<RunSummary> runs_; ///< oldest first: new ones are appended
    std::unordered_map<RunId, int> index_;
    PicoSum dearest_;
    std::int64_t total_ = 0;
};

} // namespace tally::ui
