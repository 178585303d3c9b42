#include "ui/shell/action_registry.h"

#include "ui/theme/icons.h"

#include <QKeySequence>
#include <QWidget>

namespace tally::ui {

ActionRegistry::ActionRegistry(QWidget* window)
    : QObject(window)
    , window_(window) {
    addPages();
    addWork();
    addView();
}

void ActionRegistry::addPages() {
    const QString group = tr("Pages");
    add(QStringLiteral("page.overview"), group, tr("Overview"), QStringLiteral("Ctrl+1"),
        QStringLiteral("overview"));
    add(QStringLiteral("page.live"), group, tr("Live run"), QStringLiteral("Ctrl+2"), QStringLiteral("live"));
    add(QStringLiteral("page.workflows"), group, tr("Workflows"), QStringLiteral("Ctrl+3"),
        QStringLiteral("workflows"));
    add(QStringLiteral("page.budgets"), group, tr("Budgets"), QStringLiteral("Ctrl+4"),
        QStringLiteral("budgets"));
    add(QStringLiteral("page.audit"), group, tr("Audit"), QStringLiteral("Ctrl+5"), QStringLiteral("audit"));
    add(QStringLiteral("page.settings"), group, tr("Settings"), QStringLiteral("Ctrl+9"),
        QStringLiteral("settings"));
}

void ActionRegistry::addWork() {
    const QString group = tr("Work");
    add(QStringLiteral("run.new"), group, tr("New run…"), QStringLiteral("Ctrl+N"), QStringLiteral("play"));
    add(QStringLiteral("demo.start"), group, tr("Run the licence demo"), QString(), QStringLiteral("play"));
    add(QStringLiteral("run.follow"), group, tr("Follow or pause the live run"), QStringLiteral("Space"),
        QStringLiteral("pause"), page_key | no_palette);
    add(QStringLiteral("run.stop"), group, tr("Stop this run"), QStringLiteral("Ctrl+."),
        QStringLiteral("stop"), only_on_search);
    add(QStringLiteral("stop.all"), group, tr("Stop everything"), QStringLiteral("Ctrl+Shift+K"),
        QStringLiteral("stop"), only_on_search);
    add(QStringLiteral("stop.receipt"), group, tr("Show the last stop receipt"), QString(),
        QStringLiteral("receipt"));
    add(QStringLiteral("file.open"), group, tr("Open a bundle or workflow…"), QStringLiteral("Ctrl+O"),
        QStringLiteral("file"));
    add(QStringLiteral("log.export"), group, tr("Export the log as a bundle…"), QStringLiteral("Ctrl+E"),
        QStringLiteral("drop"));
    add(QStringLiteral("log.erase"), group, tr("Erase prompts and answers…"), QString(), QString());
}

void ActionRegistry::addView() {
    const QString group = tr("View");
    add(QStringLiteral("palette.open"), group, tr("Search or type a command"), QStringLiteral("Ctrl+K"),
        QStringLiteral("search"), no_palette);
    add(QStringLiteral("table.filter"), group, tr("Filter the table"), QStringLiteral("/"),
        QStringLiteral("filter"), no_palette);
    add(QStringLiteral("table.find"), group, tr("Search in the page"), QStringLiteral("Ctrl+F"),
        QStringLiteral("search"), no_palette);
    add(QStringLiteral("table.next"), group, tr("Next match"), QStringLiteral("F3"), QStringLiteral("search"),
        no_palette);
    add(QStringLiteral("view.back"), group, tr("Back"), QStringLiteral("Alt+Left"), QString(), no_palette);
    add(QStringLiteral("view.forward"), group, tr("Forward"), QStringLiteral("Alt+Right"), QString(),
        no_palette);
    add(QStringLiteral("view.refresh"), group, tr("Read everything again"), QStringLiteral("F5"), QString());
    add(QStringLiteral("theme.dark"), group, tr("Dark theme"), QString(), QString());
    add(QStringLiteral("theme.light"), group, tr("Light theme"), QString(), QString());
    add(QStringLiteral("theme.system"), group, tr("Theme of the desktop"), QString(), QString());
    add(QStringLiteral("help.verify"), group, tr("How to verify"), QStringLiteral("F1"),
        QStringLiteral("help"));
    add(QStringLiteral("help.keys"), group, tr("Keyboard shortcuts"), QStringLiteral("?"),
        QStringLiteral("help"));
    add(QStringLiteral("app.quit"), group, tr("Quit"), QStringLiteral("Ctrl+Q"), QString());
}

void ActionRegistry::add(const QString& id, const QString& group, const QString& text, const QString& keys,
                         const QString& icon_name, int flags) {
    auto* action = new QAction(text, this);
    action->setObjectName(id);
    if (!icon_name.isEmpty()) action->setIcon(icon(icon_name, Tint::muted));
    // A key of a page (Space) must stay free for focused buttons: the page handles it when nobody else wants
    // it.
    if (!keys.isEmpty() && (flags & page_key) == 0) action->setShortcut(QKeySequence(keys));
    action->setShortcutContext(Qt::WindowShortcut);
    window_->addAction(action);
    entries_.push_back({id, group, keys, action, (flags & no_palette) == 0, (flags & only_on_search) != 0});
}

QAction* ActionRegistry::action(const QString& id) const {
    for (const Entry& entry : entries_)
        if (entry.id == id) return entry.action;
    Q_ASSERT_X(false, "ActionRegistry::action", qPrintable(id));
    return nullptr;
}

QString shownKeys(const QString& keys) {
    return QKeySequence(keys).toString(QKeySequence::NativeText);
}

} // namespace tally::ui
