#include "ui/theme/tokens.h"

#include <algorithm>
#include <cmath>

namespace tally::ui {
namespace {

Tokens makeDark() {
    Tokens t;
    t.dark = true;
    t.bg = QColor(0x111418);
    t.surface = QColor(0x181c22);
    t.raised = QColor(0x20262e);
    t.border = QColor(0x2b323c);
    t.text = QColor(0xe6e9ee);
    t.muted = QColor(0x9aa4b2);
    t.accent = QColor(0x5b9dff);
    t.on_accent = QColor(0x0b1422);
    t.selection = QColor(0x1d2c45);
    t.ok = QColor(0x4cc38a);
    t.warn = QColor(0xf0b44c);
    t.danger = QColor(0xf26d6d);
    t.warn_fill = t.warn;
    t.danger_fill = QColor(0xb92f34);
    t.on_danger = QColor(0xffffff);
    t.grid = QColor(0x262d36);
    t.series = {QColor(0x5b9dff), QColor(0x4cc38a), QColor(0xf0b44c), QColor(0xc58af0),
                QColor(0x46bcd0), QColor(0xee8f6b), QColor(0xa5b84a), QColor(0xe284b4)};
    return t;
}

Tokens makeLight() {
    Tokens t;
    t.bg = QColor(0xf5f6f8);
    t.surface = QColor(0xffffff);
    t.raised = QColor(0xeef0f4);
    t.border = QColor(0xd9dde4);
    t.text = QColor(0x1b2028);
    t.muted = QColor(0x5a6472);
    t.accent = QColor(0x1f6fde);
    t.on_accent = QColor(0xffffff);
    t.selection = QColor(0xe0ecfc);
    t.ok = QColor(0x1a7f53);
    t.warn = QColor(0x9a6300);
    t.danger = QColor(0xc33131);
    t.warn_fill = QColor(0xe0a326);
    t.danger_fill = t.danger;
    t.on_danger = QColor(0xffffff);
    t.grid = QColor(0xe4e7ec);
    t.series = {QColor(0x3f83e8), QColor(0x2a9d74), QColor(0xcc8a1d), QColor(0x9a5fd0),
                QColor(0x1c8fa5), QColor(0xcf6238), QColor(0x7a8a1f), QColor(0xc04f88)};
    return t;
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c) {
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

} // namespace

const Tokens& darkTokens() {
    static const Tokens t = makeDark();
    return t;
}

const Tokens& lightTokens() {
    static const Tokens t = makeLight();
    return t;
}

QColor mix(const QColor& over, const QColor& under, double alpha) {
    const auto channel = [alpha](int a, int b) {
        return static_cast<int>(std::lround(a * alpha + b * (1 - alpha)));
    };
    return QColor(channel(over.red(), under.red()), channel(over.green(), under.green()),
                  channel(over.blue(), under.blue()));
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace tally::ui
