#include "ui/widgets/detail_panel.h"

#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int most_shown = 20'000;
constexpr int least_height = 92;
} // namespace

DetailPanel::DetailPanel(const QString& object_name, bool card, QWidget* parent)
    : QFrame(parent) {
    setObjectName(object_name);
    if (card) setProperty("card", true);
    auto* outer = new QVBoxLayout(this);
    const int border = card ? 1 : 0;
    outer->setContentsMargins(border, border, border, border);
    auto* scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Details"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* inner = new QWidget(scroll);
    inner->setObjectName(QStringLiteral("scrollContents"));
    rows_ = new QVBoxLayout(inner);
    rows_->setContentsMargins(16, 12, 16, 12);
    rows_->setSpacing(6);
    scroll->setWidget(inner);
    outer->addWidget(scroll);
}

QVBoxLayout* DetailPanel::startOver() {
    clearLayout(rows_);
    return rows_;
}

void DetailPanel::showHint(const QString& sentence) {
    startOver()->addWidget(makeWrapped(sentence, true, this));
    rows_->addStretch(1);
}

void DetailPanel::addText(const QString& title, const std::string& text, const QString& nothing,
                          bool keep_lines, int height) {
    rows_->addWidget(makeLabel(title, Type::strong, false, this));
    if (text.empty()) {
        rows_->addWidget(makeLabel(nothing, Type::body, true, this));
        return;
    }
    auto* box = new QPlainTextEdit(safeText(text, most_shown, keep_lines), this);
    box->setReadOnly(true);
    box->setFont(monoFont(11));
    if (height > 0)
        box->setFixedHeight(height);
    else
        box->setMinimumHeight(least_height);
    box->setAccessibleName(title);
    rows_->addWidget(box);
}

} // namespace tally::ui
