#include "ui/pages/audit_page.h"

#include "ui/bridge/session.h"
#include "ui/models/list_model.h"
#include "ui/models/records_model.h"
#include "ui/pages/record_panel.h"
#include "ui/pages/verdict_card.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSplitter>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int tick_ms = 100;
}

AuditPage::AuditPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("audit"), tr("Audit"), session, registry, parent) {
    buildHeader();
    buildPins();
    verdict_ = new VerdictCard(this);
    body()->addWidget(verdict_);
    connect(verdict_, &VerdictCard::cancelPressed, this, [this] { cancel_.cancel(); });
    connect(verdict_, &VerdictCard::seqClicked, this, &AuditPage::goToSeq);
    buildTables();
    tick_.setInterval(tick_ms);
    connect(&tick_, &QTimer::timeout, this, &AuditPage::tick);
    disconnect(state(), &PageState::actionPressed, this, nullptr);
    connect(state(), &PageState::actionPressed, registry.action(QStringLiteral("file.open")),
            &QAction::trigger);
}

void AuditPage::buildHeader() {
    auto* open = makeButton(tr("Open…"), ButtonKind::plain, QStringLiteral("openBundle"), this);
    again_ = makeButton(tr("Check again"), ButtonKind::primary, QStringLiteral("verifyAgain"), this);
    again_->setEnabled(false);
    header()->addAction(open);
    header()->addAction(again_);
    connect(open, &QPushButton::clicked, actions().action(QStringLiteral("file.open")), &QAction::trigger);
    connect(again_, &QPushButton::clicked, this, &AuditPage::verify);
}

void AuditPage::buildPins() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    const auto field = [&](const QString& words, const QString& hint, const char* name) {
        row->addWidget(makeLabel(words, Type::body, true, this));
        auto* line = new QLineEdit(this);
        line->setObjectName(QString::fromLatin1(name));
        line->setPlaceholderText(hint);
        line->setAccessibleName(words);
        line->setFont(monoFont(11));
        connect(line, &QLineEdit::returnPressed, this, &AuditPage::verify);
        row->addWidget(line, 1);
        return line;
    };
    pin_ = field(tr("Fingerprint"), tr("what the owner published"), "auditPin");
    key_ = field(tr("Key or witness"), tr("verifier key"), "auditKey");
    memory_ = field(tr("Memory file"), tr("of an earlier check"), "auditMemory");
    body()->addLayout(row);
}

void AuditPage::buildTables() {
    findings_model_ = new ListModel({{QStringLiteral("severity"), tr("State"), 96},
                                     {QStringLiteral("code"), tr("Code"), 170, false, true},
                                     {QStringLiteral("seq"), tr("Record"), 110, true},
                                     {QStringLiteral("message"), tr("What was found"), 470},
                                     {QStringLiteral("field"), tr("Field"), 110},
                                     {QStringLiteral("stored"), tr("In the file"), 130, false, true},
                                     {QStringLiteral("original"), tr("Original"), 130, false, true}},
                                    this);
    findings_ = new TablePanel(QStringLiteral("findings"), tr("Findings"), findings_model_, this);
    findings_->emptyState()->showEmpty(tr("No finding"), {}, {}, QStringLiteral("check"));
    body()->addWidget(findings_);
    connect(findings_->view(), &TableView::currentKeyChanged, this, [this](const QString& key) {
        if (const QString seq = key.section(QLatin1Char(':'), 1, 1); !seq.isEmpty())
            goToSeq(seq.toLongLong());
    });
    split_ = new QSplitter(Qt::Horizontal, this);
    split_->setHandleWidth(12);
    split_->setChildrenCollapsible(false);
    records_model_ = new RecordsModel(this);
    records_ = new TablePanel(QStringLiteral("records"), tr("Records"), records_model_, split_);
    records_->emptyState()->showEmpty(tr("No record"),
                                      tr("The file holds nothing that can be shown as a record."));
    record_ = new RecordPanel(split_);
    split_->addWidget(records_);
    split_->addWidget(record_);
    split_->setStretchFactor(0, 3);
    split_->setStretchFactor(1, 2);
    split_->setSizes({760, 400});
    body()->addWidget(split_, 1);
    connect(records_->view(), &TableView::currentKeyChanged, this, [this](const QString& key) {
        if (const auto r = records_model_->record(key.toInt()); r && file_)
            record_->show(*r, file_->verdict().findings);
    });
}

void AuditPage::refresh() {
    if (!session().auditor()) {
        state()->showEmpty(tr("Checking is not available"), tr("This build has no verifier."));
        return showState();
    }
    if (path_.isEmpty()) {
        state()->showEmpty(tr("Drop a bundle here"),
                           tr("A bundle (.tracelog) is an exported trace log. The check needs no workspace, "
                              "no network and no key: it says "
                              "what is proven, what was altered, and what cannot be known."),
                           tr("Open a bundle…"), QStringLiteral("drop"));
        return showState();
    }
    if (!file_ && !running_) verify();
}

void AuditPage::openBundle(const QString& path) {
    path_ = path;
    verify();
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
    findings_->hide();
    split_->hide();
    record_->clear();
    again_->setEnabled(false);
    header()->setTitle(tr("Audit: %1").arg(safeText(QFileInfo(path_).fileName(), 100)));
    header()->setFacts({bytes(QFileInfo(path_).size())});
    verdict_->showProgress(QString(), 0);
    showBody();
    api::VerifyRequest request;
    request.path = path_.toStdString();
    request.pin = pin_->text().trimmed().toStdString();
    if (const QString key = key_->text().trimmed(); !key.isEmpty())
        request.vkeys.push_back(key.toStdString());
    request.memory = memory_->text().trimmed().toStdString();
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

void AuditPage::tick() {
    const std::optional<api::VerifyProgress> p = progress_.take();
    if (!p) return;
    const int part = static_cast<int>(permilleOf(p->bytes, p->total_bytes));
    QStringList facts{safeText(p->stage, 60), tr("%1 checked").arg(permille(part))};
    const qint64 elapsed = std::max<qint64>(1, since_.elapsed());
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
    if (v.origin) facts << safeText(*v.origin, 80);
    if (v.fingerprint) facts << tr("fingerprint %1").arg(shortHash(*v.fingerprint));
    header()->setFacts(facts);
    const QString key = key_->text().trimmed();
    verdict_->show(v, pin_->text().trimmed().isEmpty() ? key : pin_->text().trimmed());
    fillFindings(v);
    records_model_->setFile(file);
    records_->setNote(file->records() > RecordsModel::most_rows
                          ? tr("the first of %1").arg(count(file->records()))
                          : QString());
    split_->setVisible(file->records() > 0);
    showBody();
    const auto first = std::find_if(v.findings.begin(), v.findings.end(),
                                    [](const Finding& f) { return !f.warning && f.seq; });
    goToSeq(first != v.findings.end() ? *first->seq : v.first);
}

void AuditPage::fillFindings(const Verdict& v) {
    std::vector<ListRow> rows;
    for (const Finding& f : v.findings) {
        const QString seq = f.seq ? QString::number(*f.seq) : QString();
        Cell record =
            textCell(f.seq ? (f.to_seq ? tr("%1 to %2").arg(count(*f.seq), count(*f.to_seq)) : count(*f.seq))
                           : QStringLiteral("–"));
        record.sort = qlonglong(f.seq.value_or(-1));
        const auto part = [](const std::optional<std::string>& s) {
            return s ? textCell(safeText(*s, 300), safeText(*s, 4096)) : textCell(QStringLiteral("–"));
        };
        QString message = safeText(f.message, 600);
        if (f.derived) message = tr("follows: %1").arg(message);
        rows.push_back({QStringLiteral("%1:%2").arg(rows.size()).arg(seq),
                        {lookCell(f.warning ? StateLook{Tone::warn, Shape::triangle, tr("Note")}
                                            : StateLook{Tone::danger, Shape::square, tr("Failed")}),
                         textCell(safeText(f.code, 60)), record, textCell(message, message), part(f.field),
                         part(f.stored), part(f.original)}});
    }
    findings_->setVisible(!rows.empty());
    findings_->setFixedHeight(static_cast<int>(std::min<std::size_t>(rows.size(), 4)) * size::row + 96);
    findings_model_->setRows(std::move(rows));
}

void AuditPage::goToSeq(qint64 seq) {
    const int row = records_model_->rowOfSeq(seq);
    if (row < 0) return;
    records_->view()->setCurrentIndex(records_model_->index(row, 0));
    records_->view()->scrollTo(records_model_->index(row, 0), QAbstractItemView::PositionAtCenter);
}

} // namespace tally::ui
