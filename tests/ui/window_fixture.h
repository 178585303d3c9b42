// A whole window over the scripted core, offscreen, with its own settings file.
#pragma once
#include "tests/ui/fake_api.h"
#include "ui/bridge/session.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <memory>

namespace tally::test {

/// The theme of the process, made at first use.
ui::Theme& theme();
/// Settings go to a temporary folder that is emptied now.
void freshSettings();
/// Lets queued replies arrive; no timer is waited for.
void settle();

struct WindowFixture {
    explicit WindowFixture(Amount amount, bool altered_bundle = true);
    ~WindowFixture();
    /// Everything the core published reaches the models now.
    void frame();
    ui::Mailbox mailbox;
    FakeWorkspace core;
    FakeAuditor auditor;
    ui::Session session;
    ui::MainWindow window;
};

} // namespace tally::test
