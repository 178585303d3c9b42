#include "ui/pages/pins_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
enum MemoryChoice { own_memory, other_file, no_memory };
}

PinsDialog::PinsDialog(Session& session, const api::VerifyRequest& now, QWidget* parent)
    : FormDialog(QStringLiteral("pinsDialog"), tr("What to compare with"), parent)
    , session_(session) {
    column()->insertWidget(1, makeWrapped(tr("Enter what you got by another way than the file itself, for "
                                             "instance from the engagement letter. Without it a check "
                                             "cannot say whose log this is."),
                                          true, this));
    stored_ = new QComboBox(this);
    stored_->addItem(tr("none"));
    addField(tr("Kept before"), stored_, QStringLiteral("pinStored"));
    pin_ = addLine(tr("Fingerprint or key"), QStringLiteral("auditPin"), tr("64 hex digits, or name+id+key"));
    pin_->setFont(monoFont(11));
    pin_->setText(qs(now.pin));
    name_ = addLine(tr("Keep it as"), QStringLiteral("pinName"), tr("a name, or empty: not kept"));
    witnesses_ = new QPlainTextEdit(this);
    witnesses_->setFont(monoFont(11));
    witnesses_->setTabChangesFocus(true);
    witnesses_->setFixedHeight(64);
    witnesses_->setPlaceholderText(tr("verifier keys, one in a line"));
    QStringList keys;
    for (const std::string& key : now.vkeys)
        keys << qs(key);
    witnesses_->setPlainText(keys.join(QLatin1Char('\n')));
    addField(tr("Trusted witnesses"), witnesses_, QStringLiteral("auditKey"));
    memory_ = new QComboBox(this);
    memory_->addItems({tr("what this account saw before"), tr("a memory file"), tr("nothing")});
    addField(tr("Compare with"), memory_, QStringLiteral("memoryChoice"));
    memory_file_ = addLine(tr("Memory file"), QStringLiteral("auditMemory"), tr("of an earlier check"));
    memory_file_->setText(qs(now.memory));
    memory_->setCurrentIndex(now.own_memory ? own_memory : now.memory.empty() ? no_memory : other_file);
    const auto follow = [this] { memory_file_->setEnabled(memory_->currentIndex() == other_file); };
    connect(memory_, &QComboBox::currentIndexChanged, this, follow);
    follow();
    connect(stored_, &QComboBox::activated, this, [this](int index) {
        if (index <= 0) return pin_->clear();
        const StoredPin& pin = pins_[static_cast<std::size_t>(index - 1)];
        pin_->setText(qs(pin.fingerprint.empty() ? pin.vkey : pin.fingerprint));
        name_->clear();
    });
    QPushButton* check =
        finish(tr("Check with it"), QStringLiteral("pinsApply"), QStringLiteral("pinsCancel"));
    connect(check, &QPushButton::clicked, this, &PinsDialog::apply);
    pin_->setFocus();
    readPins();
}

void PinsDialog::readPins() {
    session_.auditor()->pins(
        session_.reply<std::vector<StoredPin>>(this, [this](Result<std::vector<StoredPin>> pins) {
            if (!pins) return; // nothing was kept: the field is enough
            pins_ = std::move(*pins);
            for (const StoredPin& pin : pins_)
                stored_->addItem(tr("%1 (%2)").arg(
                    safeText(pin.name, 60), shortHash(pin.fingerprint.empty() ? pin.vkey : pin.fingerprint)));
        }));
}

api::VerifyRequest PinsDialog::request() const {
    api::VerifyRequest out;
    out.pin = pin_->text().trimmed().toStdString();
    for (const QString& line : witnesses_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        if (!line.trimmed().isEmpty()) out.vkeys.push_back(line.trimmed().toStdString());
    out.own_memory = memory_->currentIndex() == own_memory;
    if (memory_->currentIndex() == other_file) out.memory = memory_file_->text().trimmed().toStdString();
    return out;
}

void PinsDialog::apply() {
    hideError();
    if (!name_->text().trimmed().isEmpty() && !pin_->text().trimmed().isEmpty()) return keep();
    Q_EMIT chosen(request());
    accept();
}

void PinsDialog::keep() {
    StoredPin pin;
    pin.name = name_->text().trimmed().toStdString();
    pin.fingerprint = pin_->text().trimmed().toStdString();
    session_.auditor()->savePin(std::move(pin),
                                session_.reply<StoredPin>(this, [this](Result<StoredPin> stored) {
                                    if (!stored) return showError(stored.error());
                                    Q_EMIT chosen(request());
                                    accept();
                                }));
}

} // namespace tally::ui
