#include "ui/widgets/lookalikes.h"

#include <algorithm>

namespace tally::ui {
namespace {

struct Letter {
    char32_t code;
    qsizetype at, width;
};

Letter letterAt(const QString& text, qsizetype i) {
    const QChar c = text[i];
    if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate())
        return {QChar::surrogateToUcs4(c, text[i + 1]), i, 2};
    return {c.unicode(), i, 1};
}

bool isWordPart(char32_t c) {
    return QChar::isLetterOrNumber(c) || QChar::isMark(c) || c == U'-' || c == U'_' || c == U'.';
}

/// Whole alphabets that exist only to look like Latin (or Greek) letters in another style.
bool isStyledLetter(char32_t c) {
    return (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) || (c >= 0x1D400 && c <= 0x1D7FF) ||
           (c >= 0x1F130 && c <= 0x1F189);
}

bool hasTwin(QChar::Script script) {
    switch (script) {
    case QChar::Script_Cyrillic:
    case QChar::Script_Greek:
    case QChar::Script_Armenian:
    case QChar::Script_Cherokee:
    case QChar::Script_Coptic:
    case QChar::Script_Lisu:
    case QChar::Script_Deseret:
        return true;
    default:
        return false;
    }
}
} // namespace

QBitArray lookalikes(const QString& text) {
    QBitArray out;
    if (std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x80; })) return out;
    const auto mark = [&](const Letter& letter) {
        if (out.isEmpty()) out.resize(text.size());
        for (qsizetype k = 0; k < letter.width; ++k)
            out.setBit(letter.at + k);
    };
    for (qsizetype i = 0; i < text.size();) {
        bool latin = false, foreign = false;
        const qsizetype begin = i;
        for (; i < text.size();) {
            const Letter letter = letterAt(text, i);
            if (!isWordPart(letter.code)) break;
            i += letter.width;
            if (isStyledLetter(letter.code)) {
                mark(letter);
                continue;
            }
            const QChar::Script script = QChar::script(letter.code);
            latin = latin || (script == QChar::Script_Latin && QChar::isLetter(letter.code));
            foreign = foreign || hasTwin(script);
        }
        for (qsizetype k = begin; latin && foreign && k < i;) {
            const Letter letter = letterAt(text, k);
            if (hasTwin(QChar::script(letter.code))) mark(letter);
            k += letter.width;
        }
        if (i < text.size()) i += letterAt(text, i).width;
    }
    return out;
}

} // namespace tally::ui
