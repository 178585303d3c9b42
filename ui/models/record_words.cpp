#include "ui/models/record_words.h"

#include "ui/models/finding_words.h"
#include "ui/models/state_words.h"
#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QStringList>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tally::ui {
namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(Record)
};

constexpr std::size_t row_bytes = 16;
} // namespace

QString hexDump(const std::string& bytes, std::size_t most, std::int64_t left_out) {
    static const char digits[] = "0123456789abcdef";
    const std::size_t shown = std::min(bytes.size(), most);
    QString out;
    out.reserve(static_cast<qsizetype>((shown / row_bytes + 1) * 76));
    for (std::size_t row = 0; row < shown; row += row_bytes) {
        out += QStringLiteral("%1  ").arg(static_cast<qulonglong>(row), 6, 16, QLatin1Char('0'));
        QString text;
        for (std::size_t i = row; i < row + row_bytes; ++i) {
            if (i >= shown) {
                out += QLatin1String("   ");
                continue;
            }
            const auto byte = static_cast<unsigned char>(bytes[i]);
            out += QLatin1Char(digits[byte >> 4]);
            out += QLatin1Char(digits[byte & 15]);
            out += QLatin1Char(' ');
            text += byte >= 0x20 && byte < 0x7F ? QLatin1Char(static_cast<char>(byte)) : QLatin1Char('.');
        }
        out += QLatin1Char(' ') + text + QLatin1Char('\n');
    }
    const auto more = static_cast<std::int64_t>(bytes.size() - shown) + left_out;
    if (more > 0) out += Words::tr("… %1 more bytes").arg(count(more));
    return out;
}

QString storedText(const api::AuditRecord& record) {
    QString out = safeText(record.stored_line, 70'000);
    if (record.left_out > 0)
        out += QLatin1Char('\n') + Words::tr("… %1 more bytes").arg(count(record.left_out));
    return out;
}

std::string hashInput(const api::AuditRecord& record) {
    return std::string(1, '\0') + record.stored_line;
}

std::vector<const Finding*> findingsOf(const api::AuditRecord& record, const std::vector<Finding>& findings) {
    std::vector<const Finding*> out;
    for (const Finding& f : findings)
        if (f.seq && record.seq >= *f.seq && record.seq <= f.to_seq.value_or(*f.seq)) out.push_back(&f);
    std::stable_sort(out.begin(), out.end(), [](const Finding* a, const Finding* b) {
        return (a->warning || a->derived) < (b->warning || b->derived);
    });
    return out;
}

QString howProven(const api::AuditRecord& record, const std::vector<const Finding*>& findings) {
    using State = api::AuditRecord::State;
    if (record.state == State::wrong)
        return Words::tr("The bytes are exactly those that were signed. What they say contradicts other "
                         "records: it was written so.");
    if (record.state != State::altered) return {};
    const bool restored = !record.canonical_line.empty() && record.canonical_line != record.stored_line;
    if (restored)
        return Words::tr("Proven by hash: of all likely originals, the line with this one has exactly the "
                         "SHA-256 that stands in the signed list for this record (%1). No other line can "
                         "have it.")
            .arg(shortHash(record.leaf_stored));
    const bool named = std::any_of(findings.begin(), findings.end(),
                                   [](const Finding* f) { return f->field && f->code == "ALTERED"; });
    if (named)
        return Words::tr("Its hash proves that the line was changed, and its field digests name the field. "
                         "No likely original gives the signed hash (%1): the original value is not known.")
            .arg(shortHash(record.leaf_stored));
    return Words::tr("Its hash proves that the line is not what was signed in this place. What stood here "
                     "is not known.");
}

QString recordText(const api::AuditRecord& r, const api::RecordFields& fields,
                   const std::vector<Finding>& findings) {
    QStringList out{Words::tr("Record %1: %2").arg(count(r.seq), lookOf(r.state).word)};
    QStringList facts{safeText(r.kind, 40), safeText(r.what, 200), dateTime(r.ts_us)};
    facts.removeAll(QString());
    out << facts.join(QStringLiteral(" · "));
    const auto about = findingsOf(r, findings);
    for (const Finding* f : about)
        out << QStringLiteral("%1: %2").arg(safeText(f->code, 60), findingInFull(*f));
    const auto value = [](const std::optional<std::string>& text) {
        return text ? QStringLiteral("\"%1\"").arg(safeText(*text, 4096)) : Words::tr("missing");
    };
    for (const api::RecordField& f : fields.fields)
        if (f.changed)
            out << Words::tr("%1: in the file %2, sealed %3")
                       .arg(safeText(f.name, 60), value(f.stored), value(f.original));
    if (const QString how = howProven(r, about); !how.isEmpty()) out << how;
    out << Words::tr("Hash in the signed list: %1").arg(safeText(r.leaf_stored, 128));
    out << Words::tr("Hash of the line in the file: %1").arg(safeText(r.leaf_computed, 128));
    out << Words::tr("Line in the file:") << storedText(r);
    if (r.canonical_line != r.stored_line && !r.canonical_line.empty())
        out << Words::tr("Line as sealed:") << safeText(r.canonical_line, 70'000);
    return out.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString recordJson(const api::AuditRecord& r, const api::RecordFields& fields,
                   const std::vector<Finding>& findings) {
    static const char* const states[] = {"proven", "wrong", "altered", "unproven", "unsealed"};
    const auto text = [](const std::optional<std::string>& s) {
        return s ? nlohmann::json(*s) : nlohmann::json(nullptr);
    };
    nlohmann::json out = {{"seq", r.seq},
                          {"pos", r.pos},
                          {"state", states[static_cast<std::size_t>(r.state)]},
                          {"stored_line", r.stored_line},
                          {"stored_line_left_out", r.left_out},
                          {"sealed_line", r.canonical_line.empty() ? nlohmann::json(nullptr)
                                                                   : nlohmann::json(r.canonical_line)},
                          {"prev", r.prev},
                          {"hash_signed", r.leaf_stored},
                          {"hash_computed", r.leaf_computed}};
    out["changed"] = nlohmann::json::array();
    for (const api::RecordField& f : fields.fields)
        if (f.changed)
            out["changed"].push_back(
                {{"field", f.name}, {"stored", text(f.stored)}, {"original", text(f.original)}});
    out["findings"] = nlohmann::json::array();
    for (const Finding* f : findingsOf(r, findings))
        out["findings"].push_back({{"code", f->code}, {"message", f->message}});
    return qs(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace tally::ui
