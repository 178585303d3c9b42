// Proxy and certificates for providers and tools that name none of their own.
#pragma once
#include "core/api/values.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class NetworkCard : public QFrame {
    Q_OBJECT
public:
    explicit NetworkCard(Session& session, QWidget* parent = nullptr);
    void show(const api::NetworkSettings& network);

private:
    void save();
    Session& session_;
    QLineEdit* proxy_;
    QLineEdit* ca_;
    QLabel* said_;
    QPushButton* save_;
};

} // namespace tally::ui
