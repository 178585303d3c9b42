// Fields of a parsed entry as the model's values, for everything that reads a log back into tables.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/entry_rules.h"
#include "core/model/usage.h"

#include <string>

namespace tally::audit {

/// Empty when it is absent or no text.
inline std::string textOf(const EntryView& entry, std::string_view key) {
    return entry.text(key).value_or(std::string());
}
inline bool isTrue(const EntryView& entry, std::string_view key) {
    const CfpField* field = entry.find(key);
    return field != nullptr && field->type == CfpType::boolean && field->number != 0;
}
inline Usage usageOf(const EntryView& entry) {
    Usage usage;
    for (const CfpField& field : entry)
        if (const auto meter = meterOf(entry.key(field), "_qty"); meter && field.type == CfpType::integer)
            usage.qty.emplace_hint(usage.qty.end(), std::string(*meter), field.number);
    return usage;
}

} // namespace tally::audit
