#include "core/api/sealed_entries.h"

#include <algorithm>

namespace tally::api {

using Place = audit::BundleRecords::Place;

std::optional<std::size_t> payloadSlot(std::string_view name) {
    const auto it = std::find(payload_slots.begin(), payload_slots.end(), name);
    return it == payload_slots.end() ? std::nullopt
                                     : std::optional(static_cast<std::size_t>(it - payload_slots.begin()));
}

bool SealedEntries::read(std::uint64_t i) {
    auto record = records_.record(records_.first() + i);
    if (!record || record->place == Place::copy || record->place == Place::inserted) return false;
    seq_ = record->record.value_or(records_.first() + i);
    if (record->place == Place::changed) {
        if (!record->original) return false;
        line_ = std::move(*record->original);
    } else {
        line_ = std::string(record->line);
    }
    fields_.clear();
    if (!audit::parseCfp(line_, fields_).ok()) return false;
    entry_ = audit::EntryView(line_, fields_.data(), fields_.size());
    return true;
}

bool SealedEntries::readFor(const audit::Opening& opening) {
    const auto line = records_.lineOf(opening.seq);
    return line && payloadSlot(opening.slot) && read(*line - records_.first()) && seq_ == opening.seq;
}

bool SealedEntries::fits(const audit::Opening& opening) const {
    return entry_.plain(opening.slot) == opening.commitment() && entry_.plain("log") == opening.log_id;
}

void SealedEntries::noteErased(ErasedPayloads& erased) const {
    if (entry_.plain("kind") != "erase") return;
    const auto target = entry_.integer("target");
    const auto slot = payloadSlot(entry_.plain("slot").value_or(""));
    if (target && *target >= 0 && slot) erased.emplace(static_cast<std::uint64_t>(*target), *slot);
}

} // namespace tally::api
