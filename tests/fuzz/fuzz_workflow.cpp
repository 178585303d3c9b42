// Any bytes as a workflow definition or as a condition: an answer with diagnostics, never a crash.
#include "core/filter/expression.h"
#include "core/model/workflow.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const tally::WorkflowCheck check = tally::parseWorkflow(text);
    // A definition that is not accepted must say why.
    if (!check.workflow && check.diagnostics.empty()) __builtin_trap();
    if (const auto expression = tally::filter::Expression::parse(text)) (void)expression->evaluate(nlohmann::json{{"a", 1}, {"b", {1, 2}}});
    return 0;
}
