#include "core/api/payload_reader.h"

#include "core/audit/bundle.h"
#include "core/audit/line_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::api {
namespace {
using State = PayloadSlot::State;

Status goOn(std::uint64_t n, const CancelToken& cancel) {
    if (n % 1024 == 0 && cancel.cancelled()) return fail("verify.cancelled", "the check was cancelled");
    return {};
}

PayloadText piece(const audit::Opening& opening, State state, std::int64_t from) {
    const auto size = static_cast<std::int64_t>(opening.payload.size());
    PayloadText out;
    out.slot.state = state;
    out.slot.bytes = size;
    out.from = std::clamp<std::int64_t>(from, 0, size);
    out.bytes = opening.payload.substr(static_cast<std::size_t>(out.from),
                                       static_cast<std::size_t>(PayloadRequest::most_at_once));
    return out;
}
} // namespace

Status PayloadReader::findErased(const CancelToken& cancel) {
    if (erased_) return {};
    ErasedPayloads found;
    SealedEntries entries(*records_);
    for (std::uint64_t i = 0; i < records_->lines(); ++i) {
        TALLY_TRY(goOn(i, cancel));
        if (entries.read(i)) entries.noteErased(found);
    }
    erased_ = std::move(found);
    return {};
}

State PayloadReader::stateOf(const audit::Opening& opening, SealedEntries& entries) const {
    const auto slot = payloadSlot(opening.slot);
    if (slot && erased_->count({opening.seq, *slot}) != 0) return State::returned;
    return entries.readFor(opening) && entries.fits(opening) ? State::opened : State::mismatching;
}

Result<PayloadText> PayloadReader::read(const PayloadRequest& request, const CancelToken& cancel) {
    const auto slot = payloadSlot(request.slot);
    if (request.seq < 0) return fail("payload.slot", "a payload belongs to a record");
    TALLY_TRY(findErased(cancel));
    TALLY_ASSIGN(const auto data, audit::BundleData::open(path_));
    TALLY_ASSIGN(const auto sections, audit::parseSections(data->bytes()));
    // The canonical form ends like this; other forms are no openings.
    std::string end = fmt::format(R"(","seq":{},"slot":)", request.seq);
    audit::appendCfpString(end, request.slot);
    end.push_back('}');
    SealedEntries entries(*records_);
    std::optional<PayloadText> found;
    audit::LineTable lines(sections[audit::Section::openings]);
    for (std::uint64_t n = 0; const auto line = lines.next(); ++n) {
        TALLY_TRY(goOn(n, cancel));
        if (!line->ends_with(end)) continue;
        const auto opening = audit::Opening::parse(*line);
        if (!opening) continue;
        const State state = stateOf(*opening, entries);
        if (request.state ? state != *request.state : found && state != State::opened) continue;
        found = piece(*opening, state, request.from);
        if (request.state || state == State::opened) break;
    }
    if (!found) {
        found.emplace();
        const bool erased = slot && erased_->count({static_cast<std::uint64_t>(request.seq), *slot}) != 0;
        found->slot.state = erased ? State::erased : State::withheld;
    }
    found->slot.seq = request.seq;
    found->slot.slot = request.slot;
    return std::move(*found);
}

} // namespace tally::api
