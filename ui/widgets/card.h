// Small builders shared by all pages: cards, labels, buttons. They only set properties that the style sheet
// reads.
#pragma once
#include "ui/theme/fonts.h"
#include "ui/widgets/state_look.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace tally::ui {

QFrame* makeCard(QWidget* parent = nullptr);
/// A label that shows its text literally (never as rich text) and can be selected.
QLabel* makeLabel(const QString& text, Type type = Type::body, bool muted = false, QWidget* parent = nullptr);
QLabel* makeWrapped(const QString& text, bool muted = false, QWidget* parent = nullptr);
QLabel* makeMono(const QString& text, QWidget* parent = nullptr);
enum class ButtonKind { plain, primary, danger, link, chip };
QPushButton* makeButton(const QString& text, ButtonKind kind, const QString& object_name,
                        QWidget* parent = nullptr);
/// Sets a property that the style sheet selects by, and restyles if it changed.
void setLookProperty(QWidget* widget, const char* name, const QVariant& value);
void setTone(QWidget* widget, Tone tone);
/// Removes and deletes everything in a layout.
void clearLayout(QLayout* layout);

} // namespace tally::ui
