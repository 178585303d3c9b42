#include "core/api/payload_list.h"

#include "core/audit/bundle.h"
#include "core/audit/cfp.h"
#include "core/audit/line_table.h"
#include "core/audit/payload.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace tally::api {
namespace {
using State = PayloadSlot::State;
using Place = audit::BundleRecords::Place;

constexpr std::array<std::string_view, 5> slot_names = {"in", "out", "args", "docs", "user"};

std::optional<std::size_t> slotIndex(std::string_view name) {
    const auto it = std::find(slot_names.begin(), slot_names.end(), name);
    return it == slot_names.end() ? std::nullopt
                                  : std::optional(static_cast<std::size_t>(it - slot_names.begin()));
}

/// One pass over the records for what they commit to and what was erased, one over the openings for what is
/// there.
class Lister {
public:
    Lister(const audit::BundleRecords& records, CancelToken cancel)
        : records_(records)
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
    /// The entry that belongs at line `i`; false when it is not known or stands there a second time.
    bool read(std::uint64_t i) {
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
    void commitments(std::uint64_t i) {
        if (!read(i)) return;
        const auto kind = entry_.plain("kind");
        if (kind == "erase") {
            const auto target = entry_.integer("target");
            const auto slot = slotIndex(entry_.plain("slot").value_or(""));
            if (target && *target >= 0 && slot) erased_.emplace(static_cast<std::uint64_t>(*target), *slot);
        } else if (kind == "step") {
            for (std::size_t s = 0; s < slot_names.size(); ++s)
                if (entry_.find(slot_names[s]) != nullptr)
                    present_[i] = static_cast<std::uint8_t>(present_[i] | 1U << s);
        }
    }
    void open(const audit::Opening& opening) {
        const auto slot = slotIndex(opening.slot);
        const auto line = records_.lineOf(opening.seq);
        const bool known = line && slot && read(*line - records_.first()) && seq_ == opening.seq;
        State state = State::mismatching;
        if (slot && erased_.count({opening.seq, *slot}) != 0)
            state = State::returned;
        else if (known && entry_.plain(opening.slot) == opening.commitment() &&
                 entry_.plain("log") == opening.log_id)
            state = State::opened;
        if (known) {
            auto& seen = opened_[*line - records_.first()];
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
            if (left == 0 || !read(i)) continue;
            for (std::size_t s = 0; s < slot_names.size(); ++s) {
                if ((left >> s & 1U) == 0) continue;
                const bool erased = erased_.count({seq_, s}) != 0;
                add(erased ? State::erased : State::withheld, seq_, std::string(slot_names[s]), -1, true);
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
                                 named ? entry_.text("name").value_or("") : std::string(), state, bytes});
    }

    const audit::BundleRecords& records_;
    CancelToken cancel_;
    std::vector<std::uint8_t> present_, opened_; ///< one bit per slot, by line
    std::set<std::pair<std::uint64_t, std::size_t>> erased_;
    std::uint64_t seq_ = 0; ///< of what read() found
    std::string line_;
    std::vector<audit::CfpField> fields_;
    audit::EntryView entry_;
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
