#include "ui/pages/audit_page.h"

#include "core/model/verdict_text.h"
#include "ui/bridge/session.h"
#include "ui/models/audit_rows.h"
#include "ui/models/records_model.h"
#include "ui/models/state_words.h"
#include "ui/pages/compare_dialog.h"
#include "ui/pages/derived_panel.h"
#include "ui/pages/pins_dialog.h"
#include "ui/pages/proof_dialog.h"
#include "ui/pages/record_panel.h"
#include "ui/pages/report_dialog.h"
#include "ui/pages/verdict_card.h"
#include "ui/shell/action_registry.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int tick_ms = 100;
}

AuditPage::AuditPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("audit"), tr("Audit"), session, registry, parent) {
    how_.own_memory = true;
    buildHeader();
    verdict_ = new VerdictCard(this);
    body()->addWidget(verdict_);
    connect(verdict_, &VerdictCard::cancelPressed, this, &AuditPage::cancel);
    connect(verdict_, &VerdictCard::seqClicked, this, &AuditPage::goToSeq);
    connect(verdict_, &VerdictCard::pinsWanted, this, &AuditPage::askPins);
    buildTables();
    tick_.setInterval(tick_ms);
    connect(&tick_, &QTimer::timeout, this, &AuditPage::tick);
    disconnect(state(), &PageState::actionPressed, this, nullptr);
    connect(state(), &PageState::actionPressed, this, [this] {
        // After a cancelled or failed check the button tries again; before the first it asks for a file.
        if (path_.isEmpty())
            actions().action(QStringLiteral("file.open"))->trigger();
        else
            verify();
    });
}

AuditPage::~AuditPage() {
    cancel_.cancel();
}

void AuditPage::refresh() {
    if (!session().auditor()) {
        state()->showEmpty(tr("Checking is not available"), tr("This build has no verifier."));
        return showState();
    }
    if (path_.isEmpty()) {
        state()->showEmpty(tr("Drop a bundle here"),
                           tr("A bundle (.tracelog) is an exported trace log. The check needs no workspace, "
                              "no network and no key: it says what is proven, what was altered, and what "
                              "cannot be known. Drop two to compare them."),
                           tr("Open a bundle…"), QStringLiteral("drop"));
        return showState();
    }
    if (!file_ && !running_) verify();
}

void AuditPage::openBundle(const QString& path) {
    if (!path_.isEmpty() && path != path_) before_ = path_;
    path_ = path;
    verify();
}

void AuditPage::openTwo(const QString& first, const QString& second) {
    openBundle(first);
    compareWith(second);
}

void AuditPage::goTo(const QString& path) {
    if (path != path_) openBundle(path);
}

void AuditPage::verify() {
    if (path_.isEmpty() || !session().auditor()) return;
    cancel_.cancel();
    cancel_ = CancelToken();
    const quint64 turn = ++turn_;
    running_ = true;
    file_.reset();
    records_model_->setFile(nullptr);
    figures_->setFile(nullptr);
    payloads_->setFile(nullptr);
    split_->hide();
    record_->clear();
    again_->setEnabled(false);
    for (QAction* action : need_file_)
        action->setEnabled(false);
    const qint64 size = QFileInfo(path_).size();
    header()->setTitle(tr("Audit: %1").arg(safeText(QFileInfo(path_).fileName(), 100)));
    header()->setFacts({bytes(size)});
    verdict_->showProgress(tr("reading · 0 of %1").arg(bytes(size)), 0);
    showBody();
    api::VerifyRequest request = how_;
    request.path = path_.toStdString();
    since_.start();
    tick_.start();
    const Latest<api::VerifyProgress> latest = progress_;
    session().auditor()->verify(
        std::move(request), [latest](api::VerifyProgress p) { latest.put(std::move(p)); }, cancel_,
        session().reply<std::shared_ptr<api::AuditFile>>(
            this, [this, turn](Result<std::shared_ptr<api::AuditFile>> file) {
                if (turn != turn_) return;
                running_ = false;
                tick_.stop();
                again_->setEnabled(true);
                if (!file) return showFailure(file.error());
                show(*file);
            }));
}

void AuditPage::cancel() {
    cancel_.cancel();
    if (!running_) return;
    // The page does not wait for the verifier to notice.
    ++turn_;
    running_ = false;
    tick_.stop();
    again_->setEnabled(true);
    state()->showEmpty(tr("The check was cancelled"), tr("Nothing is proven."), tr("Check again"),
                       QStringLiteral("audit"));
    showState();
}

void AuditPage::tick() {
    const std::optional<api::VerifyProgress> p = progress_.take();
    if (!p) return;
    const int part = static_cast<int>(permilleOf(p->bytes, p->total_bytes));
    const qint64 elapsed = std::max<qint64>(1, since_.elapsed());
    QStringList facts{wordOfStage(p->stage), tr("%1 of %2").arg(bytes(p->bytes), bytes(p->total_bytes))};
    if (p->entries > 0) facts << tr("%1 records").arg(count(p->entries));
    facts << tr("%1/s").arg(bytes(p->bytes * 1000 / elapsed));
    if (p->bytes > 0 && p->total_bytes > p->bytes) {
        const auto left = static_cast<std::int64_t>(static_cast<Int128>(p->total_bytes - p->bytes) * elapsed *
                                                    1000 / p->bytes);
        facts << tr("%1 left").arg(duration(left));
    }
    verdict_->showProgress(facts.join(QStringLiteral(" · ")), part);
}

void AuditPage::show(const std::shared_ptr<api::AuditFile>& file) {
    file_ = file;
    const Verdict& v = file->verdict();
    QStringList facts{tr("%Ln record(s)", nullptr, static_cast<int>(v.entries)),
                      bytes(QFileInfo(path_).size())};
    header()->setFacts(facts);
    for (QAction* action : need_file_)
        action->setEnabled(true);
    verdict_->show(v, qs(how_.pin.empty() && !how_.vkeys.empty() ? how_.vkeys.front() : how_.pin),
                   file->memory());
    std::vector<ListRow> rows = findingRows(v.findings);
    findings_->setVisible(!rows.empty());
    findings_model_->setRows(std::move(rows));
    records_model_->setFile(file);
    records_->setNote(file->records() > RecordsModel::most_rows
                          ? tr("the first of %1").arg(count(file->records()))
                          : QString());
    figures_->setFile(file);
    payloads_->setFile(file);
    tabs_->setVisible(file->records() > 0);
    record_->setVisible(file->records() > 0);
    split_->setVisible(file->records() > 0 || !v.findings.empty());
    showBody();
    const auto first = std::find_if(v.findings.begin(), v.findings.end(),
                                    [](const Finding& f) { return !f.warning && f.seq; });
    goToSeq(first != v.findings.end() ? *first->seq : v.first);
}

bool AuditPage::goToSeq(qint64 seq) {
    const int row = records_model_->rowOfSeq(seq);
    if (row < 0) return false;
    const QModelIndex index = records_model_->index(row, 0);
    records_->view()->setCurrentIndex(index);
    records_->view()->scrollTo(index, QAbstractItemView::PositionAtCenter);
    return true;
}

void AuditPage::showRecord(int row) {
    if (const auto r = records_model_->record(row); r && file_) record_->show(file_, *r);
}

void AuditPage::askPins() {
    if (!session().auditor()) return;
    auto* dialog = new PinsDialog(session(), how_, this);
    connect(dialog, &PinsDialog::chosen, this, [this](const api::VerifyRequest& how) {
        how_ = how;
        verify();
    });
    dialog->open();
}

void AuditPage::compareWith(const QString& other) {
    if (!session().auditor()) return;
    // The older file comes first: the one that was open before.
    auto* dialog = other.isEmpty() ? new CompareDialog(session(), how_, before_, path_, this)
                                   : new CompareDialog(session(), how_, path_, other, this);
    connect(dialog, &CompareDialog::recordWanted, this, [this, dialog](const QString& path, qint64 seq) {
        dialog->close();
        if (path == path_)
            goToSeq(seq);
        else
            openBundle(path);
    });
    dialog->open();
    if (!other.isEmpty()) dialog->compare();
}

void AuditPage::checkProof() {
    if (session().auditor()) (new ProofDialog(session(), file_ ? path_ : QString(), this))->open();
}

void AuditPage::saveReport() {
    if (file_) (new ReportDialog(session(), file_, this))->open();
}

void AuditPage::copyVerdict(bool as_json) {
    if (!file_) return;
    const Verdict& v = file_->verdict();
    ComparedWith compared;
    compared.pin = how_.pin.empty() && !how_.vkeys.empty() ? how_.vkeys.front() : how_.pin;
    compared.memory_file = file_->memory().file;
    QGuiApplication::clipboard()->setText(
        as_json ? qs(nlohmann::json(v).dump(2, ' ', false, nlohmann::json::error_handler_t::replace))
                : qs(verdictText(v, compared)));
    Q_EMIT session().message(tr("The verdict is on the clipboard."), false);
}

} // namespace tally::ui
