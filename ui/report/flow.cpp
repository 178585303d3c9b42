#include "ui/report/flow.h"

#include "ui/theme/fonts.h"

#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace tally::ui {
namespace {
constexpr double cell_padding = 4, row_gap = 3;
} // namespace

Flow::Flow(Paper& paper, QString head, QString foot, int sheets)
    : paper_(paper)
    , tokens_(lightTokens())
    , head_(std::move(head))
    , foot_(std::move(foot))
    , sheets_(sheets) {
    beginSheet();
}

QFont Flow::font(const FlowStyle& style) const {
    const int pixels = std::max(1, static_cast<int>(std::lround(px(style.size))));
    QFont out = style.mono ? monoFont(pixels) : typeFont(style.bold ? Type::strong : Type::body);
    out.setPixelSize(pixels);
    if (style.bold) out.setWeight(QFont::DemiBold);
    out.setHintingPreference(QFont::PreferNoHinting);
    return out;
}

double Flow::text(const QString& text, const FlowStyle& style, double width, bool right,
                  std::optional<QPointF> at) {
    if (text.isEmpty()) return 0;
    QTextLayout layout(text, font(style));
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setUseDesignMetrics(true);
    option.setAlignment(right ? Qt::AlignRight : Qt::AlignLeft);
    layout.setTextOption(option);
    layout.beginLayout();
    double height = 0;
    for (QTextLine row = layout.createLine(); row.isValid(); row = layout.createLine()) {
        row.setLineWidth(px(width));
        row.setPosition(QPointF(0, height));
        height += row.height() * 1.08;
    }
    layout.endLayout();
    if (QPainter* painter = paper_.painter(); at && painter != nullptr) {
        painter->setPen(style.color.isValid() ? style.color : tokens_.text);
        layout.draw(painter, QPointF(px(at->x()), px(at->y())));
    }
    return height / paper_.scale();
}

void Flow::line(double y, const QColor& color) {
    QPainter* painter = paper_.painter();
    if (painter == nullptr) return;
    painter->setPen(QPen(color, px(0.6)));
    painter->drawLine(QPointF(px(margin), px(y)), QPointF(px(Paper::width_pt - margin), px(y)));
}

void Flow::beginSheet() {
    y_ = top;
    const FlowStyle small{7.5, false, false, tokens_.muted, 0};
    text(head_, small, width(), false, QPointF(margin, 30));
    line(46, tokens_.border);
}

void Flow::footer() {
    const FlowStyle small{7.5, false, false, tokens_.muted, 0};
    const double at = Paper::height_pt - 34;
    line(at - 6, tokens_.border);
    text(foot_, small, width() - 70, false, QPointF(margin, at));
    text(QStringLiteral("%1 / %2").arg(sheet_).arg(sheets_), small, width(), true, QPointF(margin, at));
}

void Flow::finish() {
    footer();
}

void Flow::need(double height) {
    if (y_ + height <= Paper::height_pt - bottom - 6 || y_ <= top) return;
    footer();
    paper_.nextSheet();
    ++sheet_;
    beginSheet();
}

void Flow::space(double pt) {
    y_ += pt;
}

void Flow::heading(const QString& words) {
    const FlowStyle style{11, true, false, {}, 0};
    need(60); // with something below it
    y_ += 12;
    y_ += text(words, style, width(), false, QPointF(margin, y_)) + 2;
    line(y_, tokens_.border);
    y_ += 6;
}

void Flow::paragraph(const QString& words, const FlowStyle& style) {
    need(text(words, style, width(), false, std::nullopt));
    y_ += text(words, style, width(), false, QPointF(margin, y_)) + style.after;
}

void Flow::fact(const QString& name, const QString& value, bool mono) {
    if (value.isEmpty()) return;
    constexpr double left = 130;
    const FlowStyle names{9, false, false, tokens_.muted, 0}, values{mono ? 8.0 : 9.0, false, mono, {}, 0};
    const double height = std::max(text(name, names, left - 8, false, std::nullopt),
                                   text(value, values, width() - left, false, std::nullopt));
    need(height);
    text(name, names, left - 8, false, QPointF(margin, y_));
    text(value, values, width() - left, false, QPointF(margin + left, y_ + (mono ? 0.8 : 0)));
    y_ += height + row_gap;
}

void Flow::card(const QColor& color, const QString& headline, const QString& words) {
    const FlowStyle big{15, true, false, color, 0}, body{10, false, false, {}, 0};
    constexpr double padding = 14, bar = 4;
    const double inner = width() - 2 * padding - bar;
    const double head_height = text(headline, big, inner, false, std::nullopt);
    const double height = head_height + 4 + text(words, body, inner, false, std::nullopt) + 2 * padding;
    need(height);
    if (QPainter* painter = paper_.painter(); painter != nullptr) {
        painter->fillRect(QRectF(px(margin), px(y_), px(width()), px(height)), tokens_.bg);
        painter->fillRect(QRectF(px(margin), px(y_), px(bar), px(height)), color);
    }
    text(headline, big, inner, false, QPointF(margin + bar + padding, y_ + padding));
    text(words, body, inner, false, QPointF(margin + bar + padding, y_ + padding + head_height + 4));
    y_ += height + 10;
}

void Flow::table(const std::vector<FlowColumn>& columns, const std::vector<QStringList>& rows,
                 const std::function<QColor(int, int)>& color) {
    if (rows.empty()) return;
    double shares = 0;
    for (const auto& column : columns)
        shares += column.share;
    // Draws one row, or only measures it.
    const auto put = [&](const QStringList& cells, int row, bool draw) {
        double x = margin, height = 0;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& column = columns[i];
            const double w = width() * column.share / shares;
            FlowStyle style{column.mono && row >= 0 ? 7.6 : 8.2, false, column.mono && row >= 0, {}, 0};
            if (row < 0) style.color = tokens_.muted;
            if (row >= 0 && color) style.color = color(row, static_cast<int>(i));
            height = std::max(
                height,
                text(cells.value(static_cast<qsizetype>(i)), style, w - 2 * cell_padding, column.right,
                     draw ? std::optional(QPointF(x + cell_padding, y_ + row_gap)) : std::nullopt));
            x += w;
        }
        return height + 2 * row_gap;
    };
    QStringList titles;
    for (const auto& column : columns)
        titles << column.title;
    const double head_height = put(titles, -1, false);
    const auto head = [&] {
        put(titles, -1, true);
        y_ += head_height;
        line(y_, tokens_.border);
    };
    need(head_height + put(rows.front(), 0, false));
    head();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const int row = static_cast<int>(i);
        const double height = put(rows[i], row, false);
        const int before = sheet_;
        need(height);
        if (sheet_ != before) head();
        put(rows[i], row, true);
        y_ += height;
        line(y_, tokens_.grid);
    }
    y_ += 6;
}

} // namespace tally::ui
