// What a checker of shown work found: the first step that does not follow, and why, in a sentence.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::guard::reasoning {

struct Finding {
    std::size_t step = 0; ///< index of the step
    std::string kind;     ///< "arithmetic", "brackets", "ordering", "exchange", "constraints"
    std::string sentence; ///< "Step 3: 7 - -28 is 35, not -21."
};

/// The steps of an answer, in order; usually its lines.
using Steps = std::vector<std::string>;

} // namespace tally::guard::reasoning
