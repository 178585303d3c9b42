#include "ui/pages/provider_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>

namespace tally::ui {

ProviderDialog::ProviderDialog(Session& session, QWidget* parent)
    : QDialog(parent)
    , session_(session) {
    setObjectName(QStringLiteral("providerDialog"));
    setWindowTitle(tr("Connect a provider"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(560);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addWidget(makeLabel(windowTitle(), Type::page, false, this));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    const auto row = [&](const QString& words, QWidget* field, const char* name) {
        field->setObjectName(QString::fromLatin1(name));
        field->setAccessibleName(words);
        form->addRow(makeLabel(words, Type::body, true, this), field);
    };
    const auto line = [&](const QString& words, const char* name, const QString& hint) {
        auto* field = new QLineEdit(this);
        field->setPlaceholderText(hint);
        row(words, field, name);
        return field;
    };
    kind_ = new QComboBox(this);
    kind_->addItem(tr("OpenAI-compatible (OpenAI, vLLM, llama.cpp, Ollama, LM Studio)"),
                   QStringLiteral("openai"));
    kind_->addItem(QStringLiteral("Anthropic"), QStringLiteral("anthropic"));
    kind_->addItem(QStringLiteral("Gemini"), QStringLiteral("gemini"));
    row(tr("Kind"), kind_, "providerKind");
    name_ = line(tr("Name"), "providerName", tr("how workflows call it, for example openai"));
    url_ = line(tr("Address"), "providerUrl", {});
    key_ = line(tr("Key"), "providerKey", tr("kept in the keychain, or env:NAME"));
    key_->setEchoMode(QLineEdit::Password);
    models_ = line(tr("Models"), "providerModels", tr("separated by commas; empty: ask the server"));
    price_as_ = line(tr("Priced as"), "providerPriceAs", tr("name in the price book, when it differs"));
    requests_ = line(tr("Requests per minute"), "providerRpm", tr("no limit"));
    tokens_ = line(tr("Tokens per minute"), "providerTpm", tr("no limit"));
    concurrent_ = line(tr("Calls at once"), "providerConcurrent", tr("no limit"));
    proxy_ = line(tr("Proxy"), "providerProxy", QStringLiteral("http://proxy:3128"));
    ca_ = line(tr("CA file"), "providerCa", tr("PEM file, when the system's list is not enough"));
    column->addLayout(form);
    error_ = makeWrapped(QString(), false, this);
    error_->setObjectName(QStringLiteral("providerError"));
    setTone(error_, Tone::danger);
    error_->hide();
    column->addWidget(error_);
    auto* buttons = new QHBoxLayout;
    auto* cancel = makeButton(tr("Cancel"), ButtonKind::plain, QStringLiteral("providerCancel"), this);
    add_ = makeButton(tr("Connect"), ButtonKind::primary, QStringLiteral("providerAdd"), this);
    add_->setDefault(true);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(add_);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(add_, &QPushButton::clicked, this, &ProviderDialog::add);
    connect(kind_, &QComboBox::currentIndexChanged, this, &ProviderDialog::suggest);
    suggest();
}

void ProviderDialog::suggest() {
    const QString kind = kind_->currentData().toString();
    url_->setPlaceholderText(kind == QLatin1String("anthropic") ? QStringLiteral("https://api.anthropic.com")
                             : kind == QLatin1String("gemini")
                                 ? QStringLiteral("https://generativelanguage.googleapis.com")
                                 : QStringLiteral("https://api.openai.com/v1"));
}

Result<api::AddProvider> ProviderDialog::request() const {
    api::AddProvider out;
    out.info.kind = kind_->currentData().toString().toStdString();
    out.info.name = name_->text().trimmed().toStdString();
    if (out.info.name.empty())
        return tally::fail("provider.name", tr("Give it a name: workflows refer to it").toStdString());
    const QString url = url_->text().trimmed();
    out.info.base_url = (url.isEmpty() ? url_->placeholderText() : url).toStdString();
    const QString key = key_->text().trimmed();
    if (key.startsWith(QLatin1String("env:")))
        out.info.key_source = key.toStdString();
    else
        out.key = key.toStdString();
    for (const QString& model : models_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        out.info.models.push_back(model.trimmed().toStdString());
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
    const auto show = [this](const Error& error) {
        error_->setText(safeText(error.text(), 600));
        error_->show();
    };
    if (!wanted) return show(wanted.error());
    add_->setEnabled(false);
    session_.core().addProvider(std::move(*wanted), session_.reply<void>(this, [this, show](Status s) {
        add_->setEnabled(true);
        if (!s) return show(s.error());
        key_->clear();
        Q_EMIT added();
        accept();
    }));
}

} // namespace tally::ui
