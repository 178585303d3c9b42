// Every action of the window in one table: id, words, keys, group. Menus, the palette, the key sheet and the
// shortcuts all read it; owners of an action only connect to `triggered`. Made once by the main window. UI
// thread only.
#pragma once
#include <QAction>
#include <QObject>

#include <vector>

namespace tally::ui {

class ActionRegistry : public QObject {
    Q_OBJECT
public:
    /// Shortcuts are bound to `window`.
    explicit ActionRegistry(QWidget* window);

    struct Entry {
        QString id;
        QString group;
        QString keys; ///< as shown in the key sheet, also where the page itself handles the key
        QAction* action;
        bool in_palette = true;
        /// Listed by the palette only when its text was asked for, never as a first suggestion.
        bool only_on_search = false;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// Asserts that the id exists: ids are written by us.
    [[nodiscard]] QAction* action(const QString& id) const;

private:
    enum Flag { normal = 0, page_key = 1, no_palette = 2, only_on_search = 4 };
    void add(const QString& id, const QString& group, const QString& text, const QString& keys,
             const QString& icon_name, int flags = normal);
    void addPages();
    void addWork();
    void addView();
    QWidget* window_;
    std::vector<Entry> entries_;
};

/// "Ctrl+K" and the like in the desktop's own spelling.
QString shownKeys(const QString& keys);

} // namespace tally::ui
