// The command line of the window.
#pragma once
#include <QStringList>

namespace tally::window {

struct Options {
    QString workspace; ///< folder; empty: the default one
    QString page;      ///< empty: the last one
    QString shots;     ///< folder for page pictures; empty: open the window
    QString theme;     ///< dark, light, system; empty: as set
    QStringList files; ///< bundles and workflows to open
    bool audit_only = false;
    bool demo = false; ///< start both samples once the window is open
};

/// Prints help or an error and ends the process when asked to.
Options parseOptions(const QStringList& arguments);
/// $TALLYSTICK_WORKSPACE, else $XDG_DATA_HOME/tallystick/workspace: the same place that `tally` uses.
QString defaultWorkspace();

} // namespace tally::window
