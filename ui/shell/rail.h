// The left rail: name, pages, and the red switch that stops everything.
#pragma once
#include <QFrame>

#include <map>

class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;
class QButtonGroup;

namespace tally::ui {

class ActionRegistry;

class Rail : public QFrame {
    Q_OBJECT
public:
    explicit Rail(const ActionRegistry& actions, QWidget* parent = nullptr);
    void setCurrent(const QString& page_id);
    /// While nothing is admitted, the switch says so; pressing it again shows the receipt and never resumes.
    void setStopped(bool stopped);

Q_SIGNALS:
    void stopPressed();
    void receiptWanted();

private:
    QToolButton* addPage(const ActionRegistry& actions, const QString& id);
    QVBoxLayout* column_;
    QButtonGroup* group_;
    std::map<QString, QToolButton*> buttons_;
    QPushButton* stop_;
    bool stopped_ = false;
};

} // namespace tally::ui
