#include "ui/pages/launch_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QScrollArea>

namespace tally::ui {
namespace {
QString inputKey(const std::string& name) {
    return QStringLiteral("input.") + qs(name);
}
QString roleKey(const std::string& name) {
    return QStringLiteral("role.") + qs(name);
}
} // namespace

LaunchDialog::LaunchDialog(Session& session, api::WorkflowInfo workflow, QWidget* parent)
    : QDialog(parent)
    , session_(session)
    , workflow_(std::move(workflow)) {
    setObjectName(QStringLiteral("launch"));
    setWindowTitle(tr("New run"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(620, 640);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addWidget(makeLabel(safeText(workflow_.name, 100), Type::page, false, this));
    column->addWidget(makeWrapped(safeText(workflow_.description, 600), true, this));
    auto* scroll = new QScrollArea(this);
    scroll->setAccessibleName(tr("Inputs, limits and models"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* inner = new QWidget(scroll);
    inner->setObjectName(QStringLiteral("scrollContents"));
    auto* form = new QFormLayout(inner);
    form->setContentsMargins(0, 0, 8, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    addInputs(form);
    addLimits(form);
    addRoles(form);
    scroll->setWidget(inner);
    column->addWidget(scroll, 1);
    error_ = makeWrapped(QString(), false, this);
    error_->setObjectName(QStringLiteral("launchError"));
    setTone(error_, Tone::danger);
    error_->hide();
    column->addWidget(error_);
    auto* buttons = new QHBoxLayout;
    auto* cancel = makeButton(tr("Cancel"), ButtonKind::plain, QStringLiteral("launchCancel"), this);
    start_ = makeButton(tr("Start"), ButtonKind::primary, QStringLiteral("launchStart"), this);
    start_->setDefault(true);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(start_);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(start_, &QPushButton::clicked, this, &LaunchDialog::start);
}

QLineEdit* LaunchDialog::addField(QFormLayout* form, const QString& name, const QString& label,
                                  const QString& value, const QString& hint) {
    auto* line = new QLineEdit(value, form->parentWidget());
    line->setObjectName(QStringLiteral("launch.") + name);
    line->setPlaceholderText(hint);
    line->setAccessibleName(label);
    line->setToolTip(hint);
    connect(line, &QLineEdit::textEdited, this, [this, line] {
        setLookProperty(line, "invalid", false);
        error_->hide();
    });
    form->addRow(makeLabel(label, Type::body, true, form->parentWidget()), line);
    fields_[name] = line;
    return line;
}

void LaunchDialog::addInputs(QFormLayout* form) {
    form->addRow(makeLabel(tr("Inputs"), Type::title, false, this));
    for (const WorkflowInput& input : workflow_.inputs) {
        const nlohmann::json& fallback = input.fallback;
        const QString value =
            fallback.is_null() ? QString()
            : fallback.is_string()
                ? qs(fallback.get<std::string>())
                : qs(fallback.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        QString label = safeText(input.name, 60);
        if (input.required) label += QStringLiteral(" *");
        addField(form, inputKey(input.name), label, value,
                 QStringLiteral("%1 · %2").arg(safeText(input.type, 20), safeText(input.description, 200)));
    }
    if (workflow_.inputs.empty())
        form->addRow(makeLabel(tr("This workflow takes none."), Type::body, true, this));
}

void LaunchDialog::addLimits(QFormLayout* form) {
    form->addRow(makeLabel(tr("Limits of this run"), Type::title, false, this));
    const RunLimits& l = workflow_.limits;
    const auto text = [](std::int64_t v) { return v > 0 ? QString::number(v) : QString(); };
    addField(form, QStringLiteral("limit.cost"), tr("Cost, $"),
             l.cost.isZero() ? QString() : QString::fromStdString(l.cost.toString()), tr("no limit"));
    addField(form, QStringLiteral("limit.tokens"), tr("Tokens"), text(l.tokens), tr("no limit"));
    addField(form, QStringLiteral("limit.calls"), tr("Calls"), text(l.calls), tr("no limit"));
    addField(form, QStringLiteral("limit.seconds"), tr("Wall time, s"), text(l.wall_ms / 1000),
             tr("no limit"));
    addField(form, QStringLiteral("limit.concurrent"), tr("Calls at once"), text(l.concurrent),
             tr("no limit"));
}

void LaunchDialog::addRoles(QFormLayout* form) {
    form->addRow(makeLabel(tr("Models"), Type::title, false, this));
    for (const auto& [role, model] : workflow_.roles)
        addField(form, roleKey(role), safeText(role, 60), safeText(model, 200), tr("provider/model"));
    addField(form, QStringLiteral("label"), tr("Label"), {}, tr("for you to find it again"));
}

Result<std::int64_t> LaunchDialog::number(const QString& name) const {
    const QString text = fields_.at(name)->text().trimmed();
    if (text.isEmpty()) return 0;
    bool ok = false;
    const qlonglong value = text.toLongLong(&ok);
    if (!ok || value < 0)
        return tally::fail(
            "launch.number", tr("“%1” is not a whole number").arg(safeText(text, 40)).toStdString(),
            tr("write digits only, or leave it empty for no limit").toStdString(), name.toStdString());
    return value;
}

Result<nlohmann::json> LaunchDialog::inputValue(const WorkflowInput& input) const {
    const QString name = inputKey(input.name);
    const std::string text = fields_.at(name)->text().toStdString();
    if (text.empty() && input.required)
        return tally::fail("launch.missing",
                           tr("Input “%1” is required").arg(safeText(input.name, 60)).toStdString(),
                           safeText(input.description, 300).toStdString(), name.toStdString());
    if (text.empty()) return nlohmann::json();
    if (input.type == "string") return nlohmann::json(text);
    nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    const bool fits = (input.type == "number" && value.is_number()) ||
                      (input.type == "integer" && value.is_number_integer()) ||
                      (input.type == "boolean" && value.is_boolean()) ||
                      (input.type == "array" && value.is_array()) ||
                      (input.type == "object" && value.is_object());
    if (!fits)
        return tally::fail("launch.type",
                           tr("Input “%1” must be of type %2")
                               .arg(safeText(input.name, 60), safeText(input.type, 20))
                               .toStdString(),
                           tr("write it as JSON, for example [\"a\", \"b\"]").toStdString(),
                           name.toStdString());
    return value;
}

Result<api::StartRun> LaunchDialog::request() const {
    api::StartRun out;
    out.workflow = workflow_.name;
    for (const WorkflowInput& input : workflow_.inputs) {
        TALLY_ASSIGN(nlohmann::json value, inputValue(input));
        if (!value.is_null()) out.inputs[input.name] = std::move(value);
    }
    RunLimits limits = workflow_.limits;
    const QString cost = fields_.at(QStringLiteral("limit.cost"))->text().trimmed();
    limits.cost = {};
    if (!cost.isEmpty()) {
        auto parsed = Pico::parse(cost.toStdString());
        if (!parsed) return tally::fail(parsed.error().at("limit.cost"));
        limits.cost = *parsed;
    }
    TALLY_ASSIGN(limits.tokens, number(QStringLiteral("limit.tokens")));
    TALLY_ASSIGN(limits.calls, number(QStringLiteral("limit.calls")));
    TALLY_ASSIGN(const std::int64_t seconds, number(QStringLiteral("limit.seconds")));
    limits.wall_ms = seconds * 1000;
    TALLY_ASSIGN(limits.concurrent, number(QStringLiteral("limit.concurrent")));
    out.limits = limits;
    for (const auto& [role, model] : workflow_.roles) {
        const std::string text = fields_.at(roleKey(role))->text().trimmed().toStdString();
        if (text.empty() || text == model) continue;
        auto ref = ModelRef::parse(text);
        if (!ref) return tally::fail(ref.error().at("role." + role));
        out.roles.emplace_back(role, *ref);
    }
    out.label = fields_.at(QStringLiteral("label"))->text().toStdString();
    return out;
}

void LaunchDialog::showError(const Error& error) {
    QString field = qs(error.where).section(QLatin1Char(' '), 0, 0).section(QLatin1Char(':'), 0, 0);
    if (const auto it = fields_.find(field); it != fields_.end()) {
        setLookProperty(it->second, "invalid", true);
        it->second->setFocus();
    }
    QString text = safeText(error.message, 600);
    if (!error.hint.empty()) text += QStringLiteral(": ") + safeText(error.hint, 400);
    error_->setText(text);
    error_->show();
}

void LaunchDialog::start() {
    Result<api::StartRun> wanted = request();
    if (!wanted) return showError(wanted.error());
    start_->setEnabled(false);
    session_.core().start(std::move(*wanted), session_.reply<RunId>(this, [this](Result<RunId> run) {
        start_->setEnabled(true);
        if (!run) return showError(run.error());
        Q_EMIT started(qs(run->str()));
        accept();
    }));
}

} // namespace tally::ui
