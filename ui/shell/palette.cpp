#include "ui/shell/palette.h"

#include "ui/shell/action_registry.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int most_shown = 12;
constexpr int row_height = 30;
} // namespace

Palette::Palette(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("palette"));
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    line_ = new QLineEdit(this);
    line_->setObjectName(QStringLiteral("paletteLine"));
    line_->setPlaceholderText(tr("Search or type a command"));
    line_->setAccessibleName(line_->placeholderText());
    list_ = new QListWidget(this);
    list_->setObjectName(QStringLiteral("paletteList"));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(true);
    list_->setAccessibleName(tr("Commands"));
    column->addWidget(line_);
    column->addWidget(list_);
    line_->installEventFilter(this);
    parent->installEventFilter(this);
    connect(line_, &QLineEdit::textChanged, this, &Palette::fill);
    connect(list_, &QListWidget::itemClicked, this, &Palette::accept);
    hide();
}

void Palette::open(std::vector<PaletteItem> items) {
    items_ = std::move(items);
    line_->clear();
    fill({});
    const int width = qMin(620, parentWidget()->width() - 80);
    setGeometry((parentWidget()->width() - width) / 2, 72, width, 420);
    show();
    raise();
    line_->setFocus(Qt::ShortcutFocusReason);
}

int paletteScore(const QString& text, const QString& query) {
    int score = 1;
    for (const QString& word : query.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0) return 0;
        const bool starts = at == 0 || !text[at - 1].isLetterOrNumber();
        score += at == 0 ? 30 : starts ? 20 : 10;
    }
    return score;
}

void Palette::fill(const QString& query) {
    matches_.clear();
    list_->clear();
    std::vector<std::pair<int, std::size_t>> scored;
    const bool asked = query.trimmed().size() >= 2;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (items_[i].only_on_search && !asked) continue;
        if (const int score = paletteScore(items_[i].text, query); score > 0) scored.emplace_back(-score, i);
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [score, i] : scored) {
        if (matches_.size() >= most_shown) break;
        matches_.push_back(i);
        const PaletteItem& item = items_[i];
        auto* row = new QListWidgetItem(item.detail.isEmpty()
                                            ? QStringLiteral("  ") + item.text
                                            : QStringLiteral("  %1    %2").arg(item.text, item.detail));
        row->setSizeHint({0, row_height});
        list_->addItem(row);
    }
    if (scored.size() > most_shown) {
        auto* more = new QListWidgetItem(
            tr("%Ln more: type to narrow", nullptr, static_cast<int>(scored.size()) - most_shown));
        more->setFlags(Qt::NoItemFlags);
        list_->addItem(more);
    }
    list_->setCurrentRow(matches_.empty() ? -1 : 0);
    resize(width(), 72 + row_height * qMax(1, list_->count()));
}

QStringList Palette::shown() const {
    QStringList out;
    for (const std::size_t i : matches_)
        out << items_[i].text;
    return out;
}

void Palette::accept() {
    const int row = list_->currentRow();
    if (row < 0 || row >= static_cast<int>(matches_.size())) return;
    const auto run = items_[matches_[static_cast<std::size_t>(row)]].run;
    hide();
    if (run) run();
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        move((parentWidget()->width() - width()) / 2, 72);
    if (watched != line_) return QFrame::eventFilter(watched, event);
    if (event->type() == QEvent::FocusOut && isVisible()) hide();
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
        hide();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        accept();
        return true;
    case Qt::Key_Down:
        list_->setCurrentRow(qMin(list_->currentRow() + 1, static_cast<int>(matches_.size()) - 1));
        return true;
    case Qt::Key_Up:
        list_->setCurrentRow(qMax(list_->currentRow() - 1, 0));
        return true;
    default:
        return false;
    }
}

std::vector<PaletteItem> paletteActions(const ActionRegistry& actions) {
    std::vector<PaletteItem> out;
    for (const auto& entry : actions.entries()) {
        if (!entry.in_palette || !entry.action->isEnabled()) continue;
        QAction* action = entry.action;
        out.push_back({action->text(), entry.keys.isEmpty() ? entry.group : shownKeys(entry.keys),
                       entry.only_on_search, [action] { action->trigger(); }});
    }
    return out;
}

} // namespace tally::ui
