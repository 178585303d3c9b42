#include "app/cli/verify_lists.h"

#include "app/cli/table.h"
#include "core/api/logged_orders.h"
#include "core/base/encoding.h"
#include "core/base/quote.h"

#include <fmt/format.h>

#include <map>

namespace tally::cli {
namespace {
using nlohmann::json;
using State = api::PayloadSlot::State;
constexpr std::size_t most_shown = 200; ///< for people; --json has all that are listed

const char* wordOf(State state) {
    switch (state) {
    case State::mismatching:
        return "mismatch";
    case State::returned:
        return "erased_but_present";
    case State::opened:
        return "ok";
    case State::erased:
        return "erased";
    case State::withheld:
        return "withheld";
    }
    return "";
}

void addPayloads(const api::PayloadList& list, const api::LoggedOrders& orders, ListedText& out) {
    std::map<std::pair<std::int64_t, std::string>, const api::LoggedErasure*> by_slot;
    for (const auto& each : orders.erasures)
        by_slot.emplace(std::pair(each.target, each.slot), &each);
    json rows = json::array(), counts = json::object();
    for (const State state :
         {State::mismatching, State::returned, State::opened, State::erased, State::withheld})
        counts[wordOf(state)] = list.count[static_cast<std::size_t>(state)];
    out.text += fmt::format("  payloads: {} as committed, {} erased, {} withheld, {} NOT as committed, {} "
                            "erased but present\n",
                            counts["ok"].get<std::int64_t>(), counts["erased"].get<std::int64_t>(),
                            counts["withheld"].get<std::int64_t>(), counts["mismatch"].get<std::int64_t>(),
                            counts["erased_but_present"].get<std::int64_t>());
    std::size_t shown = 0, left_out = 0;
    for (const auto& slot : list.payloads) {
        if (slot.state == State::opened) continue;
        json row = {
            {"seq", slot.seq}, {"slot", slot.slot}, {"step", slot.step}, {"state", wordOf(slot.state)}};
        std::string line =
            fmt::format("    record {} {} of {}: {}", slot.seq, escapeForDisplay(slot.slot, 40),
                        quoteForDisplay(slot.step, 80), wordOf(slot.state));
        if (const auto order = by_slot.find({slot.seq, slot.slot}); order != by_slot.end()) {
            const auto& e = *order->second;
            row["erased_by"] = {{"seq", e.seq}, {"ts_us", e.ts_us}, {"reason", e.reason}, {"by", e.by}};
            line += fmt::format(" by record {}, {}, by {}: {}", e.seq, localTime(e.ts_us),
                                quoteForDisplay(e.by, 80), quoteForDisplay(e.reason, 200));
        }
        rows.push_back(std::move(row));
        if (++shown <= most_shown)
            out.text += line + "\n";
        else
            ++left_out;
    }
    if (left_out > 0) out.text += fmt::format("    and {} more (--json lists them)\n", left_out);
    out.json["payload_list"] = {{"count", std::move(counts)}, {"payloads", std::move(rows)}};
}

void addChallenge(const api::AuditFile& file, const api::LoggedOrders& orders, const std::string& nonce,
                  ListedText& out) {
    json found = json::array();
    bool proven = false;
    for (const auto& each : orders.challenges) {
        if (each.nonce != nonce) continue;
        const auto pos = file.positionOf(each.seq);
        const auto record = pos ? file.record(*pos) : Result<api::AuditRecord>(fail("", ""));
        const bool sealed = record && record->kind == "challenge" &&
                            (record->state == api::AuditRecord::State::proven ||
                             record->state == api::AuditRecord::State::wrong);
        proven = proven || sealed;
        found.push_back({{"seq", each.seq}, {"ts_us", each.ts_us}, {"by", each.by}, {"proven", sealed}});
        out.text += fmt::format("  challenge {}: record {} of {}, by {}, {}\n", quoteForDisplay(nonce, 200),
                                each.seq, localTime(each.ts_us), quoteForDisplay(each.by, 80),
                                sealed ? "proven: the log was written to after the challenge was chosen"
                                       : "NOT proven: no valid signature of this log covers it");
    }
    if (found.empty())
        out.text += fmt::format("  challenge {}: NOT in this file\n", quoteForDisplay(nonce, 200));
    out.json["challenge"] = {{"nonce", nonce}, {"proven", proven}, {"records", std::move(found)}};
    out.ok = out.ok && proven;
}
} // namespace

Result<ListedText> verifyLists(api::Auditor& auditor, const std::shared_ptr<api::AuditFile>& file,
                               const VerifyLists& wanted) {
    ListedText out;
    if (!wanted.any()) return out;
    TALLY_ASSIGN(const auto orders, api::loggedOrders(file->path()));
    if (wanted.payloads) {
        TALLY_ASSIGN(const auto list, api::wait<api::PayloadList>(
                                          [&](auto reply) { auditor.payloads(file, CancelToken(), reply); }));
        addPayloads(list, orders, out);
    }
    if (!wanted.challenge.empty()) addChallenge(*file, orders, wanted.challenge, out);
    return out;
}

} // namespace tally::cli
