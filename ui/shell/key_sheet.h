// The sheet of keys ("?"), read from the action registry.
#pragma once
#include <QDialog>

namespace tally::ui {

class ActionRegistry;

class KeySheet : public QDialog {
    Q_OBJECT
public:
    KeySheet(const ActionRegistry& actions, QWidget* parent);
};

} // namespace tally::ui
