// Any bytes as a workflow definition: an answer with diagnostics, never a crash.
#include "core/model/workflow.h"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const tally::WorkflowCheck check = tally::parseWorkflow(text);
    // A definition that is not accepted must say why.
    if (!check.workflow && check.diagnostics.empty()) __builtin_trap();
    return 0;
}
