// What an amount is made of: the line items behind a sum, regrouped at will, each once; the rows add up to
// the total shown.
#pragma once
#include "core/api/values.h"

#include <QDialog>

class QComboBox;
class QLabel;

namespace tally::ui {

class ListModel;
class Session;
class TablePanel;

class CostDialog : public QDialog {
    Q_OBJECT
public:
    CostDialog(Session& session, const QString& title, api::CostQuery query, QWidget* parent);

private:
    void read();
    void fill(const api::CostTable& table);
    Session& session_;
    api::CostQuery query_;
    QComboBox* by_;
    QLabel* total_;
    ListModel* model_;
    TablePanel* panel_;
};

} // namespace tally::ui
