// Numbers and untrusted text as people read them, in the language of QLocale(). Money is formatted from
// integers only.
#pragma once
#include "core/base/money.h"

#include <QString>

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::ui {

/// "$ 9.4120": `places` decimals, rounded half-even; a non-zero amount is never shown as zero ("< $ 0.0001").
QString money(PicoSum sum, int places = 4);
/// Two decimals from one dollar on, four below: for large figures.
QString moneyShort(PicoSum sum);
/// Every digit: "$ 0.0415778".
QString moneyExact(PicoSum sum);
QString count(std::int64_t n);
/// "80 M", "250 k": for axes; exact where it is shown in full elsewhere.
QString countShort(std::int64_t n);
QString countBig(PicoSum n); ///< a 128-bit plain count
/// "0.7 %" from parts per thousand, so that no division happens on the way.
QString permille(std::int64_t thousandths);
/// part of whole in parts per thousand; 0 when whole is 0.
std::int64_t permilleOf(Int128 part, Int128 whole);
QString bytes(std::int64_t n);
/// "612 ms", "9.1 s", "4 min 12 s", "2 h 05 min".
QString duration(std::int64_t us);
QString milliseconds(std::int64_t us);
QString clockTime(std::int64_t wall_us); ///< "14:52:07", local time
QString dateTime(std::int64_t wall_us);  ///< "2026-11-22 14:52:07"
QString shortHash(std::string_view hex); ///< "9f3c…a1e0"
QString shortId(std::string_view uuid);  ///< the last eight characters: the random end of a time-ordered id

/// Foreign text made safe to show: control, bidirectional and invisible characters, and letters that pass for
/// Latin ones (lookalikes.h), become visible "⟨U+202E⟩" marks, invalid UTF-8 becomes U+FFFD, and nothing is
/// cut without saying so ("… 1,024 more characters"). One line unless `multiline`.
QString safeText(std::string_view foreign, int max_characters = 4000, bool multiline = false);
QString safeText(const QString& foreign, int max_characters = 4000, bool multiline = false);
inline QString qs(std::string_view s) {
    return QString::fromUtf8(s.data(), static_cast<qsizetype>(s.size()));
}

} // namespace tally::ui
