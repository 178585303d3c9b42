// How the Audit page is put together; what it does stands in audit_page.cpp.
#include "ui/bridge/session.h"
#include "ui/models/audit_rows.h"
#include "ui/models/records_model.h"
#include "ui/pages/audit_page.h"
#include "ui/pages/derived_panel.h"
#include "ui/pages/record_panel.h"
#include "ui/pages/verdict_card.h"
#include "ui/shell/action_registry.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QMenu>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int short_below = 800;
constexpr int narrow_below = 1100;
const QList<int> wide_sizes{720, 470};

template <class T, class Make>
std::function<void(Result<T>)> rowsReply(Session& session, QObject* asker, DerivedPanel::Done done,
                                         Make make) {
    return session.reply<T>(asker, [done = std::move(done), make](Result<T> value) {
        if (!value) return done(fail(value.error()));
        done(make(*value));
    });
}
} // namespace

void AuditPage::buildHeader() {
    auto* open = makeButton(tr("Open…"), ButtonKind::plain, QStringLiteral("openBundle"), this);
    auto* more = makeButton(tr("More"), ButtonKind::plain, QStringLiteral("auditMore"), this);
    more->setAccessibleName(tr("More about this file"));
    auto* menu = new QMenu(more);
    buildMenu(menu);
    more->setMenu(menu);
    more->setProperty("menu", true);
    again_ = makeButton(tr("Check again"), ButtonKind::primary, QStringLiteral("verifyAgain"), this);
    again_->setEnabled(false);
    header()->addAction(open);
    header()->addAction(more);
    header()->addAction(again_);
    connect(open, &QPushButton::clicked, actions().action(QStringLiteral("file.open")), &QAction::trigger);
    connect(again_, &QPushButton::clicked, this, &AuditPage::verify);
}

void AuditPage::buildMenu(QMenu* menu) {
    const auto add = [&](const QString& text, const char* name, auto work, bool needs_file) {
        QAction* action = menu->addAction(text, this, work);
        action->setObjectName(QString::fromLatin1(name));
        if (!needs_file) return;
        action->setEnabled(false);
        need_file_.push_back(action);
    };
    add(
        tr("Fingerprint, witnesses, memory…"), "audit.pins", [this] { askPins(); }, false);
    add(
        tr("Compare with another export…"), "audit.compare", [this] { compareWith({}); }, false);
    add(
        tr("Verify one proof…"), "audit.proof", [this] { checkProof(); }, false);
    menu->addSeparator();
    add(
        tr("Save a report…"), "audit.report", [this] { saveReport(); }, true);
    add(
        tr("Copy the verdict as text"), "audit.copyText", [this] { copyVerdict(false); }, true);
    add(
        tr("Copy the verdict as JSON"), "audit.copyJson", [this] { copyVerdict(true); }, true);
    menu->addSeparator();
    menu->addAction(actions().action(QStringLiteral("help.verify")));
}

QWidget* AuditPage::buildFindings() {
    findings_model_ = new ListModel(findingColumns(), this);
    findings_ = new TablePanel(QStringLiteral("findings"), tr("Findings"), findings_model_, this);
    findings_->emptyState()->showEmpty(tr("No finding"), {}, {}, QStringLiteral("check"));
    findings_->setMinimumHeight(104);
    connect(findings_->view(), &TableView::currentKeyChanged, this, [this](const QString& key) {
        if (const QString seq = key.section(QLatin1Char(':'), 1, 1); !seq.isEmpty())
            goToSeq(seq.toLongLong());
    });
    return findings_;
}

QWidget* AuditPage::buildTabs() {
    tabs_ = new QTabWidget(this);
    tabs_->setObjectName(QStringLiteral("auditTabs"));
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    records_model_ = new RecordsModel(this);
    records_ = new TablePanel(QStringLiteral("records"), tr("Records"), records_model_, tabs_);
    records_->emptyState()->showEmpty(tr("No record"),
                                      tr("The file holds nothing that can be shown as a record."));
    connect(records_->view(), &TableView::currentKeyChanged, this,
            [this](const QString& key) { showRecord(key.toInt()); });
    figures_ = new DerivedPanel(
        QStringLiteral("figures"), tr("Figures, derived again"), figureColumns(),
        [this](std::shared_ptr<api::AuditFile> file, CancelToken token, DerivedPanel::Done done) {
            session().auditor()->figures(
                std::move(file), std::move(token),
                rowsReply<LogFigures>(session(), figures_, std::move(done), [](const LogFigures& figures) {
                    return DerivedRows{figuresSentence(figures), {}, figureRows(figures)};
                }));
        },
        tabs_);
    payloads_ = new DerivedPanel(
        QStringLiteral("payloads"), tr("Payloads"), payloadColumns(),
        [this](std::shared_ptr<api::AuditFile> file, CancelToken token, DerivedPanel::Done done) {
            session().auditor()->payloads(
                std::move(file), std::move(token),
                rowsReply<api::PayloadList>(
                    session(), payloads_, std::move(done), [](const api::PayloadList& list) {
                        const auto listed = static_cast<std::int64_t>(list.payloads.size());
                        return DerivedRows{payloadsSentence(list),
                                           listed < list.all
                                               ? tr("%1 of %2 are listed").arg(count(listed), count(list.all))
                                               : QString(),
                                           payloadRows(list)};
                    }));
        },
        tabs_);
    const auto go = [this](const QString& key) {
        const QString seq = key.section(QLatin1Char(':'), 1, 1);
        return !seq.isEmpty() && seq.toLongLong() >= 0 && goToSeq(seq.toLongLong());
    };
    connect(figures_->view(), &TableView::currentKeyChanged, this, go);
    connect(payloads_->view(), &TableView::currentKeyChanged, this, [this, go](const QString& key) {
        if (!go(key)) return;
        record_->showPayload(
            key.section(QLatin1Char(':'), 3).toStdString(),
            static_cast<api::PayloadSlot::State>(key.section(QLatin1Char(':'), 2, 2).toInt()));
    });
    tabs_->addTab(records_, tr("Records"));
    tabs_->addTab(figures_, tr("Figures"));
    tabs_->addTab(payloads_, tr("Payloads"));
    return tabs_;
}

void AuditPage::buildTables() {
    split_ = new QSplitter(Qt::Horizontal, this);
    split_->setHandleWidth(12);
    split_->setChildrenCollapsible(false);
    auto* left = new QSplitter(Qt::Vertical, split_);
    left->setHandleWidth(12);
    left->setChildrenCollapsible(false);
    // The record panel first: the tables report to it as soon as they have a row.
    record_ = new RecordPanel(session(), split_);
    left->addWidget(buildFindings());
    left->addWidget(buildTabs());
    left->setStretchFactor(0, 0);
    left->setStretchFactor(1, 1);
    left->setSizes({200, 380});
    split_->addWidget(left);
    split_->addWidget(record_);
    split_->setStretchFactor(0, 3);
    split_->setStretchFactor(1, 2);
    split_->setSizes(wide_sizes);
    body()->addWidget(split_, 1);
}

void AuditPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    arrange();
}

void AuditPage::arrange() {
    verdict_->setShort(height() < short_below);
    const bool narrow = width() < narrow_below;
    if (narrow == narrow_) return;
    narrow_ = narrow;
    // The fields beside the sealed ones are what one came for: in a narrow window they get more than half of
    // it.
    split_->setStretchFactor(0, narrow ? 4 : 3);
    split_->setStretchFactor(1, narrow ? 5 : 2);
    split_->setSizes(narrow ? QList<int>{344, 430} : wide_sizes);
}

} // namespace tally::ui
