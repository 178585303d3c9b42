#include "ui/charts/axis_text.h"

#include "ui/widgets/format.h"

namespace tally::ui {

QString moneyAxis(PicoSum sum, PicoSum top) {
    int places = 2;
    Int128 unit = 10'000'000'000; // of the last place
    for (const Int128 step = top.value() / 4; places < 12 && step % unit != 0; ++places)
        unit /= 10;
    return money(sum, places);
}

QString span(std::int64_t us) {
    QString text = duration(us);
    if (us > 0 && us < 60'000'000 && us % 1'000'000 == 0) {
        // The whole seconds without their tenth, in the words of duration().
        const QString whole = count(us / 1'000'000);
        text.replace(0, text.indexOf(QLatin1Char(' ')), whole);
    }
    return text;
}

} // namespace tally::ui
