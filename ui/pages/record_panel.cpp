#include "ui/pages/record_panel.h"

#include "ui/models/audit_rows.h"
#include "ui/models/finding_words.h"
#include "ui/models/record_words.h"
#include "ui/models/state_words.h"
#include "ui/models/verdict_words.h"
#include "ui/pages/payload_view.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"
#include "ui/widgets/table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int most_shown = 70'000;
constexpr std::size_t most_hex = 65'536;
constexpr std::size_t most_said = 3;

QPlainTextEdit* makeText(const char* object_name, const QString& name, QWidget* parent) {
    auto* box = new QPlainTextEdit(parent);
    box->setObjectName(QString::fromLatin1(object_name));
    box->setAccessibleName(name);
    box->setReadOnly(true);
    box->setTabChangesFocus(true);
    box->setFont(monoFont(11));
    return box;
}

QLabel* makeHash(const char* object_name, QWidget* parent) {
    QLabel* label = makeWrapped(QString(), false, parent);
    label->setObjectName(QString::fromLatin1(object_name));
    label->setFont(monoFont(11));
    return label;
}

/// Two halves, so that a hash breaks into two lines of equal length.
QString hashText(const std::string& hex, const QString& nothing) {
    if (hex.empty()) return nothing;
    QString text = safeText(hex, 128);
    if (text.size() == 64) text.insert(32, QLatin1Char(' '));
    return text;
}

/// The payloads that the record commits to.
std::vector<std::string> committed(const api::AuditRecord& record, const api::RecordFields& fields) {
    std::vector<std::string> out;
    if (record.kind != "step") return out;
    for (const char* slot : {"in", "out", "args", "docs", "user"})
        if (std::any_of(fields.fields.begin(), fields.fields.end(),
                        [&](const api::RecordField& f) { return f.name == slot; }))
            out.emplace_back(slot);
    return out;
}
} // namespace

RecordPanel::RecordPanel(Session& session, QWidget* parent)
    : QFrame(parent)
    , session_(session) {
    setObjectName(QStringLiteral("recordPanel"));
    setAccessibleName(tr("Record"));
    setProperty("card", true);
    setMinimumWidth(300);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(6);
    buildHead(column);
    buildTabs(column);
    clear();
}

void RecordPanel::buildHead(QVBoxLayout* column) {
    auto* top = new QHBoxLayout;
    title_ = makeLabel(QString(), Type::title, false, this);
    title_->setObjectName(QStringLiteral("recordTitle"));
    chip_ = new StateChip(this);
    auto* copy = makeButton(tr("Copy"), ButtonKind::chip, QStringLiteral("recordCopy"), this);
    copy->setAccessibleName(tr("Copy the record"));
    auto* menu = new QMenu(copy);
    menu->addAction(tr("As text"), this, [this] { this->copy(false); })
        ->setObjectName(QStringLiteral("recordCopyText"));
    menu->addAction(tr("As JSON"), this, [this] { this->copy(true); })
        ->setObjectName(QStringLiteral("recordCopyJson"));
    copy->setMenu(menu);
    copy->setProperty("menu", true);
    copy_ = copy;
    top->addWidget(title_);
    top->addWidget(chip_);
    top->addStretch(1);
    top->addWidget(copy_);
    column->addLayout(top);
    facts_ = makeWrapped(QString(), true, this);
    found_ = makeWrapped(QString(), false, this);
    found_->setObjectName(QStringLiteral("recordFound"));
    how_ = makeWrapped(QString(), true, this);
    how_->setObjectName(QStringLiteral("recordHow"));
    column->addWidget(facts_);
    column->addWidget(found_);
    column->addWidget(how_);
}

void RecordPanel::buildTabs(QVBoxLayout* column) {
    tabs_ = new QTabWidget(this);
    tabs_->setObjectName(QStringLiteral("recordTabs"));
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    const auto page = [this](const QString& name) {
        auto* widget = new QWidget(tabs_);
        auto* rows = new QVBoxLayout(widget);
        rows->setContentsMargins(0, 8, 0, 0);
        rows->setSpacing(6);
        tabs_->addTab(widget, name);
        return rows;
    };
    auto* fields = page(tr("Fields"));
    fields_model_ = new ListModel(fieldColumns(), this);
    fields_view_ = new TableView(QStringLiteral("recordFields"), this);
    fields_view_->setTable(fields_model_);
    fields_view_->setAccessibleName(tr("Fields"));
    fields_note_ = makeWrapped(QString(), true, this);
    fields->addWidget(fields_note_);
    fields->addWidget(fields_view_, 1);

    auto* lines = page(tr("Lines"));
    lines->addWidget(makeLabel(tr("In the file"), Type::strong, false, this));
    stored_ = makeText("storedLine", tr("Line in the file"), this);
    lines->addWidget(stored_, 1);
    canonical_title_ = makeLabel(QString(), Type::strong, false, this);
    lines->addWidget(canonical_title_);
    canonical_ = makeText("canonicalLine", tr("Canonical line"), this);
    lines->addWidget(canonical_, 1);

    auto* hash = page(tr("Hash"));
    const auto part = [&](const QString& name, const char* object_name) {
        hash->addWidget(makeLabel(name, Type::body, true, this));
        QLabel* label = makeHash(object_name, this);
        label->setAccessibleName(name);
        hash->addWidget(label);
        return label;
    };
    listed_ = part(tr("In the signed list"), "hashListed");
    same_ = makeLabel(QString(), Type::strong, false, this);
    same_->setObjectName(QStringLiteral("hashSame"));
    hash->addWidget(same_);
    computed_ = part(tr("Computed from the line in the file"), "hashComputed");
    prev_ = part(tr("Previous hash, as the line says it"), "hashPrev");
    hash->addWidget(makeWrapped(tr("SHA-256 of these bytes: one zero byte, then the line"), true, this));
    input_ = makeText("hashInput", tr("Bytes that are hashed"), this);
    input_->setLineWrapMode(QPlainTextEdit::NoWrap);
    hash->addWidget(input_, 1);
    payloads_ = new PayloadView(session_, tabs_);
    tabs_->addTab(payloads_, tr("Payloads"));
    column->addWidget(tabs_, 1);
}

void RecordPanel::clear() {
    record_.reset();
    payloads_->clear();
    title_->setText(tr("Record"));
    facts_->setText(
        tr("Select a record to see its fields, its line as stored and in canonical form, and its hashes."));
    for (QWidget* part : std::initializer_list<QWidget*>{chip_, copy_, found_, how_, tabs_})
        part->hide();
}

void RecordPanel::showPayload(const std::string& slot, api::PayloadSlot::State state) {
    payloads_->choose(slot, state);
    tabs_->setCurrentWidget(payloads_);
}

void RecordPanel::show(std::shared_ptr<api::AuditFile> file, const api::AuditRecord& r) {
    record_ = r;
    fields_ = file->fields(r);
    findings_ = file->verdict().findings;
    title_->setText(tr("Record %1").arg(count(r.seq)));
    chip_->setLook(lookOf(r.state));
    chip_->show();
    copy_->show();
    tabs_->show();
    QStringList facts{safeText(r.kind, 40), safeText(r.what, 200), dateTime(r.ts_us)};
    facts.removeAll(QString());
    facts_->setText(facts.join(QStringLiteral(" · ")));

    const auto about = findingsOf(r, findings_);
    QStringList said;
    for (std::size_t i = 0; i < about.size() && i < most_said; ++i)
        said << asSentence(findingInFull(*about[i]));
    if (about.size() > most_said)
        said << tr("and %Ln more in the list of findings", nullptr,
                   static_cast<int>(about.size() - most_said));
    found_->setText(said.join(QLatin1Char('\n')));
    found_->setVisible(!said.isEmpty());
    setTone(found_, said.isEmpty() || about.front()->warning ? Tone::warn : Tone::danger);
    how_->setText(howProven(r, about));
    how_->setVisible(!how_->text().isEmpty());

    fields_model_->setRows(fieldRows(fields_));
    fields_view_->setColumnHidden(0, !fields_.has_original);
    fields_view_->setColumnHidden(3, !fields_.has_original);
    fields_note_->setText(safeText(fields_.unreadable, 300));
    fields_note_->setVisible(!fields_.unreadable.empty());
    stored_->setPlainText(storedText(r));
    const bool restored = r.canonical_line != r.stored_line;
    canonical_title_->setText(restored && r.state == api::AuditRecord::State::altered
                                  ? tr("As sealed (canonical, proven by its hash)")
                                  : tr("Canonical"));
    canonical_->setPlainText(r.canonical_line.empty() ? tr("not known")
                             : restored               ? safeText(r.canonical_line, most_shown)
                                                      : tr("the same, byte for byte"));
    fillHashes(r);
    payloads_->setRecord(std::move(file), r.seq, committed(r, fields_));
}

void RecordPanel::fillHashes(const api::AuditRecord& r) {
    prev_->setText(hashText(r.prev, tr("none")));
    listed_->setText(hashText(r.leaf_stored, tr("none: this line was never sealed")));
    computed_->setText(hashText(r.leaf_computed, tr("none")));
    const bool same = r.leaf_stored == r.leaf_computed;
    same_->setText(r.leaf_stored.empty() ? QString()
                   : same                ? tr("= the same")
                                         : tr("≠ not the same: the line was changed"));
    setTone(same_, same ? Tone::ok : Tone::danger);
    for (QLabel* label : {prev_, listed_, computed_})
        label->setToolTip(label->text());
    input_->setPlainText(hexDump(hashInput(r), most_hex, r.left_out));
}

void RecordPanel::copy(bool as_json) const {
    if (!record_) return;
    QGuiApplication::clipboard()->setText(as_json ? recordJson(*record_, fields_, findings_)
                                                  : recordText(*record_, fields_, findings_));
}

} // namespace tally::ui
