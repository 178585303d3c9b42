#include "ui/bridge/mailbox.h"

#include <utility>

namespace tally::ui {

void Mailbox::post(std::function<void()> work) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = waiting_.empty();
        waiting_.push_back(std::move(work));
    }
    // One queued call per batch, however many replies it carries.
    if (first) QMetaObject::invokeMethod(this, &Mailbox::deliver, Qt::QueuedConnection);
}

void Mailbox::deliver() {
    std::vector<std::function<void()>> batch;
    {
        const std::lock_guard lock(mutex_);
        batch.swap(waiting_);
    }
    for (auto& work : batch)
        work();
}

} // namespace tally::ui
