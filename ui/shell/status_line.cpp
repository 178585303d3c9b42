#include "ui/shell/status_line.h"

#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QHBoxLayout>

namespace tally::ui {

StatusLine::StatusLine(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("statusLine"));
    setFixedHeight(26);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(8);
    shape_ = makeLabel(QStringLiteral("○"), Type::caption, true, this);
    engine_ = makeLabel(tr("engine not started"), Type::caption, true, this);
    engine_->setObjectName(QStringLiteral("engineState"));
    log_ = makeLabel(QString(), Type::caption, true, this);
    log_->setObjectName(QStringLiteral("logHead"));
    frame_ = makeLabel(QString(), Type::caption, true, this);
    log_->setFont(monoFont(11));
    frame_->setFont(monoFont(11));
    engine_->setMinimumWidth(40);
    row->addWidget(shape_);
    row->addWidget(engine_, 1);
    row->addWidget(log_);
    row->addSpacing(12);
    row->addWidget(frame_);
}

void StatusLine::setNoWorkspace() {
    engine_->setText(tr("no workspace open: audit only"));
    log_->clear();
}

void StatusLine::setInfo(const api::WorkspaceInfo& info) {
    notice_ = safeText(info.notice, 300);
    if (!info.owner && notice_.isEmpty())
        notice_ = tr("another process owns the engine: this window looks on");
    engine_->setToolTip(tr("Workspace %1").arg(safeText(info.folder, 400)));
    showLog(info.log_size, info.log_sealed);
    if (!notice_.isEmpty()) engine_->setText(notice_);
}

void StatusLine::apply(const EngineState& state) {
    QStringList parts;
    Tone tone = Tone::neutral;
    if (!state.problem.empty()) {
        parts << safeText(state.problem, 300);
        tone = Tone::danger;
        shape_->setText(QStringLiteral("■"));
    } else if (!state.admission_open) {
        parts << tr("stopped: nothing is admitted");
        tone = Tone::danger;
        shape_->setText(QStringLiteral("■"));
    } else if (!state.running) {
        parts << tr("engine not started");
        shape_->setText(QStringLiteral("○"));
    } else if (state.live_runs > 0) {
        parts << tr("engine running");
        tone = Tone::info;
        shape_->setText(QStringLiteral("●"));
    } else {
        parts << tr("engine idle");
        shape_->setText(QStringLiteral("●"));
    }
    if (state.live_runs > 0) parts << tr("%Ln run(s) live", nullptr, static_cast<int>(state.live_runs));
    if (state.inflight_calls > 0)
        parts << tr("%Ln call(s) in flight", nullptr, static_cast<int>(state.inflight_calls));
    if (state.db_bytes_per_s >= 1)
        parts << tr("db %1/s").arg(bytes(static_cast<std::int64_t>(state.db_bytes_per_s)));
    if (!notice_.isEmpty()) parts << notice_;
    setTone(shape_, tone);
    setTone(engine_, tone == Tone::danger ? tone : Tone::neutral);
    engine_->setText(parts.join(QStringLiteral(" · ")));
}

void StatusLine::showLog(std::int64_t size, std::int64_t sealed) {
    log_->setText(tr("log %1, sealed %2").arg(count(size), count(sealed)));
    log_->setToolTip(
        tr("Entries in the tamper-evident log, and how many of them a signed checkpoint covers"));
}

void StatusLine::apply(const LogAdvanced& log) {
    showLog(log.size, log.sealed);
}

void StatusLine::setFrameTime(qint64 microseconds) {
    const qint64 tenths = (microseconds + 50) / 100;
    frame_->setText(
        tr("UI %1 ms/frame")
            .arg(QString::number(tenths / 10) + QLocale().decimalPoint() + QString::number(tenths % 10)));
}

} // namespace tally::ui
