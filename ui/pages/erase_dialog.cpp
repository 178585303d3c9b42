#include "ui/pages/erase_dialog.h"

#include "core/base/clock.h"
#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace tally::ui {
namespace {
constexpr int ask_after_ms = 300;
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::int64_t most_days = 36'500;

std::string trimmed(const QLineEdit* line) {
    return line ? line->text().trimmed().toStdString() : std::string();
}
} // namespace

EraseDialog::EraseDialog(Session& session, Kind kind, const Retention& rule, QWidget* parent)
    : FormDialog(QStringLiteral("eraseDialog"),
                 kind == Kind::once ? tr("Erase prompts and answers") : tr("Erase by a standing rule"),
                 parent)
    , session_(session)
    , kind_(kind) {
    build();
    load(rule);
    ask_again_.setSingleShot(true);
    ask_again_.setInterval(ask_after_ms);
    connect(&ask_again_, &QTimer::timeout, this, &EraseDialog::ask);
    ask();
}

void EraseDialog::build() {
    const QString any = tr("any");
    days_ = addLine(tr("Runs that ended at least … days ago"), QStringLiteral("eraseDays"),
                    standing() ? tr("a number of days, for instance 90") : any);
    process_ = addLine(tr("Process"), QStringLiteral("eraseProcess"), any);
    workflow_ = addLine(tr("Workflow"), QStringLiteral("eraseWorkflow"), any);
    if (!standing()) {
        run_ = addLine(tr("Run"), QStringLiteral("eraseRun"), tr("any, or the whole id of one"));
        subject_ = addLine(tr("Person or customer"), QStringLiteral("eraseSubject"),
                           tr("any, or an id: who started the run, its label, a value of its inputs"));
    }
    reason_ = addLine(tr("Reason"), QStringLiteral("eraseReason"),
                      tr("neutral words: they stay in the log for good"));
    QFrame* card = makeCard(this);
    auto* inside = new QVBoxLayout(card);
    inside->addWidget(makeLabel(standing() ? tr("What the rule reaches now") : tr("What would be erased"),
                                Type::strong, false, card));
    plan_text_ = makeWrapped(QString(), true, card);
    plan_text_->setObjectName(QStringLiteral("erasePlan"));
    plan_text_->setMinimumHeight(56);
    plan_text_->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    inside->addWidget(plan_text_);
    column()->addWidget(card);
    warning_ = makeWrapped(tr("This cannot be undone. The texts are deleted for good. The log keeps their "
                              "hashes, gets an entry with the reason for each of them, and still verifies. "
                              "Exports and backups made before still hold the texts, and so may the "
                              "providers."),
                           false, this);
    setTone(warning_, Tone::warn);
    column()->addWidget(warning_);
    sure_ = new QCheckBox(standing() ? tr("I know: it erases at once and then daily, for good")
                                     : tr("I know that this cannot be brought back"),
                          this);
    sure_->setObjectName(QStringLiteral("eraseSure"));
    column()->addWidget(sure_);
    do_it_ = finish(standing() ? tr("Set the rule") : tr("Erase"), QStringLiteral("eraseDoIt"),
                    QStringLiteral("eraseCancel"));
    // Enter must not erase.
    do_it_->setDefault(false);
    setLookProperty(do_it_, "kind", QStringLiteral("danger"));
    close_ = findChild<QPushButton*>(QStringLiteral("eraseCancel"));
    connect(do_it_, &QPushButton::clicked, this, &EraseDialog::order);
    connect(sure_, &QCheckBox::toggled, this, &EraseDialog::arm);
    connect(reason_, &QLineEdit::textChanged, this, &EraseDialog::arm);
    for (QLineEdit* line : {days_, process_, workflow_, run_, subject_})
        if (line)
            connect(line, &QLineEdit::textChanged, this, [this] {
                // What was agreed to was another order.
                plan_.reset();
                sure_->setChecked(false);
                arm();
                ask_again_.start();
            });
}

void EraseDialog::load(const Retention& rule) {
    if (!standing() || rule.days == 0) return;
    days_->setText(QString::number(rule.days));
    process_->setText(qs(rule.process));
    workflow_->setText(qs(rule.workflow));
    reason_->setText(qs(rule.reason));
}

std::int64_t EraseDialog::days() const {
    if (days_->text().trimmed().isEmpty()) return 0;
    bool ok = false;
    const qlonglong n = days_->text().trimmed().toLongLong(&ok);
    return ok && n >= (standing() ? 1 : 0) && n <= most_days ? n : -1;
}

ErasePolicy EraseDialog::policy() const {
    ErasePolicy out;
    if (!days_->text().trimmed().isEmpty())
        out.ended_before_us = std::max<std::int64_t>(1, SystemClock().wallUs() - days() * day_us);
    out.process = trimmed(process_);
    out.workflow = trimmed(workflow_);
    out.run = trimmed(run_);
    out.subject = trimmed(subject_);
    return out;
}

void EraseDialog::ask() {
    ++turn_;
    plan_.reset();
    arm();
    setTone(plan_text_, Tone::neutral);
    if (days() < 0 || (standing() && days() == 0))
        return plan_text_->setText(tr("Enter a whole number of days, at most %1.").arg(count(most_days)));
    planned_ = policy();
    if (planned_.empty())
        return plan_text_->setText(tr("Say what to erase: fill in at least one of the lines above."));
    plan_text_->setText(tr("Looking…"));
    session_.core().planErasure(planned_,
                                session_.reply<ErasePlan>(this, [this, turn = turn_](Result<ErasePlan> plan) {
                                    if (turn != turn_) return;
                                    if (plan) return showPlan(*plan);
                                    plan_text_->setText(safeText(plan.error().text(), 600));
                                    setTone(plan_text_, Tone::danger);
                                }));
}

void EraseDialog::showPlan(const ErasePlan& plan) {
    plan_ = plan;
    QStringList lines;
    if (plan.runs == 0)
        lines << tr("Nothing: no ended run fits.");
    else
        lines << tr("%1 payloads of %2 steps in %3 ended runs, %4. They ended between %5 and %6.")
                     .arg(count(plan.payloads), count(plan.steps), count(plan.runs), bytes(plan.bytes),
                          dateTime(plan.oldest_end_us), dateTime(plan.last_end_us));
    if (plan.open_runs > 0)
        lines << tr("%Ln run(s) that fit stay as they are: they are open and still need their answers.",
                    nullptr, static_cast<int>(plan.open_runs));
    plan_text_->setText(lines.join(QLatin1Char('\n')));
    arm();
}

void EraseDialog::arm() {
    const bool something = plan_ && (plan_->runs > 0 || standing());
    sure_->setEnabled(something);
    do_it_->setEnabled(something && sure_->isChecked() && !reason_->text().trimmed().isEmpty());
    do_it_->setToolTip(do_it_->isEnabled() ? QString() : tr("Needs a reason and your confirmation."));
    if (!standing())
        do_it_->setText(plan_ && plan_->payloads > 0 ? tr("Erase %1 payloads").arg(count(plan_->payloads))
                                                     : tr("Erase"));
}

void EraseDialog::order() {
    hideError();
    if (standing())
        setRule();
    else
        erase();
}

void EraseDialog::erase() {
    do_it_->setEnabled(false);
    sure_->setEnabled(false);
    plan_text_->setText(tr("Erasing… The file is written anew, which takes as long as copying it. This "
                           "window may be closed meanwhile."));
    EraseOrder what;
    what.policy = planned_;
    what.reason = trimmed(reason_);
    what.by = session_.actor();
    session_.core().erasePayloads(what, session_.reply<ErasureDone>(this, [this](Result<ErasureDone> done) {
        if (done) return showDone(*done);
        showError(done.error());
        ask();
    }));
}

void EraseDialog::setRule() {
    Retention rule;
    rule.days = days();
    rule.process = trimmed(process_);
    rule.workflow = trimmed(workflow_);
    rule.reason = trimmed(reason_);
    rule.by = session_.actor();
    do_it_->setEnabled(false);
    session_.core().setRetention(rule, session_.reply<Retention>(this, [this](Result<Retention> set) {
        if (!set) {
            arm();
            return showError(set.error());
        }
        showOutcome(tr("The rule holds: payloads of runs that ended more than %Ln day(s) ago are erased "
                       "now and daily. It stands in the log.",
                       nullptr, static_cast<int>(set->days)),
                    false);
    }));
}

void EraseDialog::showDone(const ErasureDone& done) {
    QStringList lines{
        tr("Erased: %1 payloads of %2 steps in %3 runs.")
            .arg(count(done.erased.payloads), count(done.erased.steps), count(done.erased.runs))};
    if (done.first_seq >= 0)
        lines << tr("Logged as records %1 to %2; the log verifies as before.")
                     .arg(count(done.first_seq), count(done.last_seq));
    if (!done.wiped) lines << tr("Not wiped from the file yet.");
    if (!done.notice.empty()) lines << safeText(done.notice, 400);
    showOutcome(lines.join(QLatin1Char('\n')), !done.wiped);
}

/// The order was carried out: only reading and closing are left.
void EraseDialog::showOutcome(const QString& text, bool trouble) {
    ++turn_;
    ask_again_.stop();
    plan_text_->setText(text);
    setTone(plan_text_, trouble ? Tone::danger : Tone::ok);
    for (QLineEdit* line : {days_, process_, workflow_, run_, subject_, reason_})
        if (line) line->setEnabled(false);
    sure_->hide();
    do_it_->hide();
    close_->setText(tr("Close"));
    close_->setFocus();
    Q_EMIT changed();
}

} // namespace tally::ui
