#include "core/guard/reasoning/shown_work.h"

#include "core/guard/reasoning/arithmetic.h"
#include "core/guard/reasoning/brackets.h"
#include "core/guard/reasoning/constraints.h"
#include "core/guard/reasoning/exchange.h"
#include "core/guard/reasoning/ordering.h"
#include "core/guard/reasoning/words.h"

namespace tally::guard::reasoning {

Steps stepsOf(std::string_view answer) {
    Steps out;
    bool code = false;
    for (const std::string_view line : split(answer, '\n')) {
        if (line.substr(0, 3) == "```")
            code = !code;
        else if (!code && !line.empty())
            out.emplace_back(line);
    }
    return out;
}

std::optional<Finding> firstMistake(std::string_view task, const Steps& steps) {
    std::optional<Finding> first;
    for (const auto check :
         {checkArithmetic, checkBrackets, checkOrdering, checkExchange, checkConstraints}) {
        auto found = check(task, steps);
        if (found && (!first || found->step < first->step)) first = std::move(found);
    }
    return first;
}

} // namespace tally::guard::reasoning
