// Words of axes and of bucket widths: labels of one axis differ, and say no more than they must.
#pragma once
#include "core/base/money.h"

#include <QString>

namespace tally::ui {

/// Label of an axis that ends at `top`: as many decimals as its four steps need, the same for all.
QString moneyAxis(PicoSum sum, PicoSum top);
/// A width of time: "20 s", not "20.0 s".
QString span(std::int64_t us);

} // namespace tally::ui
