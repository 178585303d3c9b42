// Proxy and certificates for providers and tools that name none of their own.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/answering_card.h"

class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class NetworkCard : public AnsweringCard {
    Q_OBJECT
public:
    explicit NetworkCard(Session& session, QWidget* parent = nullptr);
    void show(const api::NetworkSettings& network);

private:
    void save();
    Session& session_;
    QLineEdit* proxy_;
    QLineEdit* ca_;
    QPushButton* save_;
};

} // namespace tally::ui
