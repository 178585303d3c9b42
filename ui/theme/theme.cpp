#include "ui/theme/theme.h"

#include "ui/theme/desktop_scheme.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_sheet.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>

namespace tally::ui {
namespace {

Theme* instance = nullptr;

QPalette palette(const Tokens& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.bg);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.raised);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::Button, t.raised);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.danger);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::Highlight, t.selection);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::Light, t.raised);
    p.setColor(QPalette::Midlight, t.border);
    p.setColor(QPalette::Mid, t.border);
    p.setColor(QPalette::Dark, t.border);
    p.setColor(QPalette::Shadow, t.bg);
    const QColor faint = mix(t.muted, t.surface, 0.7);
    for (const auto role : {QPalette::Text, QPalette::ButtonText, QPalette::WindowText})
        p.setColor(QPalette::Disabled, role, faint);
    return p;
}

} // namespace

Theme::Theme(QApplication& app)
    : app_(app)
    , desktop_(new DesktopScheme(this)) {
    instance = this;
    loadFonts();
    // Fusion first: a palette and a style sheet set before it would be replaced by the desktop's style.
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setFont(typeFont(Type::body));
    connect(desktop_, &DesktopScheme::changed, this, [this] {
        if (mode_ == ThemeMode::system) apply();
    });
    apply();
}

Theme::~Theme() {
    instance = nullptr;
}

void Theme::setMode(ThemeMode mode) {
    mode_ = mode;
    apply();
}

const Tokens& Theme::tokens() const {
    return dark_ ? darkTokens() : lightTokens();
}

void Theme::apply() {
    dark_ = mode_ == ThemeMode::dark || (mode_ == ThemeMode::system && desktop_->dark());
    QApplication::setPalette(palette(tokens()));
    app_.setStyleSheet(styleSheet(tokens()));
    Q_EMIT changed();
}

const Tokens& ThemeView::tokens() const {
    return instance ? instance->tokens() : lightTokens();
}
Theme* ThemeView::object() const {
    return instance;
}
ThemeView theme() {
    return {};
}

} // namespace tally::ui
