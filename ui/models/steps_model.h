// Steps of one run, in order of the log; steps that are still running stand at the end. Holds at most `most`
// and says how many it does not hold.
#pragma once
#include "core/api/values.h"
#include "ui/models/table_model.h"

#include <unordered_map>

namespace tally::ui {

class StepsModel : public TableModel {
    Q_OBJECT
public:
    static constexpr int most = 50'000;
    explicit StepsModel(QObject* parent = nullptr);
    void clear();
    /// Both take a whole batch and emit once.
    void upsert(const std::vector<const StepRecord*>& steps);
    [[nodiscard]] const StepRecord* byKey(const QString& key) const;
    [[nodiscard]] const std::vector<StepRecord>& steps() const { return steps_; }
    [[nodiscard]] std::int64_t notHeld() const { return not_held_; }
    static std::string keyOf(const StepRecord& step);
    enum Column { status, path, model, cost, latency, ttft, tokens_in, tokens_out, kind, started, detail };

protected:
    [[nodiscard]] int sourceRows() const override { return static_cast<int>(steps_.size()); }
    [[nodiscard]] QVariant cell(int source, int column, int role) const override;

private:
    [[nodiscard]] QVariant number(const StepRecord& s, int column, int role) const;
    std::vector<StepRecord> steps_;
    std::unordered_map<std::string, int> index_;
    Pico dearest_;
    std::int64_t not_held_ = 0;
};

} // namespace tally::ui
