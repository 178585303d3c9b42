#include "ui/widgets/format.h"

#include "ui/widgets/lookalikes.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace tally::ui {
namespace {

constexpr Int128 unit = 1'000'000'000'000;

struct Format {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

QString grouped(Int128 n) {
    if (n <= INT64_MAX && n >= INT64_MIN) return QLocale().toString(static_cast<qlonglong>(n));
    return QString::fromStdString(tally::toString(n));
}

QString currency(const QString& amount) {
    return Format::tr("$ %1").arg(amount);
}

Int128 powerOfTen(int n) {
    Int128 p = 1;
    for (int i = 0; i < n; ++i)
        p *= 10;
    return p;
}

bool isHidden(char32_t c) {
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        break;
    }
    // Letters and marks that draw nothing: Hangul fillers, the Braille blank, variation selectors.
    return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800 || c == 0x034F ||
           (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

} // namespace

QString money(PicoSum sum, int places) {
    const bool negative = sum.value() < 0;
    const Int128 magnitude = negative ? -sum.value() : sum.value();
    const Int128 cut = powerOfTen(12 - std::clamp(places, 0, 12));
    Int128 rounded = magnitude / cut;
    const Int128 rest = magnitude % cut;
    if (rest * 2 > cut || (rest * 2 == cut && rounded % 2 != 0)) ++rounded;
    const Int128 scale = powerOfTen(places);
    const bool hidden = rounded == 0 && magnitude != 0;
    if (hidden) rounded = 1;
    QString digits = grouped(rounded / scale);
    if (places > 0) {
        const QString fraction = QString::fromStdString(tally::toString(rounded % scale));
        digits += QLocale().decimalPoint() + fraction.rightJustified(places, QLatin1Char('0'));
    }
    QString out = currency(digits);
    if (hidden)
        out = (negative ? Format::tr("> -%1") : Format::tr("< %1")).arg(out);
    else if (negative)
        out = QStringLiteral("\u2212") + out;
    return out;
}

QString moneyShort(PicoSum sum) {
    const Int128 magnitude = sum.value() < 0 ? -sum.value() : sum.value();
    return money(sum, magnitude >= unit || magnitude == 0 ? 2 : 4);
}

QString moneyExact(PicoSum sum) {
    QString digits = QString::fromStdString(sum.toString());
    digits.replace(QLatin1Char('.'), QLocale().decimalPoint());
    return currency(digits);
}

QString count(std::int64_t n) {
    return QLocale().toString(static_cast<qlonglong>(n));
}
QString countShort(std::int64_t n) {
    if (n >= 10'000'000) return Format::tr("%1 M").arg(count(n / 1'000'000));
    if (n >= 10'000) return Format::tr("%1 k").arg(count(n / 1'000));
    return count(n);
}

QString countBig(PicoSum n) {
    return grouped(n.value());
}

QString permille(std::int64_t thousandths) {
    const std::int64_t magnitude = thousandths < 0 ? -thousandths : thousandths;
    const QString digits =
        magnitude >= 100 * 10 || magnitude % 10 == 0
            ? count((magnitude + 5) / 10)
            : count(magnitude / 10) + QLocale().decimalPoint() + QString::number(magnitude % 10);
    return Format::tr("%1 %").arg((thousandths < 0 ? QStringLiteral("\u2212") : QString()) + digits);
}

std::int64_t permilleOf(Int128 part, Int128 whole) {
    if (whole == 0) return 0;
    const Int128 p = part * 1000 / whole;
    return static_cast<std::int64_t>(std::clamp<Int128>(p, INT32_MIN, INT32_MAX));
}

QString bytes(std::int64_t n) {
    return QLocale().formattedDataSize(n, 1, QLocale::DataSizeSIFormat);
}

QString duration(std::int64_t us) {
    if (us < 0) us = 0;
    if (us == 0) return Format::tr("%1 s").arg(count(0));
    if (us < 1000) return Format::tr("%1 µs").arg(count(us));
    if (us < 1'000'000) return Format::tr("%1 ms").arg(count((us + 500) / 1000));
    const std::int64_t tenths = (us + 50'000) / 100'000;
    if (tenths < 600)
        return Format::tr("%1 s").arg(count(tenths / 10) + QLocale().decimalPoint() +
                                      QString::number(tenths % 10));
    const std::int64_t seconds = (us + 500'000) / 1'000'000;
    if (seconds < 3600 && us % 60'000'000 == 0) return Format::tr("%1 min").arg(count(seconds / 60));
    if (seconds < 3600)
        return Format::tr("%1 min %2 s").arg(count(seconds / 60)).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return Format::tr("%1 h %2 min")
        .arg(count(seconds / 3600))
        .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'));
}

QString milliseconds(std::int64_t us) {
    return Format::tr("%1 ms").arg(count((us + 500) / 1000));
}

QString clockTime(std::int64_t wall_us) {
    if (wall_us <= 0) return QStringLiteral("–");
    return QDateTime::fromMSecsSinceEpoch(wall_us / 1000).toString(QStringLiteral("HH:mm:ss"));
}

QString dateTime(std::int64_t wall_us) {
    if (wall_us <= 0) return QStringLiteral("–");
    return QDateTime::fromMSecsSinceEpoch(wall_us / 1000).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString shortHash(std::string_view hex) {
    if (hex.size() <= 12) return safeText(hex, 64);
    return safeText(hex.substr(0, 4), 16) + QStringLiteral("…") + safeText(hex.substr(hex.size() - 4), 16);
}

QString shortId(std::string_view uuid) {
    return safeText(uuid.size() > 8 ? uuid.substr(uuid.size() - 8) : uuid, 64);
}

QString safeText(std::string_view foreign, int max_characters, bool multiline) {
    // Four bytes hold at least one character: the rest is counted, not decoded.
    return safeText(qs(foreign), max_characters, multiline);
}

QString safeText(const QString& foreign, int max_characters, bool multiline) {
    QString out;
    out.reserve(std::min<qsizetype>(foreign.size(), max_characters) + 16);
    // Only what can be shown is looked at: the rest is counted.
    const QBitArray twins = lookalikes(foreign.left(2 * static_cast<qsizetype>(max_characters)));
    int shown = 0;
    qsizetype i = 0;
    for (; i < foreign.size() && shown < max_characters; ++shown) {
        char32_t c = foreign[i].unicode();
        qsizetype width = 1;
        if (QChar::isHighSurrogate(c) && i + 1 < foreign.size() && foreign[i + 1].isLowSurrogate()) {
            c = QChar::surrogateToUcs4(foreign[i], foreign[i + 1]);
            width = 2;
        }
        if (c == U'\n' && multiline)
            out += QLatin1Char('\n');
        else if (c == U'\n' || c == U'\t' || c == U'\r')
            out += QLatin1Char(' ');
        else if (isHidden(c) || (i < twins.size() && twins.testBit(i)))
            out += QStringLiteral("⟨U+%1⟩").arg(static_cast<uint>(c), 4, 16, QLatin1Char('0')).toUpper();
        else
            out += foreign.mid(i, width);
        i += width;
    }
    if (i < foreign.size())
        out += QStringLiteral(" ") +
               Format::tr("… %Ln more character(s)", nullptr, static_cast<int>(foreign.size() - i));
    return out;
}

} // namespace tally::ui
