// What a finding says, in the reader's language: by its code, with whatever detail the core added. The core's
// own sentences are English, for `tally` and JSON. Foreign values are escaped.
#pragma once
#include "core/model/verdict.h"

#include <QString>

namespace tally::ui {

/// "the record was changed". A code that is not known here keeps the core's words.
QString findingSentence(const Finding& finding);
/// The same with its field and values: "the record was changed: cost_pico says 1200000, sealed was 1864".
QString findingInFull(const Finding& finding);
/// The code has words of its own here.
bool knowsFinding(std::string_view code);

} // namespace tally::ui
