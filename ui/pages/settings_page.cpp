#include "ui/pages/settings_page.h"

#include "ui/bridge/session.h"
#include "ui/models/list_model.h"
#include "ui/pages/network_card.h"
#include "ui/pages/provider_dialog.h"
#include "ui/pages/rates_card.h"
#include "ui/pages/retention_card.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QClipboard>
#include <QComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace tally::ui {

SettingsPage::SettingsPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("settings"), tr("Settings"), session, registry, parent) {
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    auto* side = new QVBoxLayout;
    side->setSpacing(12);
    side->addWidget(buildLook());
    retention_ = new RetentionCard(session, this);
    side->addWidget(retention_, 1);
    row->addLayout(side, 1);
    row->addWidget(buildWorkspace(), 2);
    body()->addLayout(row);
    auto* second = new QHBoxLayout;
    second->setSpacing(12);
    rates_ = new RatesCard(session, this);
    network_ = new NetworkCard(session, this);
    second->addWidget(rates_, 1);
    second->addWidget(network_, 1);
    body()->addLayout(second);
    buildProviders();
}

QWidget* SettingsPage::buildLook() {
    QFrame* card = makeCard(this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 12, 16, 12);
    column->addWidget(makeLabel(tr("Appearance"), Type::title, false, card));
    theme_ = new QComboBox(card);
    theme_->setObjectName(QStringLiteral("themeChoice"));
    theme_->setAccessibleName(tr("Theme"));
    theme_->addItem(tr("as the desktop"), QStringLiteral("theme.system"));
    theme_->addItem(tr("dark"), QStringLiteral("theme.dark"));
    theme_->addItem(tr("light"), QStringLiteral("theme.light"));
    connect(theme_, &QComboBox::activated, this,
            [this](int i) { actions().action(theme_->itemData(i).toString())->trigger(); });
    if (Theme* t = theme().object()) {
        const auto show = [this, t] {
            theme_->setCurrentIndex(t->mode() == ThemeMode::dark ? 1 : t->mode() == ThemeMode::light ? 2 : 0);
        };
        connect(t, &Theme::changed, this, show);
        show();
    }
    auto* form = new QFormLayout;
    form->addRow(makeLabel(tr("Theme"), Type::body, true, card), theme_);
    column->addLayout(form);
    auto* keys = makeButton(tr("Keyboard shortcuts"), ButtonKind::link, QStringLiteral("showKeys"), card);
    connect(keys, &QPushButton::clicked, actions().action(QStringLiteral("help.keys")), &QAction::trigger);
    column->addWidget(keys, 0, Qt::AlignLeading);
    column->addStretch(1);
    return card;
}

QWidget* SettingsPage::buildWorkspace() {
    QFrame* card = makeCard(this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 12, 16, 12);
    column->addWidget(makeLabel(tr("Workspace"), Type::title, false, card));
    facts_ = new QFormLayout;
    facts_->setHorizontalSpacing(16);
    facts_->setVerticalSpacing(6);
    column->addLayout(facts_);
    column->addStretch(1);
    return card;
}

void SettingsPage::buildProviders() {
    providers_model_ = new ListModel({{QStringLiteral("name"), tr("Name"), 124},
                                      {QStringLiteral("kind"), tr("Kind"), 80},
                                      {QStringLiteral("key"), tr("Key"), 128},
                                      {QStringLiteral("url"), tr("Address"), 190},
                                      {QStringLiteral("models"), tr("Models"), 190},
                                      {QStringLiteral("limits"), tr("Limits"), 120},
                                      {QStringLiteral("network"), tr("Proxy and CA"), 110},
                                      {QStringLiteral("health"), tr("Health"), 200}},
                                     this);
    providers_ = new TablePanel(QStringLiteral("providers"), tr("Providers"), providers_model_, this);
    providers_->emptyState()->showEmpty(tr("No provider yet"), tr("Local and simulated models need none."));
    auto* add =
        makeButton(tr("Connect a provider…"), ButtonKind::primary, QStringLiteral("addProvider"), this);
    auto* try_it = makeButton(tr("Test"), ButtonKind::plain, QStringLiteral("testProvider"), this);
    auto* remove = makeButton(tr("Remove"), ButtonKind::plain, QStringLiteral("removeProvider"), this);
    for (QPushButton* button : {try_it, remove, add})
        providers_->addControl(button);
    connect(add, &QPushButton::clicked, this, [this] {
        if (!session().hasWorkspace()) return;
        auto* dialog = new ProviderDialog(session(), this);
        connect(dialog, &ProviderDialog::added, this, &SettingsPage::readProviders);
        dialog->open();
    });
    connect(try_it, &QPushButton::clicked, this, &SettingsPage::test);
    connect(remove, &QPushButton::clicked, this, &SettingsPage::removeProvider);
    body()->addWidget(providers_, 1);
}

void SettingsPage::refresh() {
    showBody();
    if (!session().hasWorkspace()) {
        facts_->addRow(
            makeLabel(tr("No workspace is open: this window only checks bundles."), Type::body, true, this));
        return;
    }
    session().core().info(session().reply<api::WorkspaceInfo>(this, [this](Result<api::WorkspaceInfo> info) {
        if (!info) return showFailure(info.error());
        showInfo(*info);
    }));
    session().core().settings(
        session().reply<api::WorkspaceSettings>(this, [this](Result<api::WorkspaceSettings> settings) {
            if (!settings) return session().fail(settings.error());
            rates_->show(settings->contract);
            network_->show(settings->network);
        }));
    retention_->read();
    readProviders();
}

void SettingsPage::erase() {
    retention_->eraseNow();
}

void SettingsPage::showInfo(const api::WorkspaceInfo& info) {
    while (facts_->rowCount() > 0)
        facts_->removeRow(0);
    const auto fact = [this](const QString& name, const QString& value) {
        QLabel* text = makeMono(value, this);
        text->setMinimumWidth(60);
        text->setToolTip(value);
        facts_->addRow(makeLabel(name, Type::body, true, this), text);
    };
    // What an auditor is given: whole, and to be copied without a line break.
    const auto pinned = [this](const QString& name, const QString& id, const QString& value) {
        // Two lines of the same length, where they fit.
        constexpr qsizetype most = 34;
        const qsizetype line = std::clamp<qsizetype>((value.size() + 1) / 2, 1, most);
        QStringList lines;
        for (qsizetype i = 0; i < value.size(); i += line)
            lines << value.mid(i, line);
        auto* box = new QWidget(this);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        QLabel* text = makeMono(lines.join(QLatin1Char('\n')), box);
        text->setObjectName(id);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        auto* copy = makeButton(tr("Copy"), ButtonKind::link, id + QStringLiteral("Copy"), box);
        copy->setAccessibleName(tr("Copy: %1").arg(name));
        connect(copy, &QPushButton::clicked, this, [value] { QGuiApplication::clipboard()->setText(value); });
        row->addWidget(text, 1);
        row->addWidget(copy, 0, Qt::AlignTop);
        facts_->addRow(makeLabel(name, Type::body, true, this), box);
    };
    fact(tr("Folder"), safeText(info.folder, 400));
    fact(tr("Log"), safeText(info.origin, 200));
    pinned(tr("Fingerprint, to pin"), QStringLiteral("fingerprint"), safeText(info.fingerprint, 100));
    pinned(tr("Public key"), QStringLiteral("publicKey"), safeText(info.vkey, 200));
    fact(tr("Signing key kept in"), safeText(info.key_storage, 100));
    fact(tr("Version"),
         tr("%1, database schema %2").arg(safeText(info.app_version, 40)).arg(info.schema_version));
}

void SettingsPage::readProviders() {
    session().core().providers(session().reply<std::vector<api::ProviderInfo>>(
        this, [this](Result<std::vector<api::ProviderInfo>> list) {
            if (!list) return session().fail(list.error());
            showProviders(*list);
        }));
}

void SettingsPage::showProviders(const std::vector<api::ProviderInfo>& providers) {
    std::vector<ListRow> rows;
    for (const api::ProviderInfo& p : providers) {
        QStringList limits, models, network;
        if (p.requests_per_minute > 0) limits << tr("%1 requests/min").arg(count(p.requests_per_minute));
        if (p.tokens_per_minute > 0) limits << tr("%1 tokens/min").arg(count(p.tokens_per_minute));
        if (p.concurrent > 0) limits << tr("%1 at once").arg(count(p.concurrent));
        for (const std::string& model : p.models)
            models << safeText(model, 60);
        for (const std::string& part : {p.proxy, p.ca_file})
            if (!part.empty()) network << safeText(part, 200);
        const bool none = p.key_source == "none" || p.key_source.empty();
        const StateLook key = none            ? StateLook{Tone::neutral, Shape::ring, tr("not needed")}
                              : p.key_present ? StateLook{Tone::ok, Shape::dot, safeText(p.key_source, 40)}
                                              : StateLook{Tone::danger, Shape::square, tr("missing")};
        Cell name = textCell(safeText(p.name, 80));
        name.simulated = p.simulated;
        const QString dash = QStringLiteral("–");
        rows.push_back({qs(p.name),
                        {name, textCell(safeText(p.kind, 40)), lookCell(key),
                         textCell(p.base_url.empty() ? dash : safeText(p.base_url, 300)),
                         textCell(models.join(QStringLiteral(", ")), models.join(QLatin1Char('\n'))),
                         textCell(limits.isEmpty() ? dash : limits.join(QStringLiteral(", "))),
                         textCell(network.isEmpty() ? dash : network.join(QStringLiteral(", "))),
                         textCell(p.health.empty() ? tr("not used yet") : safeText(p.health, 300))}});
    }
    providers_model_->setRows(std::move(rows));
}

void SettingsPage::test() {
    const QString name = providers_->view()->currentKey();
    if (name.isEmpty()) {
        Q_EMIT session().message(tr("Select a provider first."), false);
        return;
    }
    session().core().testProvider(name.toStdString(),
                                  session().reply<std::string>(this, [this](Result<std::string> sentence) {
                                      if (!sentence) return session().fail(sentence.error());
                                      Q_EMIT session().message(safeText(*sentence, 600), false);
                                      readProviders();
                                  }));
}

void SettingsPage::removeProvider() {
    const QString name = providers_->view()->currentKey();
    if (name.isEmpty()) return;
    session().core().removeProvider(name.toStdString(), session().reply<void>(this, [this](Status s) {
        if (!s) return session().fail(s.error());
        readProviders();
    }));
}

} // namespace tally::ui
