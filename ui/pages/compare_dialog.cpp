#include "ui/pages/compare_dialog.h"

#include "ui/bridge/session.h"
#include "ui/models/audit_rows.h"
#include "ui/models/verdict_words.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/table_panel.h"
#include "ui/widgets/table_view.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <nlohmann/json.hpp>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(CompareDialog)
};

QString relationText(const Comparison& c) {
    switch (c.relation) {
    case Relation::identical:
        return Words::tr("The same log with the same records.");
    case Relation::a_is_beginning:
        return Words::tr("The second file continues the first: nothing of it was changed or withdrawn.");
    case Relation::b_is_beginning:
        return Words::tr("The first file continues the second: nothing of it was changed or withdrawn.");
    case Relation::overlapping:
        return Words::tr("Two ranges of one log: the same records where both have any.");
    case Relation::differing:
        return std::any_of(c.changed.begin(), c.changed.end(),
                           [](const auto& x) { return x.proven == "both"; })
                   ? Words::tr("A fork: from record %1 on there are two signed versions.")
                         .arg(count(c.first_difference))
                   : Words::tr("The same records before %1, then different ones.")
                         .arg(count(c.first_difference));
    case Relation::other_log:
        return Words::tr("Two different logs: their first records differ.");
    case Relation::apart:
        return Words::tr("Two ranges of one log without a common record: they cannot be compared.");
    case Relation::unreadable:
        return Words::tr("One of the two is not readable as a bundle.");
    }
    return {};
}

QString sideText(const QString& which, const Comparison::Side& side) {
    return Words::tr("%1: %2 · records %3 to %4 · %5")
        .arg(which, safeText(QFileInfo(qs(side.path)).fileName(), 80), count(side.first),
             count(std::max(side.first, side.end - 1)), sentenceOf(side.verdict).headline);
}
} // namespace

CompareDialog::CompareDialog(Session& session, api::VerifyRequest how, const QString& first,
                             const QString& second, QWidget* parent)
    : FormDialog(QStringLiteral("compareDialog"), tr("Compare two exports"), parent)
    , session_(session)
    , how_(std::move(how)) {
    setMinimumWidth(860);
    first_ = addFile(tr("First file"), QStringLiteral("compareFirst"), first);
    second_ = addFile(tr("Second file"), QStringLiteral("compareSecond"), second);
    said_ = makeWrapped(QString(), false, this);
    said_->setObjectName(QStringLiteral("compareSaid"));
    facts_ = makeWrapped(QString(), true, this);
    facts_->setObjectName(QStringLiteral("compareFacts"));
    model_ = new ListModel(comparisonColumns(), this);
    table_ = new TablePanel(QStringLiteral("comparison"), tr("What differs"), model_, this);
    table_->setMinimumHeight(240);
    copy_ = makeButton(tr("Copy as JSON"), ButtonKind::chip, QStringLiteral("compareCopy"), this);
    table_->addControl(copy_);
    for (QWidget* part : std::initializer_list<QWidget*>{said_, facts_, table_}) {
        part->hide();
        column()->addWidget(part);
    }
    connect(copy_, &QPushButton::clicked, this, [this] {
        if (shown_)
            QGuiApplication::clipboard()->setText(
                qs(nlohmann::json(*shown_).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)));
    });
    connect(table_->view(), &TableView::opened, this, [this](const QString& key) {
        if (!key.isEmpty() && shown_) Q_EMIT recordWanted(qs(shown_->a.path), key.toLongLong());
    });
    go_ = finish(tr("Compare"), QStringLiteral("compareGo"), QStringLiteral("compareClose"));
    connect(go_, &QPushButton::clicked, this, &CompareDialog::compare);
}

CompareDialog::~CompareDialog() {
    cancel_.cancel();
}

QLineEdit* CompareDialog::addFile(const QString& words, const QString& object_name, const QString& path) {
    auto* holder = new QWidget(this);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 0, 0, 0);
    auto* line = new QLineEdit(path, holder);
    line->setObjectName(object_name);
    line->setAccessibleName(words);
    auto* browse =
        makeButton(tr("Browse…"), ButtonKind::plain, object_name + QStringLiteral("Browse"), holder);
    browse->setAccessibleName(tr("Browse for the %1").arg(words));
    row->addWidget(line, 1);
    row->addWidget(browse);
    addField(words, holder, object_name + QStringLiteral("Row"));
    holder->setFocusProxy(line);
    connect(browse, &QPushButton::clicked, this, [this, line, words] {
        const QString chosen = QFileDialog::getOpenFileName(this, words, line->text(),
                                                            tr("Bundles (*.tracelog);;Everything (*)"));
        if (!chosen.isEmpty()) line->setText(chosen);
    });
    return line;
}

void CompareDialog::compare() {
    hideError();
    const QString a = first_->text().trimmed(), b = second_->text().trimmed();
    setLookProperty(first_, "invalid", a.isEmpty());
    setLookProperty(second_, "invalid", b.isEmpty());
    if (a.isEmpty() || b.isEmpty()) return;
    go_->setEnabled(false);
    said_->setText(tr("Checking and comparing…"));
    setTone(said_, Tone::neutral);
    said_->show();
    facts_->hide();
    table_->hide();
    api::VerifyRequest request = how_;
    request.path = a.toStdString();
    session_.auditor()->compare(std::move(request), b.toStdString(), cancel_,
                                session_.reply<Comparison>(this, [this](Result<Comparison> comparison) {
                                    go_->setEnabled(true);
                                    if (!comparison) {
                                        said_->hide();
                                        return showError(comparison.error());
                                    }
                                    show(*comparison);
                                }));
}

void CompareDialog::show(const Comparison& c) {
    shown_ = c;
    said_->setText(relationText(c));
    const bool part = c.relation == Relation::differing || c.relation == Relation::other_log ||
                      c.relation == Relation::unreadable;
    setTone(said_, c.ok() ? Tone::ok : part ? Tone::danger : Tone::warn);
    QStringList facts{sideText(tr("First"), c.a), sideText(tr("Second"), c.b)};
    QStringList numbers{tr("%1 records the same").arg(count(c.common)),
                        tr("%1 changed").arg(count(c.changed_n)),
                        tr("%1 only in the first").arg(count(c.only_a_n)),
                        tr("%1 only in the second").arg(count(c.only_b_n))};
    if (c.rechained > 0) numbers << tr("%1 only tied differently").arg(count(c.rechained));
    if (c.openings_differ + c.openings_only_a + c.openings_only_b > 0)
        numbers << tr("payloads: %1 only in the first, %2 only in the second, %3 differ")
                       .arg(count(c.openings_only_a), count(c.openings_only_b), count(c.openings_differ));
    facts << numbers.join(QStringLiteral(" · "));
    if (!c.ok() && !part) facts << tr("At least one of the two files is not in order: see its own verdict.");
    facts_->setText(facts.join(QLatin1Char('\n')));
    facts_->show();
    std::vector<ListRow> rows = comparisonRows(c);
    table_->setVisible(!rows.empty());
    table_->setNote(c.changed_n > static_cast<std::int64_t>(c.changed.size())
                        ? tr("the first %1 changed records").arg(count(static_cast<qint64>(c.changed.size())))
                        : QString());
    model_->setRows(std::move(rows));
}

} // namespace tally::ui
