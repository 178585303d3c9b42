// What every page is given: the core's door, the mailbox for replies, the live feed. The workspace may be
// absent (an auditor has only a file). Owned by the composition root; the core objects outlive it. UI thread
// only.
#pragma once
#include "core/api/workspace.h"
#include "ui/bridge/feed_bridge.h"
#include "ui/bridge/mailbox.h"

#include <QObject>

namespace tally::ui {

class Session : public QObject {
    Q_OBJECT
public:
    /// `mailbox` must outlive both core objects: they may reply until they are gone.
    Session(api::Workspace* workspace, api::Auditor* auditor, Mailbox& mailbox, QObject* parent = nullptr);

    [[nodiscard]] bool hasWorkspace() const { return workspace_ != nullptr; }
    [[nodiscard]] api::Workspace& core() const { return *workspace_; }
    [[nodiscard]] api::Auditor* auditor() const { return auditor_; }
    [[nodiscard]] FeedBridge* feed() const { return feed_; }
    [[nodiscard]] Mailbox& mailbox() const { return mailbox_; }

    template <class T, class F>
    std::function<void(Result<T>)> reply(QObject* asker, F then) const {
        return mailbox_.reply<T>(asker, std::function<void(Result<T>)>(std::move(then)));
    }
    /// Who acts, for budgets, kills and approvals: the account's name.
    [[nodiscard]] std::string actor() const;

Q_SIGNALS:
    void message(const QString& text, bool trouble);
    void openRun(const QString& run_id);
    void openPage(const QString& page_id);
    void workflowsChanged();

public:
    void fail(const Error& error);

private:
    api::Workspace* workspace_;
    api::Auditor* auditor_;
    Mailbox& mailbox_;
    FeedBridge* feed_ = nullptr;
};

} // namespace tally::ui
