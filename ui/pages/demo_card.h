// The measured result of the two sample workflows over the same files: cost, accuracy, and how many times
// dearer brute force is.
#pragma once
#include "core/api/values.h"

#include <QFrame>

class QHBoxLayout;

namespace tally::ui {

class DemoCard : public QFrame {
    Q_OBJECT
public:
    explicit DemoCard(QWidget* parent = nullptr);
    /// Hides itself while there is no result.
    void show(const api::SampleComparison& samples);

Q_SIGNALS:
    void runWanted(const QString& run_id);

private:
    QHBoxLayout* row_;
};

} // namespace tally::ui
