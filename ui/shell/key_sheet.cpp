#include "ui/shell/key_sheet.h"

#include "ui/shell/action_registry.h"
#include "ui/widgets/card.h"

#include <QGridLayout>
#include <QHBoxLayout>

namespace tally::ui {

KeySheet::KeySheet(const ActionRegistry& actions, QWidget* parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("keySheet"));
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* columns = new QHBoxLayout(this);
    columns->setContentsMargins(24, 20, 24, 24);
    columns->setSpacing(40);
    QString group;
    QGridLayout* grid = nullptr;
    int row = 0;
    for (const auto& entry : actions.entries()) {
        if (entry.keys.isEmpty()) continue;
        if (entry.group != group) {
            group = entry.group;
            auto* box = new QVBoxLayout;
            box->addWidget(makeLabel(group, Type::title, false, this));
            grid = new QGridLayout;
            grid->setHorizontalSpacing(20);
            grid->setVerticalSpacing(8);
            box->addLayout(grid);
            box->addStretch(1);
            columns->addLayout(box);
            row = 0;
        }
        auto* keys = makeLabel(shownKeys(entry.keys), Type::body, false, this);
        keys->setFont(monoFont());
        grid->addWidget(keys, row, 0);
        grid->addWidget(makeLabel(entry.action->text(), Type::body, true, this), row++, 1);
    }
}

} // namespace tally::ui
