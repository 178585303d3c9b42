#include "ui/models/audit_rows.h"

#include "ui/models/finding_words.h"
#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Audit)
};

Cell dash() {
    return textCell(QStringLiteral("–"));
}

Cell foreign(const std::optional<std::string>& text) {
    return text ? textCell(safeText(*text, 300), safeText(*text, 4096)) : dash();
}

Cell number(std::int64_t n) {
    return n < 0 ? dash() : countCell(n);
}

StateLook good(const QString& word) {
    return {Tone::ok, Shape::dot, word};
}
StateLook bad(const QString& word) {
    return {Tone::danger, Shape::square, word};
}
StateLook open(const QString& word) {
    return {Tone::neutral, Shape::ring, word};
}

ListRow runRow(const LogFigures::Run& run) {
    StateLook look = open(run.first_seq < 0 ? Words::tr("Begins before") : Words::tr("Not ended"));
    if (run.stated)
        look = *run.stated == run.cost ? good(Words::tr("Adds up")) : bad(Words::tr("Does not add up"));
    QStringList note{safeText(run.workflow, 80), safeText(run.process, 80), safeText(run.status, 20)};
    note.removeAll(QString());
    return {QStringLiteral("run:%1").arg(run.first_seq),
            {lookCell(look), textCell(Words::tr("Run")), textCell(safeText(run.run, 80)),
             countCell(run.steps), run.stated ? moneyCell(*run.stated, 9) : dash(), moneyCell(run.cost, 9),
             textCell(note.join(QStringLiteral(" · ")))}};
}

ListRow modelRow(const LogFigures::Model& model) {
    QStringList meters;
    for (const auto& [meter, quantity] : model.qty)
        meters << QStringLiteral("%1 %2").arg(safeText(meter, 40), countBig(quantity));
    const std::string name =
        model.provider.empty() && model.model.empty() ? "" : model.provider + "/" + model.model;
    return {QStringLiteral("model:"),
            {lookCell(open(Words::tr("Derived"))), textCell(Words::tr("Model")),
             name.empty() ? textCell(Words::tr("no model")) : textCell(safeText(name, 120)),
             countCell(model.steps), dash(), moneyCell(model.cost, 9),
             textCell(meters.join(QStringLiteral(" · ")))}};
}

ListRow budgetRow(const LogFigures::Budget& budget) {
    const StateLook look = budget.exhausted > 0
                               ? StateLook{Tone::warn, Shape::triangle, Words::tr("Was used up")}
                               : open(Words::tr("As logged"));
    QStringList note{Words::tr("changed %Ln time(s)", nullptr, static_cast<int>(budget.changes)),
                     Words::tr("warned %Ln time(s)", nullptr, static_cast<int>(budget.warned)),
                     Words::tr("used up %Ln time(s)", nullptr, static_cast<int>(budget.exhausted))};
    if (!budget.limit && budget.limit_qty >= 0)
        note.prepend(Words::tr("limit %1 %2").arg(count(budget.limit_qty), safeText(budget.meter, 40)));
    else if (!budget.limit)
        note.prepend(Words::tr("removed"));
    return {QStringLiteral("budget:%1").arg(budget.last_seq),
            {lookCell(look), textCell(Words::tr("Budget")),
             textCell(safeText(budget.scope + " / " + budget.window, 160)), dash(),
             budget.limit ? moneyCell(*budget.limit, 9) : dash(), dash(),
             textCell(note.join(QStringLiteral(" · ")))}};
}

Cell provenCell(const Comparison::Changed& changed) {
    if (changed.proven == "a") return lookCell(good(Words::tr("First is signed so")));
    if (changed.proven == "b") return lookCell(good(Words::tr("Second is signed so")));
    if (changed.proven == "both") return lookCell(bad(Words::tr("Both signed")));
    return lookCell(open(Words::tr("Neither proven")));
}
} // namespace

std::vector<TableColumn> findingColumns() {
    return {{QStringLiteral("severity"), Words::tr("State"), 88},
            {QStringLiteral("seq"), Words::tr("Record"), 96, true},
            {QStringLiteral("field"), Words::tr("Field"), 92},
            {QStringLiteral("stored"), Words::tr("In the file"), 112, false, true},
            {QStringLiteral("original"), Words::tr("Original"), 112, false, true},
            {QStringLiteral("message"), Words::tr("What was found"), 330},
            {QStringLiteral("code"), Words::tr("Code"), 160, false, true}};
}

std::vector<ListRow> findingRows(const std::vector<Finding>& findings) {
    std::vector<ListRow> rows;
    for (const Finding& f : findings) {
        Cell record = f.seq ? textCell(f.to_seq ? Words::tr("%1 to %2").arg(count(*f.seq), count(*f.to_seq))
                                                : count(*f.seq))
                            : dash();
        record.sort = qlonglong(f.seq.value_or(-1));
        QString message = findingSentence(f);
        if (f.derived && !f.warning) message = Words::tr("follows: %1").arg(message);
        rows.push_back(
            {QStringLiteral("%1:%2").arg(rows.size()).arg(f.seq ? QString::number(*f.seq) : QString()),
             {lookCell(f.warning ? StateLook{Tone::warn, Shape::triangle, Words::tr("Note")}
                                 : bad(Words::tr("Failed"))),
              record, foreign(f.field), foreign(f.stored), foreign(f.original),
              textCell(message, findingInFull(f)), textCell(safeText(f.code, 60))}});
    }
    return rows;
}

std::vector<TableColumn> fieldColumns() {
    return {{QStringLiteral("state"), Words::tr("State"), 106},
            {QStringLiteral("field"), Words::tr("Field"), 78},
            {QStringLiteral("stored"), Words::tr("In the file"), 112, false, true},
            {QStringLiteral("original"), Words::tr("As sealed"), 100, false, true}};
}

std::vector<ListRow> fieldRows(const api::RecordFields& fields) {
    std::vector<ListRow> rows;
    for (const api::RecordField& f : fields.fields) {
        Cell state = textCell({});
        if (f.changed)
            state = lookCell(bad(!f.stored     ? Words::tr("Missing")
                                 : !f.original ? Words::tr("Added")
                                               : Words::tr("Changed")));
        rows.push_back({QStringLiteral("%1").arg(rows.size()),
                        {state, textCell(safeText(f.name, 60)), foreign(f.stored),
                         fields.has_original ? foreign(f.original) : textCell({})}});
    }
    return rows;
}

std::vector<TableColumn> figureColumns() {
    return {{QStringLiteral("state"), Words::tr("State"), 152},
            {QStringLiteral("what"), Words::tr("What"), 70},
            {QStringLiteral("name"), Words::tr("Name"), 150},
            {QStringLiteral("steps"), Words::tr("Steps"), 64, true},
            {QStringLiteral("logged"), Words::tr("Logged"), 132, true},
            {QStringLiteral("derived"), Words::tr("Derived"), 132, true},
            {QStringLiteral("note"), Words::tr("Note"), 300}};
}

std::vector<ListRow> figureRows(const LogFigures& figures) {
    std::vector<ListRow> wrong, rows;
    for (const auto& run : figures.runs)
        (run.stated && *run.stated != run.cost ? wrong : rows).push_back(runRow(run));
    for (const auto& model : figures.models)
        rows.push_back(modelRow(model));
    for (const auto& budget : figures.budgets)
        rows.push_back(budgetRow(budget));
    rows.insert(rows.begin(), wrong.begin(), wrong.end());
    return rows;
}

QString figuresSentence(const LogFigures& figures) {
    std::int64_t wrong = 0, ended = 0;
    for (const auto& run : figures.runs) {
        ended += run.stated ? 1 : 0;
        wrong += run.stated && *run.stated != run.cost ? 1 : 0;
    }
    QStringList parts{Words::tr("%1 in %2 steps").arg(moneyExact(figures.cost), count(figures.steps)),
                      wrong == 0
                          ? Words::tr("all %1 ended runs add up").arg(count(ended))
                          : Words::tr("%1 of %2 ended runs do not add up").arg(count(wrong), count(ended))};
    if (figures.unreadable > 0)
        parts << Words::tr("%1 records could not be counted").arg(count(figures.unreadable));
    return parts.join(QStringLiteral(" · "));
}

StateLook lookOf(api::PayloadSlot::State state) {
    using State = api::PayloadSlot::State;
    switch (state) {
    case State::mismatching:
        return bad(Words::tr("Does not match"));
    case State::returned:
        return bad(Words::tr("Erased, yet there"));
    case State::opened:
        return good(Words::tr("Matches"));
    case State::erased:
        return {Tone::info, Shape::diamond, Words::tr("Erased")};
    case State::withheld:
        return open(Words::tr("Withheld"));
    }
    return {};
}

QString wordOfSlot(const std::string& slot) {
    if (slot == "in") return Words::tr("prompt (in)");
    if (slot == "out") return Words::tr("answer (out)");
    if (slot == "args") return Words::tr("tool arguments (args)");
    if (slot == "docs") return Words::tr("documents (docs)");
    if (slot == "user") return Words::tr("who (user)");
    return safeText(slot, 40);
}

std::vector<TableColumn> payloadColumns() {
    return {{QStringLiteral("state"), Words::tr("State"), 140},
            {QStringLiteral("seq"), Words::tr("Record"), 84, true},
            {QStringLiteral("slot"), Words::tr("Payload"), 170},
            {QStringLiteral("step"), Words::tr("Step"), 200},
            {QStringLiteral("bytes"), Words::tr("Bytes"), 90, true}};
}

std::vector<ListRow> payloadRows(const api::PayloadList& payloads) {
    std::vector<ListRow> rows;
    for (const api::PayloadSlot& p : payloads.payloads)
        rows.push_back({QStringLiteral("%1:%2:%3:%4")
                            .arg(rows.size())
                            .arg(p.seq)
                            .arg(static_cast<int>(p.state))
                            .arg(qs(p.slot)),
                        {lookCell(lookOf(p.state)), countCell(p.seq), textCell(wordOfSlot(p.slot)),
                         textCell(safeText(p.step, 120)), number(p.bytes)}});
    return rows;
}

QString payloadsSentence(const api::PayloadList& payloads) {
    using State = api::PayloadSlot::State;
    const auto n = [&](State state) { return payloads.count[static_cast<std::size_t>(state)]; };
    QStringList parts;
    if (n(State::mismatching) + n(State::returned) > 0)
        parts << Words::tr("%1 do not match").arg(count(n(State::mismatching)))
              << Words::tr("%1 erased, yet there").arg(count(n(State::returned)));
    parts << Words::tr("%1 match their record").arg(count(n(State::opened)))
          << Words::tr("%1 erased").arg(count(n(State::erased)))
          << Words::tr("%1 withheld").arg(count(n(State::withheld)));
    return parts.join(QStringLiteral(" · "));
}

std::vector<TableColumn> comparisonColumns() {
    return {{QStringLiteral("state"), Words::tr("State"), 150},
            {QStringLiteral("seq"), Words::tr("Record"), 110, true},
            {QStringLiteral("field"), Words::tr("Field"), 120},
            {QStringLiteral("a"), Words::tr("First file"), 190, false, true},
            {QStringLiteral("b"), Words::tr("Second file"), 190, false, true}};
}

std::vector<ListRow> comparisonRows(const Comparison& c) {
    std::vector<ListRow> rows;
    for (const auto& changed : c.changed)
        for (const auto& field : changed.fields)
            rows.push_back({QString::number(changed.seq_a),
                            {provenCell(changed), countCell(changed.seq_a),
                             textCell(safeText(field.name, 60)), foreign(field.a), foreign(field.b)}});
    const auto ranges = [&](const std::vector<Comparison::Range>& list, const QString& word, bool first) {
        for (const auto& r : list) {
            Cell record = textCell(r.from == r.to ? count(r.from)
                                                  : Words::tr("%1 to %2").arg(count(r.from), count(r.to)));
            record.sort = qlonglong(r.from);
            const Cell there = textCell(Words::tr("there"));
            rows.push_back(
                {first ? QString::number(r.from) : QString(),
                 {lookCell(open(word)), record, dash(), first ? there : dash(), first ? dash() : there}});
        }
    };
    ranges(c.only_a, Words::tr("Only in the first"), true);
    ranges(c.only_b, Words::tr("Only in the second"), false);
    return rows;
}

} // namespace tally::ui
