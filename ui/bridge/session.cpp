#include "ui/bridge/session.h"

#include "ui/widgets/format.h"

namespace tally::ui {

Session::Session(api::Workspace* workspace, api::Auditor* auditor, Mailbox& mailbox, QObject* parent)
    : QObject(parent)
    , workspace_(workspace)
    , auditor_(auditor)
    , mailbox_(mailbox) {
    if (workspace_) feed_ = new FeedBridge(workspace_->feed(), this);
}

std::string Session::actor() const {
    const QByteArray user = qgetenv("USER");
    return user.isEmpty() ? std::string("operator") : user.toStdString();
}

void Session::fail(const Error& error) {
    Q_EMIT message(safeText(error.text(), 1000), true);
}

} // namespace tally::ui
