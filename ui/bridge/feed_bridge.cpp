#include "ui/bridge/feed_bridge.h"

#include <QSocketNotifier>

namespace tally::ui {

FeedBridge::FeedBridge(feed::EventFeed& feed, QObject* parent)
    : QObject(parent)
    , feed_(feed) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(frame_ms);
    connect(&timer_, &QTimer::timeout, this, &FeedBridge::drainNow);
    if (feed.wakeFd() < 0) {
        // The system refused an eventfd: look once per frame instead of being woken.
        timer_.setSingleShot(false);
        timer_.start();
        return;
    }
    notifier_ = new QSocketNotifier(feed.wakeFd(), QSocketNotifier::Read, this);
    connect(notifier_, &QSocketNotifier::activated, this, [this] {
        // The descriptor stays readable until the drain: silence it, or it would wake us all frame long.
        notifier_->setEnabled(false);
        timer_.start();
    });
}

void FeedBridge::drainNow() {
    QElapsedTimer clock;
    clock.start();
    const std::size_t n = feed_.drain(events_);
    if (notifier_) notifier_->setEnabled(true);
    if (const quint64 dropped = feed_.dropped(); dropped != dropped_) {
        dropped_ = dropped;
        Q_EMIT gap();
    }
    if (n == 0) return;
    ++frames_;
    Q_EMIT frame(events_);
    last_frame_us_ = clock.nsecsElapsed() / 1000;
    Q_EMIT frameDone(last_frame_us_);
}

} // namespace tally::ui
