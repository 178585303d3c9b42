#include "ui/pages/workflows_page.h"

#include "ui/bridge/session.h"
#include "ui/models/list_model.h"
#include "ui/pages/launch_dialog.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/code_view.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/state_chip.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int check_after_ms = 300;
constexpr qint64 most_bytes = 4 << 20;

StateLook lookOf(const std::vector<Diagnostic>& diagnostics) {
    const auto errors = std::count_if(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) {
        return d.severity == Diagnostic::Severity::error;
    });
    if (errors > 0)
        return {Tone::danger, Shape::square,
                WorkflowsPage::tr("%Ln error(s)", nullptr, static_cast<int>(errors))};
    if (!diagnostics.empty())
        return {Tone::warn, Shape::triangle,
                WorkflowsPage::tr("%Ln warning(s)", nullptr, static_cast<int>(diagnostics.size()))};
    return {Tone::ok, Shape::dot, WorkflowsPage::tr("Valid")};
}
} // namespace

WorkflowsPage::WorkflowsPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("workflows"), tr("Workflows"), session, registry, parent) {
    run_ = makeButton(tr("Run…"), ButtonKind::primary, QStringLiteral("runWorkflow"), this);
    run_->setIcon(icon(QStringLiteral("play"), Tint::on_accent));
    save_ = makeButton(tr("Save as new version"), ButtonKind::plain, QStringLiteral("saveWorkflow"), this);
    header()->addAction(save_);
    header()->addAction(run_);
    connect(run_, &QPushButton::clicked, this, &WorkflowsPage::launch);
    connect(save_, &QPushButton::clicked, this, &WorkflowsPage::save);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setHandleWidth(12);
    split->setChildrenCollapsible(false);
    buildList(split);
    split->addWidget(list_);
    split->addWidget(buildEditor(split));
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({400, 750});
    body()->addWidget(split, 1);
    check_again_.setSingleShot(true);
    check_again_.setInterval(check_after_ms);
    connect(&check_again_, &QTimer::timeout, this, &WorkflowsPage::check);
    connect(&session, &Session::workflowsChanged, this, &WorkflowsPage::refresh);
}

void WorkflowsPage::buildList(QWidget* parent) {
    list_model_ = new ListModel({{QStringLiteral("name"), tr("Workflow"), 186},
                                 {QStringLiteral("state"), tr("Check"), 100},
                                 {QStringLiteral("runs"), tr("Runs"), 64, true},
                                 {QStringLiteral("cost"), tr("Cost"), 110, true},
                                 {QStringLiteral("process"), tr("Process"), 130, false, false, true},
                                 {QStringLiteral("last"), tr("Last run"), 168, false, false, true},
                                 {QStringLiteral("source"), tr("Source"), 180, false, false, true}},
                                this);
    list_ = new TablePanel(QStringLiteral("workflows"), tr("Known here"), list_model_, parent);
    list_->emptyState()->showEmpty(tr("No workflow yet"), tr("Drop a workflow file (.json) on the window."),
                                   {}, QStringLiteral("workflows"));
    connect(list_->view(), &TableView::currentKeyChanged, this, &WorkflowsPage::select);
    connect(list_->view(), &TableView::opened, this, &WorkflowsPage::launch);
}

QWidget* WorkflowsPage::buildEditor(QWidget* parent) {
    auto* right = new QWidget(parent);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    QFrame* card = makeCard(right);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(16, 12, 16, 12);
    auto* top = new QHBoxLayout;
    title_ = makeLabel(tr("Definition"), Type::title, false, card);
    verdict_ = new StateChip(card);
    top->addWidget(title_);
    top->addWidget(verdict_);
    top->addStretch(1);
    inside->addLayout(top);
    facts_ = makeWrapped(QString(), true, card);
    inside->addWidget(facts_);
    code_ = new CodeView(card);
    code_->setObjectName(QStringLiteral("workflowText"));
    code_->setAccessibleName(tr("Workflow definition"));
    inside->addWidget(code_, 1);
    column->addWidget(card, 3);
    findings_model_ = new ListModel({{QStringLiteral("severity"), tr("State"), 96},
                                     {QStringLiteral("line"), tr("Line"), 56, true},
                                     {QStringLiteral("pointer"), tr("Place"), 150, false, true},
                                     {QStringLiteral("message"), tr("What is wrong"), 260},
                                     {QStringLiteral("fix"), tr("What to write instead"), 260}},
                                    this);
    findings_ = new TablePanel(QStringLiteral("workflowFindings"), tr("Check"), findings_model_, right);
    findings_->emptyState()->showEmpty(
        tr("Nothing is wrong"), tr("The definition is checked while you type."), {}, QStringLiteral("check"));
    findings_->setMinimumHeight(150);
    column->addWidget(findings_, 1);
    connect(code_, &QPlainTextEdit::textChanged, this, [this] {
        edited_ = true;
        check_again_.start();
    });
    const auto jump = [this](const QString& key) {
        code_->goToLine(key.section(QLatin1Char(':'), 0, 0).toInt(),
                        key.section(QLatin1Char(':'), 1, 1).toInt());
    };
    connect(findings_->view(), &TableView::opened, this, jump);
    return right;
}

void WorkflowsPage::refresh() {
    if (!session().hasWorkspace()) {
        state()->showEmpty(tr("No workspace is open"),
                           tr("Workflows live in a workspace. This window only checks bundles."));
        return showState();
    }
    if (workflows_.empty()) showLoading();
    session().core().workflows(session().reply<std::vector<api::WorkflowInfo>>(
        this, [this](Result<std::vector<api::WorkflowInfo>> list) {
            if (!list) return showFailure(list.error());
            fillList(std::move(*list));
        }));
}

void WorkflowsPage::fillList(std::vector<api::WorkflowInfo> workflows) {
    workflows_ = std::move(workflows);
    std::vector<ListRow> rows;
    for (const api::WorkflowInfo& w : workflows_) {
        Cell name = textCell(safeText(w.name, 100), safeText(w.description, 400));
        name.simulated = w.simulated;
        Cell last = textCell(dateTime(w.last_run_us));
        last.sort = qlonglong(w.last_run_us);
        rows.push_back({qs(w.name),
                        {name, lookCell(ui::lookOf(w.diagnostics)), countCell(w.runs), moneyCell(w.cost, 4),
                         textCell(safeText(w.process, 100)), last, textCell(safeText(w.source, 300))}});
    }
    list_model_->setRows(std::move(rows));
    bool simulated = false;
    for (const auto& w : workflows_)
        simulated = simulated || w.simulated;
    header()->setSimulated(simulated);
    header()->setFacts({tr("%Ln workflow(s)", nullptr, static_cast<int>(workflows_.size()))});
    if (workflows_.empty())
        showFacts({});
    else if (!selected() && !edited_)
        list_->view()->selectKey(qs(workflows_.front().name));
    showBody();
}

const api::WorkflowInfo* WorkflowsPage::selected() const {
    const auto it = std::find_if(workflows_.begin(), workflows_.end(),
                                 [this](const auto& w) { return qs(w.name) == name_; });
    return it == workflows_.end() ? nullptr : &*it;
}

void WorkflowsPage::select(const QString& name) {
    if (name == name_) return;
    name_ = name;
    const api::WorkflowInfo* info = selected();
    if (!info) return;
    showFacts(*info);
    session().core().workflowText(info->name,
                                  session().reply<std::string>(this, [this, name](Result<std::string> text) {
                                      if (!text) return this->session().fail(text.error());
                                      if (name == name_) setText(qs(*text), name);
                                  }));
}

void WorkflowsPage::showFacts(const api::WorkflowInfo& info) {
    title_->setText(info.name.empty() ? tr("Definition") : safeText(info.name, 100));
    QStringList facts;
    if (!info.version.empty()) facts << tr("version %1").arg(safeText(info.version, 40));
    if (!info.name.empty()) facts << tr("%Ln step definition(s)", nullptr, static_cast<int>(info.steps));
    for (const auto& [role, model] : info.roles)
        facts << QStringLiteral("%1: %2").arg(safeText(role, 40), safeText(model, 80));
    if (!info.limits.cost.isZero()) facts << tr("limit %1 per run").arg(moneyShort(info.limits.cost));
    if (!info.sha256.empty()) facts << shortHash(info.sha256);
    facts_->setText(facts.join(QStringLiteral(" · ")));
}

void WorkflowsPage::setText(const QString& text, const QString& source) {
    code_->setPlainText(text);
    edited_ = false;
    title_->setText(safeText(source, 100));
    check_again_.stop();
    check();
}

void WorkflowsPage::openFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT session().message(
            tr("%1 cannot be read: %2").arg(safeText(path, 300), safeText(file.errorString(), 200)), true);
        return;
    }
    if (file.size() > most_bytes) {
        Q_EMIT session().message(
            tr("%1 is larger than 4 MB: not a workflow definition.").arg(safeText(path, 300)), true);
        return;
    }
    name_.clear();
    showFacts({});
    setText(QString::fromUtf8(file.readAll()), QFileInfo(path).fileName());
    edited_ = true;
}

void WorkflowsPage::check() {
    if (!session().hasWorkspace()) return;
    session().core().checkWorkflow(
        code_->toPlainText().toStdString(),
        session().reply<std::vector<Diagnostic>>(this, [this](Result<std::vector<Diagnostic>> found) {
            if (!found) return this->session().fail(found.error());
            showDiagnostics(*found);
        }));
}

void WorkflowsPage::showDiagnostics(const std::vector<Diagnostic>& diagnostics) {
    const StateLook look = ui::lookOf(diagnostics);
    clean_ = look.tone != Tone::danger;
    verdict_->setLook(look);
    code_->setDiagnostics(diagnostics);
    std::vector<ListRow> rows;
    for (const Diagnostic& d : diagnostics) {
        const bool error = d.severity == Diagnostic::Severity::error;
        rows.push_back({QStringLiteral("%1:%2:%3").arg(d.line).arg(d.column).arg(rows.size()),
                        {lookCell(error ? StateLook{Tone::danger, Shape::square, tr("Error")}
                                        : StateLook{Tone::warn, Shape::triangle, tr("Warning")}),
                         d.line > 0 ? countCell(d.line) : textCell(QStringLiteral("–")),
                         textCell(safeText(d.pointer, 200)),
                         textCell(safeText(d.message, 400), safeText(d.message, 1000)),
                         textCell(safeText(d.fix, 400), safeText(d.fix, 1000))}});
    }
    findings_model_->setRows(std::move(rows));
    run_->setEnabled(clean_);
    save_->setEnabled(clean_ && edited_);
    run_->setToolTip(clean_ ? QString() : tr("Repair the errors first: they are marked in the text."));
}

void WorkflowsPage::save() {
    session().core().saveWorkflow(code_->toPlainText().toStdString(),
                                  session().reply<std::string>(this, [this](Result<std::string> name) {
                                      if (!name) return this->session().fail(name.error());
                                      edited_ = false;
                                      name_.clear();
                                      Q_EMIT this->session().message(
                                          tr("%1 is saved.").arg(safeText(*name, 100)), false);
                                      refresh();
                                      list_->view()->selectKey(qs(*name));
                                  }));
}

void WorkflowsPage::launch() {
    const api::WorkflowInfo* info = selected();
    if (edited_ || !info) {
        Q_EMIT session().message(tr("Save the definition first: a run names the version that it ran."),
                                 false);
        return;
    }
    auto* dialog = new LaunchDialog(session(), *info, this);
    connect(dialog, &LaunchDialog::started, &session(), &Session::openRun);
    dialog->open();
}

} // namespace tally::ui
