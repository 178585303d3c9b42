// Foreign bytes as a verification report: refused with a reason, or read; what was read writes the same line
// again.
#include "core/audit/report.h"
#include "core/model/verdict_ladder.h"
#include "core/model/verdict_text.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using namespace tally::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto report = parseReport(text);
    if (!report) {
        if (report.error().message.empty()) std::abort();
        return 0;
    }
    if (reportText(report->body) != report->text || !text.starts_with(report->text)) std::abort();
    if (verdictSentence(report->verdict).empty() || verdictLadder(report->verdict).empty()) std::abort();
    (void)verdictText(report->verdict, {});
    return 0;
}
