#include "ui/widgets/table_view.h"

#include "ui/models/table_model.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/cell_delegate.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QSettings>

#include <algorithm>

namespace tally::ui {

TableView::TableView(const QString& table_id, QWidget* parent)
    : QTableView(parent)
    , id_(table_id) {
    setObjectName(table_id);
    setItemDelegate(new CellDelegate(this));
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(size::row);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setSectionsClickable(true);
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(48);
    header->setFixedHeight(33);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::sectionClicked, this, &TableView::headerClicked);
    connect(header, &QHeaderView::sectionMoved, this, &TableView::saveColumns);
    connect(header, &QHeaderView::sectionResized, this, &TableView::saveColumns);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& at) {
        QMenu menu(this);
        addColumnsMenu(&menu);
        menu.exec(header->mapToGlobal(at));
    });
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (model_) Q_EMIT opened(model_->keyAt(index.row()));
    });
}

void TableView::setTable(TableModel* model) {
    model_ = model;
    setModel(model);
    resetColumns();
    restoreColumns();
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        if (const QString key = currentKey(); !key.isEmpty()) kept_key_ = key;
    });
    connect(model, &QAbstractItemModel::modelReset, this, [this] { selectKey(kept_key_); });
}

QString TableView::currentKey() const {
    return model_ && currentIndex().isValid() ? model_->keyAt(currentIndex().row()) : QString();
}

void TableView::selectKey(const QString& key) {
    const int row = model_ ? model_->rowOfKey(key) : -1;
    if (row < 0) return;
    kept_key_ = key;
    setCurrentIndex(model_->index(row, qMax(0, currentIndex().column())));
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    if (model_ && current.isValid()) Q_EMIT currentKeyChanged(model_->keyAt(current.row()));
}

void TableView::headerClicked(int section) {
    if (!model_) return;
    // Up, down, then back to the order of the source.
    if (model_->sortColumn() != section)
        model_->sort(section, model_->columns()[static_cast<std::size_t>(section)].number
                                  ? Qt::DescendingOrder
                                  : Qt::AscendingOrder);
    else if (const bool first = model_->columns()[static_cast<std::size_t>(section)].number ==
                                (model_->sortOrder() == Qt::DescendingOrder);
             first)
        model_->sort(section,
                     model_->sortOrder() == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder);
    else
        model_->sort(-1);
    saveColumns();
}

std::vector<int> TableView::shownColumns() const {
    std::vector<int> out;
    const QHeaderView* header = horizontalHeader();
    for (int visual = 0; visual < header->count(); ++visual)
        if (const int logical = header->logicalIndex(visual); !isColumnHidden(logical))
            out.push_back(logical);
    return out;
}

std::vector<int> TableView::selectedRows() const {
    std::vector<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        rows.push_back(index.row());
    if (rows.empty())
        for (int i = 0; i < model_->rowCount(); ++i)
            rows.push_back(i);
    std::sort(rows.begin(), rows.end());
    return rows;
}

void TableView::copySelection(TableFormat format) {
    if (model_)
        QApplication::clipboard()->setText(exportRows(*model_, selectedRows(), shownColumns(), format));
}

void TableView::filterCurrent(bool negate) {
    const QModelIndex index = currentIndex();
    if (model_ && index.isValid())
        model_->addFilter({index.column(), index.data(Qt::DisplayRole).toString(), negate});
}

QMenu* TableView::makeMenu() {
    auto* menu = new QMenu(this);
    if (!model_) return menu;
    const QModelIndex index = currentIndex();
    if (index.isValid()) {
        const QString value = index.data(Qt::DisplayRole).toString();
        const QString shown = value.size() > 32 ? value.left(31) + QStringLiteral("…") : value;
        menu->addAction(tr("Filter to “%1”").arg(shown), this, [this] { filterCurrent(false); });
        menu->addAction(tr("Not “%1”").arg(shown), this, [this] { filterCurrent(true); });
        menu->addAction(tr("Copy this value"), this, [this] {
            QApplication::clipboard()->setText(currentIndex().data(ExactRole).toString());
        });
        menu->addSeparator();
    }
    const bool some = selectionModel()->hasSelection();
    QMenu* copy = menu->addMenu(some ? tr("Copy the selected rows as") : tr("Copy all rows as"));
    copy->addAction(tr("Text"), this, [this] { copySelection(TableFormat::text); });
    copy->addAction(QStringLiteral("CSV"), this, [this] { copySelection(TableFormat::csv); });
    copy->addAction(QStringLiteral("JSON"), this, [this] { copySelection(TableFormat::json); });
    copy->addAction(QStringLiteral("Markdown"), this, [this] { copySelection(TableFormat::markdown); });
    if (!model_->filters().empty())
        menu->addAction(tr("Remove all filters"), model_, &TableModel::clearFilters);
    menu->addSeparator();
    addColumnsMenu(menu->addMenu(tr("Columns")));
    return menu;
}

void TableView::addColumnsMenu(QMenu* menu) {
    for (int i = 0; model_ && i < model_->columnCount(); ++i) {
        QAction* action = menu->addAction(model_->columns()[static_cast<std::size_t>(i)].title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(i));
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            if (!on && shownColumns().size() <= 1) return;
            setColumnHidden(i, !on);
            saveColumns();
        });
    }
    menu->addSeparator();
    menu->addAction(tr("Restore the columns"), this, [this] {
        QSettings().remove(QStringLiteral("tables/") + id_);
        resetColumns();
    });
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
    const std::unique_ptr<QMenu> menu(makeMenu());
    menu->exec(event->globalPos());
}

void TableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copySelection(TableFormat::text);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (const QString key = currentKey(); !key.isEmpty()) Q_EMIT opened(key);
        return;
    }
    // Space belongs to follow/pause, letters to the shortcuts: no search by typing.
    if (event->key() == Qt::Key_Space ||
        (!event->text().isEmpty() && event->text().front().isPrint() && event->modifiers() == Qt::NoModifier))
        return event->ignore();
    QTableView::keyPressEvent(event);
}

void TableView::resetColumns() {
    if (!model_) return;
    restoring_ = true;
    for (int i = 0; i < model_->columnCount(); ++i) {
        const TableColumn& column = model_->columns()[static_cast<std::size_t>(i)];
        horizontalHeader()->moveSection(horizontalHeader()->visualIndex(i), i);
        setColumnWidth(i, column.width);
        setColumnHidden(i, column.hidden);
    }
    restoring_ = false;
}

void TableView::saveColumns() const {
    if (restoring_ || !model_ || !isVisible()) return;
    QStringList parts;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int i = horizontalHeader()->logicalIndex(visual);
        parts << QStringLiteral("%1:%2:%3")
                     .arg(model_->columns()[static_cast<std::size_t>(i)].key)
                     .arg(isColumnHidden(i) ? 0 : 1)
                     .arg(isColumnHidden(i) ? model_->columns()[static_cast<std::size_t>(i)].width
                                            : columnWidth(i));
    }
    QSettings settings;
    settings.setValue(QStringLiteral("tables/%1/columns").arg(id_), parts);
    settings.setValue(QStringLiteral("tables/%1/sort").arg(id_), model_->sortColumn());
    settings.setValue(QStringLiteral("tables/%1/descending").arg(id_),
                      model_->sortOrder() == Qt::DescendingOrder);
}

void TableView::restoreColumns() {
    QSettings settings;
    const QStringList parts = settings.value(QStringLiteral("tables/%1/columns").arg(id_)).toStringList();
    restoring_ = true;
    int visual = 0;
    for (const QString& part : parts) {
        const QStringList fields = part.split(QLatin1Char(':'));
        for (int i = 0; fields.size() == 3 && i < model_->columnCount(); ++i) {
            if (model_->columns()[static_cast<std::size_t>(i)].key != fields[0]) continue;
            horizontalHeader()->moveSection(horizontalHeader()->visualIndex(i), visual++);
            setColumnWidth(i, qBound(48, fields[2].toInt(), 2000));
            setColumnHidden(i, fields[1] == QLatin1String("0"));
        }
    }
    if (settings.contains(QStringLiteral("tables/%1/sort").arg(id_)))
        model_->sort(settings.value(QStringLiteral("tables/%1/sort").arg(id_)).toInt(),
                     settings.value(QStringLiteral("tables/%1/descending").arg(id_)).toBool()
                         ? Qt::DescendingOrder
                         : Qt::AscendingOrder);
    restoring_ = false;
}

} // namespace tally::ui
