#include "core/route/licence_reader.h"

#include "core/base/rng.h"
#include "core/context/passage.h"
#include "core/route/licence_wording.h"

#include <algorithm>
#include <cmath>

namespace tally::route {
namespace {

/// One draw per (seed, what it is about): independent of the order in which things are looked at.
double draw(std::uint64_t seed, std::string_view what, std::uint64_t index) {
    std::uint64_t h = seed ^ (index * 0x9E3779B97F4A7C15ULL);
    for (const char c : what)
        h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    SeededRng rng(h);
    return rng.unit();
}

/// A plausible mix-up: "only" for "or later" and back, a neighbouring version, a neighbouring number of
/// clauses.
std::string confused(const std::string& id, const context::LicenceTable& table) {
    const auto swap = [&](std::string_view from, std::string_view to) -> std::string {
        const auto at = id.find(from);
        if (at == std::string::npos) return {};
        auto other = id;
        other.replace(at, from.size(), to);
        return table.find(other) ? other : std::string();
    };
    static constexpr std::pair<std::string_view, std::string_view> swaps[] = {
        {"-or-later", "-only"},     {"-only", "-or-later"},     {"2.1", "2.0"}, {"-3-Clause", "-2-Clause"},
        {"-2-Clause", "-3-Clause"}, {"-4-Clause", "-3-Clause"}, {"2.0", "1.1"}, {"4.0", "3.0"}};
    for (const auto& [from, to] : swaps)
        if (auto other = swap(from, to); !other.empty()) return other;
    return id == "MIT" ? "X11" : id == "X11" ? "MIT" : id;
}

} // namespace

double missChance(double ability, double prompt_tokens, double position) {
    const double middle = 1 - std::abs(2 * position - 1);
    return std::min(0.5,
                    (1 - ability) * (0.15 + 0.10 * std::log2(1 + prompt_tokens / 4000)) * (1 + middle / 2));
}

std::string LicenceReader::answer(const ModelCall& call, const provider::SimProfile& profile,
                                  std::uint64_t seed) const {
    std::size_t bytes = 0;
    std::string_view prompt;
    // Instructions end where the material begins. The last message with material counts: a later one may only
    // complain about the form of an answer. Without the marker the whole last message is material.
    static constexpr std::string_view marker = "<document>";
    for (const auto& m : call.messages) {
        bytes += m.text.size();
        const bool has_material = m.text.find(marker) != std::string::npos;
        if (m.role == "user" && (has_material || prompt.find(marker) == std::string_view::npos))
            prompt = m.text;
    }
    if (const auto at = prompt.find(marker); at != std::string_view::npos)
        prompt.remove_prefix(at + marker.size());
    const double tokens = static_cast<double>(bytes) / 4;
    const double careless = 1 - profile.ability;

    context::LicenceSet found;
    double doubt = 0;
    std::int64_t grants = 0, unread = 0;
    std::uint64_t index = 0;
    for (const auto& region : textRegions(prompt)) {
        ++index;
        const auto mentions = licencesByWording(region.text);
        const bool grant = soundsLikeGrant(region.text);
        grants += grant || !mentions.empty() ? 1 : 0;
        if (mentions.empty()) {
            unread += grant ? 1 : 0;
            continue;
        }
        const double position =
            prompt.empty() ? 0 : static_cast<double>(region.start) / static_cast<double>(prompt.size());
        for (const auto& m : mentions) {
            if (draw(seed, "miss " + m.id, index) < missChance(profile.ability, tokens, position)) continue;
            const bool mixed_up = draw(seed, "confuse " + m.id, index) < careless * 0.08;
            found.insert(mixed_up ? confused(m.id, *table_) : m.id);
            doubt = std::max(doubt, 1 - m.certainty);
        }
    }

    const double unread_share = grants == 0 ? 0.5 : static_cast<double>(unread) / static_cast<double>(grants);
    const double confidence = std::clamp(
        0.98 - 0.5 * unread_share - 0.6 * doubt - careless * 0.2 - (found.empty() ? 0.3 : 0), 0.05, 0.98);
    nlohmann::ordered_json out;
    out["licences"] = found;
    if (call.output_schema.is_object() && call.output_schema.contains("properties")) {
        const auto& wanted = call.output_schema["properties"];
        if (wanted.contains("copyleft")) out["copyleft"] = table_->copyleftOf(found);
        if (wanted.contains("obligations")) out["obligations"] = table_->obligationsOf(found);
        if (wanted.contains("needs_person")) out["needs_person"] = found.empty() || confidence < 0.6;
    }
    out["confidence"] = std::round(confidence * 100) / 100;
    if (profile.verbosity > 1)
        out["note"] = found.empty() ? "No licence wording was recognised in the text."
                                    : "Read from the wording of the permission notices in the text.";
    auto text = out.dump();
    // Now and then the answer is not the JSON that was asked for; the check step sends it back once.
    const double slip = draw(seed, "malformed", 0);
    if (slip < careless * 0.05) return text.substr(0, text.size() - 1);
    if (slip < careless * 0.10) return "Here is the answer:\n" + text;
    return text;
}

} // namespace tally::route
