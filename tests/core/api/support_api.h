// A workspace through its door, as the window and `tally` open it: on disk, with small sample folders so that
// training the local classifier takes no time worth speaking of. Waiting is done on the feed's descriptor,
// never by sleeping.
#pragma once
#include "core/api/open.h"
#include "core/api/workspace.h"
#include "tests/support/loopback_server.h"

#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <string>

namespace tally::test {

struct ApiFolder {
    QTemporaryDir folder;
    [[nodiscard]] std::string path(const std::string& name) const {
        return folder.path().toStdString() + "/" + name;
    }
    [[nodiscard]] std::string workspace() const { return path("ws"); }
    /// A copy of resources/ with a few of the committed files and three that carry licences of no list.
    [[nodiscard]] std::string smallResources() const;
    std::string write(const std::string& name, const std::string& text) const;

    [[nodiscard]] Result<std::unique_ptr<api::Workspace>> open(bool small_samples = false) const;
};

Status done(const std::function<void(api::Done)>& call);
/// Waits on the owner's feed until the run has ended or stopped; for at most a minute.
RunSummary settled(api::Workspace& owner, const RunId& run);
/// Waits on the owner's feed until an event satisfies `wanted`; for at most a minute.
bool heard(api::Workspace& owner, const std::function<bool(const Event&)>& wanted);
/// Waits for streamed text of this run: the feed may still carry that of others.
bool heardText(api::Workspace& owner, const RunId& run);
/// The system's clock, moved to the noon of this day when the test began: "today" does not end under a test.
const Clock& noonClock();
/// Adds the workflow `text` and starts it.
Result<RunId> startText(api::Workspace& workspace, const std::string& text);

/// One model step in the role "reader".
std::string oneCall(const std::string& name, const std::string& model);
/// One step that asks a person, "ok".
std::string oneQuestion(const std::string& name);
/// A provider "box" that streams for ever, priced like a listed model.
std::unique_ptr<LoopbackServer> endlessServer();
api::AddProvider boxAt(int port, const std::string& price_as);

} // namespace tally::test
