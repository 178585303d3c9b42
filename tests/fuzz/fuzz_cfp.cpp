// Foreign bytes as a log line: whatever the strict parser accepts must encode back to the same bytes, and
// must be an object for the tolerant parser too; nothing may crash.
#include "core/audit/entry_rules.h"
#include "core/audit/tolerant_json.h"
#include "core/audit/unicode.h"
#include "core/base/encoding.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using namespace tally::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<CfpField> fields;
    const bool strict = parseCfp(text, fields).ok();
    const TolerantParse tolerant = parseTolerant(text);
    if (strict) {
        const EntryView view(text, fields.data(), fields.size());
        const Entry entry(view);
        const auto again = encodeEntry(entry);
        if (!again || *again != text) std::abort();
        if (tolerant.outcome != TolerantParse::Outcome::object || tolerant.fields.size() != entry.size())
            std::abort();
        std::vector<FieldFinding> findings;
        checkFields(view, findings);
        if (fieldDigests(entry).size() % 8 != 0) std::abort();
    }
    if (isUtf8(text) && (!isUtf8(toNfc(text)) || !isUtf8(toNfd(text)))) std::abort();
    exactInteger(text);
    return 0;
}
