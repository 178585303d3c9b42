// Live events for the UI: the feed's eventfd wakes a socket notifier, which starts one 16 ms frame; at its
// end everything waiting is drained at once and handed to the models together. However many events arrive,
// each model emits once a frame.
#pragma once
#include "core/feed/event_feed.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <vector>

class QSocketNotifier;

namespace tally::ui {

class FeedBridge : public QObject {
    Q_OBJECT
public:
    explicit FeedBridge(feed::EventFeed& feed, QObject* parent = nullptr);
    static constexpr int frame_ms = 16;

    /// Drains now; tests and pictures do not wait for timers.
    void drainNow();
    [[nodiscard]] qint64 frames() const { return frames_; }
    /// Time that applying the last frame took, in microseconds.
    [[nodiscard]] qint64 lastFrameUs() const { return last_frame_us_; }

Q_SIGNALS:
    /// All events since the last frame, in order. Never empty.
    void frame(const std::vector<tally::Event>& events);
    /// The feed dropped events: read the store again.
    void gap();
    void frameDone(qint64 microseconds);

private:
    feed::EventFeed& feed_;
    QSocketNotifier* notifier_ = nullptr;
    QTimer timer_;
    std::vector<Event> events_;
    quint64 dropped_ = 0;
    qint64 frames_ = 0;
    qint64 last_frame_us_ = 0;
};

} // namespace tally::ui
