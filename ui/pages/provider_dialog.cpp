#include "ui/pages/provider_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QComboBox>
#include <QLineEdit>

namespace tally::ui {

ProviderDialog::ProviderDialog(Session& session, QWidget* parent)
    : FormDialog(QStringLiteral("providerDialog"), tr("Connect a provider"), parent)
    , session_(session) {
    kind_ = new QComboBox(this);
    kind_->addItem(tr("OpenAI-compatible (OpenAI, vLLM, llama.cpp, Ollama, LM Studio)"),
                   QStringLiteral("openai"));
    kind_->addItem(QStringLiteral("Anthropic"), QStringLiteral("anthropic"));
    kind_->addItem(QStringLiteral("Gemini"), QStringLiteral("gemini"));
    const auto line = [this](const QString& words, const char* name, const QString& hint) {
        return addLine(words, QString::fromLatin1(name), hint);
    };
    addField(tr("Kind"), kind_, QStringLiteral("providerKind"));
    name_ = line(tr("Name"), "providerName", tr("how workflows call it, for example openai"));
    url_ = line(tr("Address"), "providerUrl", {});
    key_ = line(tr("Key"), "providerKey", tr("kept in the keychain, or env:NAME"));
    key_->setEchoMode(QLineEdit::Password);
    price_as_ =
        line(tr("Priced as"), "providerPriceAs", tr("name in the price book; local: hardware of your own"));
    requests_ = line(tr("Requests per minute"), "providerRpm", tr("no limit"));
    tokens_ = line(tr("Tokens per minute"), "providerTpm", tr("no limit"));
    concurrent_ = line(tr("Calls at once"), "providerConcurrent", tr("no limit"));
    proxy_ = line(tr("Proxy"), "providerProxy", tr("as the workspace says"));
    ca_ = line(tr("CA file"), "providerCa", tr("as the workspace says"));
    add_ = finish(tr("Connect"), QStringLiteral("providerAdd"), QStringLiteral("providerCancel"));
    connect(add_, &QPushButton::clicked, this, &ProviderDialog::add);
    connect(kind_, &QComboBox::currentIndexChanged, this, &ProviderDialog::suggest);
    suggest();
}

void ProviderDialog::suggest() {
    const QString kind = kind_->currentData().toString();
    url_->setPlaceholderText(kind == QLatin1String("anthropic") ? QStringLiteral("https://api.anthropic.com")
                             : kind == QLatin1String("gemini")
                                 ? QStringLiteral("https://generativelanguage.googleapis.com/v1beta")
                                 : QStringLiteral("https://api.openai.com/v1"));
}

Result<api::AddProvider> ProviderDialog::request() const {
    api::AddProvider out;
    out.info.kind = kind_->currentData().toString().toStdString();
    out.info.name = name_->text().trimmed().toStdString();
    if (out.info.name.empty())
        return tally::fail("provider.name", tr("Give it a name: workflows refer to it").toStdString());
    out.info.base_url = url_->text().trimmed().toStdString(); // empty: the vendor's own
    const QString key = key_->text().trimmed();
    if (key.startsWith(QLatin1String("env:")))
        out.info.key_source = key.toStdString();
    else
        out.key = key.toStdString();
    const auto number = [](const QLineEdit* field, std::int64_t& target) -> Status {
        const QString text = field->text().trimmed();
        bool ok = text.isEmpty();
        target = ok ? 0 : text.toLongLong(&ok);
        if (!ok || target < 0)
            return tally::fail(
                "provider.number",
                ProviderDialog::tr("%1: digits only").arg(field->accessibleName()).toStdString());
        return {};
    };
    TALLY_TRY(number(requests_, out.info.requests_per_minute));
    TALLY_TRY(number(tokens_, out.info.tokens_per_minute));
    TALLY_TRY(number(concurrent_, out.info.concurrent));
    out.info.proxy = proxy_->text().trimmed().toStdString();
    out.info.ca_file = ca_->text().trimmed().toStdString();
    out.info.price_as = price_as_->text().trimmed().toStdString();
    return out;
}

void ProviderDialog::add() {
    Result<api::AddProvider> wanted = request();
    if (!wanted) return showError(wanted.error());
    add_->setEnabled(false);
    session_.core().addProvider(std::move(*wanted), session_.reply<void>(this, [this](Status s) {
        add_->setEnabled(true);
        if (!s) return showError(s.error());
        key_->clear();
        Q_EMIT added();
        accept();
    }));
}

} // namespace tally::ui
