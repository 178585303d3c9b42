// The status bar: engine state, live runs, disk rate, head of the log, time of the last UI frame.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"

#include <QFrame>

class QLabel;

namespace tally::ui {

class StateChip;

class StatusLine : public QFrame {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);
    void setInfo(const api::WorkspaceInfo& info);
    void setNoWorkspace();
    void apply(const EngineState& state);
    void apply(const LogAdvanced& log);
    void setFrameTime(qint64 microseconds);

private:
    void showLog(std::int64_t size, std::int64_t sealed);
    QLabel* shape_;
    QLabel* engine_;
    QLabel* log_;
    QLabel* frame_;
    QString notice_;
};

} // namespace tally::ui
