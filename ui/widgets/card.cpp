#include "ui/widgets/card.h"

#include "ui/widgets/wrapped_label.h"

#include <QLayout>
#include <QStyle>
#include <QVariant>

namespace tally::ui {

QFrame* makeCard(QWidget* parent) {
    auto* card = new QFrame(parent);
    card->setProperty("card", true);
    return card;
}

namespace {
QLabel* dressed(QLabel* label, const QString& text, Type type, bool muted) {
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    label->setFont(typeFont(type));
    label->setProperty("muted", muted);
    return label;
}
} // namespace

QLabel* makeLabel(const QString& text, Type type, bool muted, QWidget* parent) {
    return dressed(new QLabel(parent), text, type, muted);
}

QLabel* makeWrapped(const QString& text, bool muted, QWidget* parent) {
    QLabel* label = dressed(new WrappedLabel(parent), text, Type::body, muted);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QLabel* makeMono(const QString& text, QWidget* parent) {
    QLabel* label = makeLabel(text, Type::body, false, parent);
    label->setFont(monoFont());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPushButton* makeButton(const QString& text, ButtonKind kind, const QString& object_name, QWidget* parent) {
    static const char* const names[] = {"plain", "primary", "danger", "link", "chip"};
    auto* button = new QPushButton(text, parent);
    button->setObjectName(object_name);
    button->setProperty("kind", QString::fromLatin1(names[static_cast<int>(kind)]));
    button->setCursor(kind == ButtonKind::link ? Qt::PointingHandCursor : Qt::ArrowCursor);
    button->setAutoDefault(false);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void setLookProperty(QWidget* widget, const char* name, const QVariant& value) {
    if (widget->property(name) == value) return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

void setTone(QWidget* widget, Tone tone) {
    static const char* const names[] = {"", "info", "ok", "warn", "danger"};
    setLookProperty(widget, "tone", QString::fromLatin1(names[static_cast<int>(tone)]));
}

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            // Out of sight at once; gone when control returns to the event loop, as its own signal may be
            // running.
            widget->hide();
            widget->deleteLater();
        }
        if (QLayout* inner = item->layout()) clearLayout(inner);
        delete item;
    }
}

} // namespace tally::ui
