#include "ui/pages/network_card.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tally::ui {

NetworkCard::NetworkCard(Session& session, QWidget* parent)
    : AnsweringCard(tr("Network"), QStringLiteral("networkSaid"), parent)
    , session_(session) {
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    const auto field = [&](const QString& words, const char* name, const QString& hint) {
        auto* line = new QLineEdit(this);
        line->setObjectName(QString::fromLatin1(name));
        line->setAccessibleName(words);
        line->setPlaceholderText(hint);
        connect(line, &QLineEdit::textEdited, this, [this] {
            save_->setEnabled(true);
            saySilence();
        });
        return line;
    };
    proxy_ = field(tr("Proxy"), "networkProxy", tr("as the environment says; none: never"));
    ca_ = field(tr("CA bundle"), "networkCa", tr("the system's"));
    form->addRow(makeLabel(tr("Proxy"), Type::body, true, this), proxy_);
    auto* bundle = new QHBoxLayout;
    bundle->setSpacing(8);
    auto* browse = makeButton(tr("Choose…"), ButtonKind::plain, QStringLiteral("networkChoose"), this);
    bundle->addWidget(ca_, 1);
    bundle->addWidget(browse);
    form->addRow(makeLabel(tr("CA bundle"), Type::body, true, this), bundle);
    column()->addLayout(form);
    save_ = makeButton(tr("Save"), ButtonKind::plain, QStringLiteral("networkSave"), this);
    save_->setEnabled(false);
    finish({save_});
    connect(save_, &QPushButton::clicked, this, &NetworkCard::save);
    connect(proxy_, &QLineEdit::returnPressed, this, &NetworkCard::save);
    connect(ca_, &QLineEdit::returnPressed, this, &NetworkCard::save);
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Choose a CA bundle"), {},
                                                          tr("Certificates (*.pem *.crt);;All files (*)"));
        if (file.isEmpty()) return;
        ca_->setText(file);
        save_->setEnabled(true);
    });
}

void NetworkCard::show(const api::NetworkSettings& network) {
    proxy_->setText(qs(network.proxy));
    ca_->setText(qs(network.ca_file));
    save_->setEnabled(false);
}

void NetworkCard::save() {
    if (!session_.hasWorkspace()) return;
    const api::NetworkSettings wanted{proxy_->text().trimmed().toStdString(),
                                      ca_->text().trimmed().toStdString()};
    session_.core().setNetwork(wanted, session_.reply<void>(this, [this](Status s) {
        say(s ? tr("Saved. It holds for the next connection.") : safeText(s.error().text(), 600), !s);
        save_->setEnabled(!s);
    }));
}

} // namespace tally::ui
