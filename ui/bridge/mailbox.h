// Brings replies of the core to the UI thread. A reply may arrive on any thread; its callback runs on the UI
// thread, and only while the object that asked for it still lives. The mailbox outlives the core.
#pragma once
#include "core/base/result.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <mutex>
#include <vector>

namespace tally::ui {

class Mailbox : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// A reply for api::Workspace: `then` runs on the UI thread unless `asker` is gone.
    template <class T>
    std::function<void(Result<T>)> reply(QObject* asker, std::function<void(Result<T>)> then) {
        return [this, alive = QPointer<QObject>(asker), then = std::move(then)](Result<T> result) {
            // QPointer is only looked at on the UI thread, inside the posted closure.
            post([alive, then, result = std::move(result)]() mutable {
                if (alive) then(std::move(result));
            });
        };
    }
    /// Any thread.
    void post(std::function<void()> work);

private:
    void deliver();
    std::mutex mutex_;
    std::vector<std::function<void()>> waiting_;
};

} // namespace tally::ui
