#include "ui/widgets/wrapped_label.h"

namespace tally::ui {
namespace {
constexpr qsizetype most_widths = 64; ///< a window that is being resized asks for ever new ones
}

int WrappedLabel::heightForWidth(int width) const {
    if (const QString now = text(); now != text_ || heights_.size() >= most_widths) {
        heights_.clear();
        text_ = now;
    }
    const auto known = heights_.constFind(width);
    return known != heights_.constEnd() ? *known : *heights_.insert(width, QLabel::heightForWidth(width));
}

void WrappedLabel::changeEvent(QEvent* event) {
    heights_.clear(); // font, style or language
    QLabel::changeEvent(event);
}

} // namespace tally::ui
