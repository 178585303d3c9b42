#include "ui/theme/style_sheet.h"

#include "ui/theme/tokens.h"

namespace tally::ui {
namespace {

const char* const text = R"(
* { outline: none; }
QToolTip { color: @text; background: @raised; border: 1px solid @border; padding: 6px 8px; }

QFrame#rail { background: @surface; border: none; border-right: 1px solid @border; }
QFrame#statusLine { background: @surface; border: none; border-top: 1px solid @border; }
QFrame[card="true"] { background: @surface; border: 1px solid @border; border-radius: 8px; }
QFrame[card="true"][tone="danger"] { border-color: @danger; }
QFrame[card="true"][tone="warn"] { border-color: @warn; }
QFrame[card="true"][hot="true"] { border: 1px solid @accent; }

QLabel { background: transparent; }
QLabel[muted="true"] { color: @muted; }
QLabel[tone="ok"] { color: @ok; }
QLabel[tone="warn"] { color: @warn; }
QLabel[tone="danger"] { color: @danger; }
QLabel[tone="info"] { color: @accent; }

QPushButton, QToolButton[boxed="true"] { background: @raised; color: @text; border: 1px solid @border;
  border-radius: 6px; padding: 0 12px; min-height: 28px; }
QPushButton:hover, QToolButton[boxed="true"]:hover { background: @hover; }
QPushButton:pressed { background: @border; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @faint; }
QPushButton:checked { background: @selection; border-color: @accent; }
QPushButton:checked:focus { border-color: @text; }
QPushButton[kind="primary"] { background: @accent; color: @onaccent; border: 1px solid @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accenthover; }
QPushButton[kind="primary"]:focus { border: 1px solid @text; }
QPushButton[kind="primary"]:disabled { background: @raised; color: @faint; border-color: @border; }
QPushButton[kind="danger"] { background: @dangerfill; color: @ondanger; border: 1px solid @dangerfill; font-weight: 600; }
QPushButton[kind="danger"]:hover { background: @dangerhover; }
QPushButton[kind="danger"]:disabled { background: @raised; color: @faint; border-color: @border; }
QPushButton[kind="danger"]:focus { border: 1px solid @text; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: @accent; padding: 0 4px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 1px solid @accent; }
QPushButton[kind="chip"] { min-height: 22px; padding: 0 8px; border-radius: 11px; }
QPushButton[menu="true"] { padding-right: 26px; }
QPushButton::menu-indicator { image: url(:/tally/icons/chevron-down@mode.svg); width: 10px; height: 10px;
  subcontrol-origin: padding; subcontrol-position: center right; right: 9px; }
QPushButton[kind="search"] { background: @surface; color: @muted; text-align: left; font-weight: 400; }
QPushButton[kind="search"]:hover { border-color: @muted; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: @raised; }
QToolButton[nav="true"] { color: @muted; text-align: left; padding: 7px 10px; border-radius: 6px; }
QToolButton[nav="true"]:checked { background: @selection; color: @text; font-weight: 600; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox { background: @surface; color: @text; border: 1px solid @border;
  border-radius: 6px; padding: 0 8px; min-height: 28px; selection-background-color: @accent; selection-color: @onaccent; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus { border: 1px solid @accent; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid @danger; }
QLineEdit:disabled, QComboBox:disabled { color: @faint; background: @bg; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/tally/icons/chevron-down@mode.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @border; color: @text;
  selection-background-color: @selection; selection-color: @text; padding: 4px; }
QCheckBox { spacing: 8px; border: 1px solid transparent; border-radius: 4px; padding: 2px; }
QCheckBox:focus { border-color: @accent; }

QTableView, QTreeView, QListView { background: @surface; border: 1px solid transparent; border-radius: 6px; color: @text; gridline-color: @border;
  selection-background-color: @selection; selection-color: @text; }
QTableView:focus, QTreeView:focus, QListView:focus { border-color: @accent; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @border;
  padding: 0 10px; height: 32px; font-weight: 500; }
QHeaderView::section:hover { color: @text; }
QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }
QTableCornerButton::section { background: @surface; border: none; }

QMenu { background: @surface; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @border; }
QScrollArea, QScrollArea > QWidget > QWidget#scrollContents { background: transparent; border: none; }
QDialog { background: @bg; }
QProgressBar { background: @raised; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; }
)";

} // namespace

QString styleSheet(const Tokens& t) {
    QString sheet = QString::fromLatin1(text);
    const auto put = [&sheet](const char* name, const QString& value) {
        sheet.replace(QLatin1String(name), value);
    };
    // Longer names first: "@accenthover" would otherwise be eaten by "@accent".
    put("@accenthover", mix(t.accent, t.text, 0.86).name());
    put("@dangerhover", mix(t.danger_fill, t.text, 0.86).name());
    put("@dangerfill", t.danger_fill.name());
    put("@ondanger", t.on_danger.name());
    put("@onaccent", t.on_accent.name());
    put("@selection", t.selection.name());
    put("@surface", t.surface.name());
    put("@raised", t.raised.name());
    put("@border", t.border.name());
    put("@accent", t.accent.name());
    put("@danger", t.danger.name());
    put("@muted", t.muted.name());
    put("@hover", mix(t.text, t.raised, 0.06).name());
    put("@faint", mix(t.muted, t.surface, 0.7).name());
    put("@mode", t.dark ? QStringLiteral("-dark") : QStringLiteral("-light"));
    put("@text", t.text.name());
    put("@warn", t.warn.name());
    put("@ok", t.ok.name());
    put("@bg", t.bg.name());
    return sheet;
}

} // namespace tally::ui
