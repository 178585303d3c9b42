// Text and tables that flow down sheets of paper: measured, wrapped and broken between sheets, with a heading
// row again on each. Every text must be safe to show already.
//
// Lengths are points. One use per document; the UI thread or a process that only draws.
#pragma once
#include "ui/report/paper.h"
#include "ui/theme/tokens.h"

#include <QColor>
#include <QFont>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace tally::ui {

struct FlowStyle {
    double size = 9;
    bool bold = false;
    bool mono = false;
    QColor color; ///< invalid: text
    double after = 4;
};
struct FlowColumn {
    QString title;
    double share = 1; ///< of the width
    bool right = false, mono = false;
};

class Flow {
public:
    /// `foot` is drawn at the bottom of each sheet: "… n / m".
    Flow(Paper& paper, QString head, QString foot, int sheets);
    [[nodiscard]] int sheets() const { return sheet_; }

    void heading(const QString& text);
    void paragraph(const QString& text, const FlowStyle& style = {});
    /// Name to the left, value beside it; nothing when the value is empty.
    void fact(const QString& name, const QString& value, bool mono = false);
    void table(const std::vector<FlowColumn>& columns, const std::vector<QStringList>& rows,
               const std::function<QColor(int row, int column)>& color = {});
    /// A card with a bar in `color` to its left.
    void card(const QColor& color, const QString& headline, const QString& text);
    void space(double pt);
    /// The foot of the last sheet.
    void finish();

private:
    static constexpr double margin = 48, top = 62, bottom = 48;
    [[nodiscard]] double px(double pt) const { return pt * paper_.scale(); }
    [[nodiscard]] double width() const { return Paper::width_pt - 2 * margin; }
    [[nodiscard]] QFont font(const FlowStyle& style) const;
    /// Height that the text takes, in points; draws it when there is a painter and `at` is given.
    double text(const QString& text, const FlowStyle& style, double width, bool right,
                std::optional<QPointF> at);
    void need(double height);
    void beginSheet();
    void footer();
    void line(double y, const QColor& color);

    Paper& paper_;
    const Tokens& tokens_;
    QString head_, foot_;
    int sheets_ = 0, sheet_ = 1;
    double y_ = top;
};

} // namespace tally::ui
