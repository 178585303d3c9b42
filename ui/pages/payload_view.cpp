#include "ui/pages/payload_view.h"

#include "ui/bridge/session.h"
#include "ui/models/audit_rows.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMenu>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int most_shown = 70'000;

/// Without the beginning of a character that goes on in the next piece.
std::size_t wholeCharacters(const std::string& bytes) {
    for (std::size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
        const auto lead = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if ((lead & 0xC0) == 0x80) continue;
        const std::size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return needs > back ? bytes.size() - back : bytes.size();
    }
    return bytes.size();
}
} // namespace

PayloadView::PayloadView(Session& session, QWidget* parent)
    : QWidget(parent)
    , session_(session) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(6);
    buildHead();
    said_ = makeWrapped(QString(), true, this);
    said_->setObjectName(QStringLiteral("payloadSaid"));
    said_->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    column->addWidget(said_);
    text_ = new QPlainTextEdit(this);
    text_->setObjectName(QStringLiteral("payloadText"));
    text_->setAccessibleName(tr("Text of the payload"));
    text_->setReadOnly(true);
    text_->setTabChangesFocus(true);
    text_->setFont(monoFont(11));
    column->addWidget(text_, 1);
    buildFoot();
    column->addStretch(0);
    clear();
}

PayloadView::~PayloadView() {
    cancel_.cancel();
}

void PayloadView::buildHead() {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    slots_ = new QComboBox(this);
    slots_->setObjectName(QStringLiteral("payloadChoice"));
    slots_->setAccessibleName(tr("Payload of this record"));
    connect(slots_, &QComboBox::activated, this, [this] {
        state_.reset();
        start();
    });
    chip_ = new StateChip(this);
    size_ = makeLabel(QString(), Type::caption, true, this);
    size_->setObjectName(QStringLiteral("payloadSize"));
    copy_ = makeButton(tr("Copy"), ButtonKind::chip, QStringLiteral("payloadCopy"), this);
    copy_->setAccessibleName(tr("Copy the text of the payload"));
    auto* menu = new QMenu(copy_);
    menu->addAction(tr("As shown, with marks for hidden characters"), this, [this] { copy(false); })
        ->setObjectName(QStringLiteral("payloadCopyShown"));
    menu->addAction(tr("Exactly, with hidden characters"), this, [this] { copy(true); })
        ->setObjectName(QStringLiteral("payloadCopyExact"));
    copy_->setMenu(menu);
    copy_->setProperty("menu", true);
    row->addWidget(slots_);
    row->addWidget(chip_);
    row->addWidget(size_, 1);
    row->addWidget(copy_);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void PayloadView::buildFoot() {
    foot_ = new QWidget(this);
    auto* row = new QHBoxLayout(foot_);
    row->setContentsMargins(0, 0, 0, 0);
    part_ = makeLabel(QString(), Type::caption, true, foot_);
    part_->setObjectName(QStringLiteral("payloadPart"));
    earlier_ = makeButton(tr("Earlier"), ButtonKind::chip, QStringLiteral("payloadEarlier"), foot_);
    later_ = makeButton(tr("Later"), ButtonKind::chip, QStringLiteral("payloadLater"), foot_);
    row->addWidget(part_, 1);
    row->addWidget(earlier_);
    row->addWidget(later_);
    layout()->addWidget(foot_);
    connect(later_, &QPushButton::clicked, this, [this] {
        const std::int64_t next = shown_.from + static_cast<std::int64_t>(wholeCharacters(shown_.bytes));
        starts_.push_back(next);
        read(next);
    });
    connect(earlier_, &QPushButton::clicked, this, [this] {
        if (starts_.size() < 2) return;
        starts_.pop_back();
        read(starts_.back());
    });
}

void PayloadView::clear() {
    setRecord(nullptr, -1, {});
}

void PayloadView::setRecord(std::shared_ptr<api::AuditFile> file, qint64 seq,
                            std::vector<std::string> slot_names) {
    file_ = std::move(file);
    seq_ = seq;
    state_.reset();
    const QVariant before = slots_->currentData();
    slots_->clear();
    for (const std::string& slot : slot_names)
        slots_->addItem(wordOfSlot(slot), qs(slot));
    // Walking through the records, one goes on reading the answers.
    slots_->setCurrentIndex(qMax(0, slots_->findData(before)));
    start();
}

void PayloadView::choose(const std::string& slot, api::PayloadSlot::State state) {
    if (slots_->findData(qs(slot)) < 0) slots_->addItem(wordOfSlot(slot), qs(slot));
    slots_->setCurrentIndex(slots_->findData(qs(slot)));
    const bool in_file =
        state != api::PayloadSlot::State::erased && state != api::PayloadSlot::State::withheld;
    state_ = in_file ? std::optional(state) : std::nullopt;
    start();
}

void PayloadView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!read_) read(0);
}

void PayloadView::start() {
    cancel_.cancel();
    ++turn_;
    read_ = false;
    starts_ = {0};
    shown_ = {};
    const bool any = file_ && slots_->count() > 0;
    for (QWidget* part : std::initializer_list<QWidget*>{slots_, chip_, size_, copy_, text_, foot_})
        part->setVisible(any && part == slots_);
    say(any ? QString() : tr("This record commits to no prompt, answer or other payload."), false);
    if (any && isVisible()) read(0);
}

void PayloadView::read(std::int64_t from) {
    if (!file_ || slots_->count() == 0 || !session_.auditor()) return;
    read_ = true;
    cancel_.cancel();
    cancel_ = CancelToken();
    say(tr("Reading…"), false);
    api::PayloadRequest request{seq_, slots_->currentData().toString().toStdString(), state_, from};
    session_.auditor()->payload(
        file_, std::move(request), cancel_,
        session_.reply<api::PayloadText>(this, [this, turn = ++turn_](const Result<api::PayloadText>& text) {
            if (turn == turn_) fill(text);
        }));
}

void PayloadView::say(const QString& text, bool trouble) {
    said_->setText(text);
    said_->setVisible(!text.isEmpty());
    setTone(said_, trouble ? Tone::danger : Tone::neutral);
}

void PayloadView::fill(const Result<api::PayloadText>& text) {
    if (!text) return say(safeText(text.error().text(), 600), true);
    using State = api::PayloadSlot::State;
    shown_ = *text;
    const std::int64_t all = shown_.slot.bytes;
    chip_->setLook(lookOf(shown_.slot.state));
    chip_->show();
    size_->setText(shown_.inFile() ? bytes(all) : QString());
    size_->show();
    switch (shown_.slot.state) {
    case State::mismatching:
        say(tr("This is not what the record commits to: it was put into the file or changed."), true);
        break;
    case State::returned:
        say(tr("The log says that this was erased, yet it is in the file."), true);
        break;
    case State::erased:
        say(tr("Erased: the log says when and why in an entry of its own. The record is still proven."),
            false);
        break;
    case State::withheld:
        say(tr("Not in this file. Who exported it can give the text; it must then fit this record."), false);
        break;
    case State::opened:
        say(all == 0 ? tr("The text is empty.") : QString(), false);
    }
    const std::size_t whole = wholeCharacters(shown_.bytes);
    const std::int64_t end = shown_.from + static_cast<std::int64_t>(whole);
    const bool last = end >= all || whole == 0;
    text_->setPlainText(safeText(std::string_view(shown_.bytes).substr(0, last ? shown_.bytes.size() : whole),
                                 most_shown, true));
    text_->setVisible(shown_.inFile());
    copy_->setVisible(shown_.inFile());
    const bool in_parts = shown_.inFile() && (shown_.from > 0 || !last);
    foot_->setVisible(in_parts);
    part_->setText(tr("bytes %1 to %2 of %3").arg(count(shown_.from), count(end), count(all)));
    earlier_->setEnabled(starts_.size() > 1);
    later_->setEnabled(!last);
}

void PayloadView::copy(bool exact) const {
    QGuiApplication::clipboard()->setText(exact ? qs(shown_.bytes) : text_->toPlainText());
    Q_EMIT session_.message(foot_->isVisible() ? tr("This part of the payload is on the clipboard.")
                                               : tr("The payload is on the clipboard."),
                            false);
}

} // namespace tally::ui
