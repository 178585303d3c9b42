// A label that wraps and remembers how high it is. Text that can be selected is laid out by a whole document,
// and nested layouts ask for the height at the same few widths dozens of times: together that held the window
// for 0.4 s when a verdict came.
#pragma once
#include <QHash>
#include <QLabel>

namespace tally::ui {

class WrappedLabel : public QLabel {
public:
    using QLabel::QLabel;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    mutable QHash<int, int> heights_; ///< by width, of `text_`
    mutable QString text_;
};

} // namespace tally::ui
