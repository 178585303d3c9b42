// Text with line numbers and marks on the lines that have something wrong; the message stands in the margin's
// tooltip and, for the line of the cursor, below the text. Used for workflow definitions.
#pragma once
#include "core/model/workflow.h"

#include <QPlainTextEdit>

#include <vector>

namespace tally::ui {

class CodeView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit CodeView(QWidget* parent = nullptr);
    void setDiagnostics(std::vector<Diagnostic> diagnostics);
    void goToLine(int line, int column);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void paintMargin();
    void markLines();
    [[nodiscard]] int marginWidth() const;
    [[nodiscard]] const Diagnostic* at(int line) const;
    QWidget* margin_;
    std::vector<Diagnostic> diagnostics_;
};

} // namespace tally::ui
