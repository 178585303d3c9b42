#include "core/api/payload_list.h"

#include "core/api/sealed_entries.h"
#include "core/audit/bundle.h"
#include "core/audit/line_table.h"

#include <algorithm>

namespace tally::api {
namespace {
using State = PayloadSlot::State;

/// One pass over the records for what they commit to and what was erased, one over the openings for what is
/// there.
class Lister {
public:
    Lister(const audit::BundleRecords& records, CancelToken cancel)
        : records_(records)
        , entries_(records)
        , cancel_(std::move(cancel))
        , present_(records.lines(), 0)
        , opened_(records.lines(), 0) {}

    Result<PayloadList> run(std::string_view openings) {
        for (std::uint64_t i = 0; i < records_.lines(); ++i) {
            TALLY_TRY(goOn(i));
            commitments(i);
        }
        audit::LineTable lines(openings);
        for (std::uint64_t n = 0; const auto line = lines.next(); ++n) {
            TALLY_TRY(goOn(n));
            if (const auto opening = audit::Opening::parse(*line)) open(*opening);
        }
        TALLY_TRY(rest());
        std::stable_sort(out_.payloads.begin(), out_.payloads.end(), [](const auto& a, const auto& b) {
            if (a.state != b.state && (a.state <= State::returned || b.state <= State::returned))
                return a.state < b.state;
            return a.seq < b.seq;
        });
        return std::move(out_);
    }

private:
    [[nodiscard]] Status goOn(std::uint64_t n) const {
        if (n % 1024 == 0 && cancel_.cancelled()) return fail("verify.cancelled", "the check was cancelled");
        return {};
    }
    void commitments(std::uint64_t i) {
        if (!entries_.read(i)) return;
        entries_.noteErased(erased_);
        if (entries_.entry().plain("kind") != "step") return;
        for (std::size_t s = 0; s < payload_slots.size(); ++s)
            if (entries_.entry().find(payload_slots[s]) != nullptr)
                present_[i] = static_cast<std::uint8_t>(present_[i] | 1U << s);
    }
    void open(const audit::Opening& opening) {
        const auto slot = payloadSlot(opening.slot);
        const bool known = entries_.readFor(opening);
        State state = State::mismatching;
        if (slot && erased_.count({opening.seq, *slot}) != 0)
            state = State::returned;
        else if (known && entries_.fits(opening))
            state = State::opened;
        if (known) {
            auto& seen = opened_[*records_.lineOf(opening.seq) - records_.first()];
            const auto bit = static_cast<std::uint8_t>(1U << *slot);
            if ((seen & bit) != 0 && state == State::opened) return; // the same one again
            seen = static_cast<std::uint8_t>(seen | bit);
        }
        add(state, opening.seq, opening.slot, static_cast<std::int64_t>(opening.payload.size()), known);
    }
    /// What was never opened.
    Status rest() {
        for (std::uint64_t i = 0; i < present_.size(); ++i) {
            TALLY_TRY(goOn(i));
            const auto left = static_cast<std::uint8_t>(present_[i] & ~opened_[i]);
            if (left == 0 || !entries_.read(i)) continue;
            for (std::size_t s = 0; s < payload_slots.size(); ++s) {
                if ((left >> s & 1U) == 0) continue;
                const bool erased = erased_.count({entries_.seq(), s}) != 0;
                add(erased ? State::erased : State::withheld, entries_.seq(), std::string(payload_slots[s]),
                    -1, true);
            }
        }
        return {};
    }
    void add(State state, std::uint64_t seq, std::string slot, std::int64_t bytes, bool named) {
        ++out_.all;
        ++out_.count[static_cast<std::size_t>(state)];
        const bool bad = state <= State::returned;
        // Room is kept for what is wrong, however much is well.
        const std::size_t room = bad ? PayloadList::most_listed : PayloadList::most_listed / 2;
        if (out_.payloads.size() >= room) return;
        out_.payloads.push_back({static_cast<std::int64_t>(seq), std::move(slot),
                                 named ? entries_.entry().text("name").value_or("") : std::string(), state,
                                 bytes});
    }

    const audit::BundleRecords& records_;
    SealedEntries entries_;
    CancelToken cancel_;
    std::vector<std::uint8_t> present_, opened_; ///< one bit per slot, by line
    ErasedPayloads erased_;
    PayloadList out_;
};
} // namespace

Result<PayloadList> listPayloads(const std::string& path, const audit::BundleRecords& records,
                                 const CancelToken& cancel) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(path));
    TALLY_ASSIGN(const auto sections, audit::parseSections(data->bytes()));
    return Lister(records, cancel).run(sections[audit::Section::openings]);
}

} // namespace tally::api
