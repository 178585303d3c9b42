// The ladder of what was and was not checked: one or two columns after the room there is. Brief, it leaves
// the reasons to tooltips and to a button that shows them.
#pragma once
#include "ui/models/verdict_words.h"

#include <QWidget>

class QGridLayout;

namespace tally::ui {

class LadderView : public QWidget {
    Q_OBJECT
public:
    explicit LadderView(QWidget* parent = nullptr);
    void setRungs(std::vector<Rung> rungs);
    /// There is little room: brief until the reader wants the reasons.
    void setShort(bool is_short);

Q_SIGNALS:
    void pinsWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] bool brief() const { return short_ && !reasons_; }
    [[nodiscard]] int columns() const;
    void build();
    void addRung(const Rung& rung, int row, int first_column);

    std::vector<Rung> rungs_;
    QGridLayout* grid_;
    bool short_ = false;
    bool reasons_ = false; ///< wanted by hand
    int built_ = 0;        ///< columns
};

} // namespace tally::ui
