#include "core/api/logged_orders.h"

#include "core/audit/bundle.h"
#include "core/audit/cfp.h"

#include <string_view>

namespace tally::api {
namespace {
constexpr std::size_t most = 20'000;

std::string textOf(const audit::EntryView& entry, std::string_view key) {
    return entry.text(key).value_or(std::string());
}
void add(const audit::EntryView& entry, LoggedOrders& out) {
    const auto number = [&](std::string_view key) { return entry.integer(key).value_or(-1); };
    const auto kind = entry.plain("kind");
    if (kind == "erase" && out.erasures.size() < most)
        out.erasures.push_back({number("seq"), number("target"), number("ts_us"), textOf(entry, "slot"),
                                textOf(entry, "reason"), textOf(entry, "by")});
    if (kind == "challenge" && out.challenges.size() < most)
        out.challenges.push_back(
            {number("seq"), number("ts_us"), textOf(entry, "nonce"), textOf(entry, "by")});
}
} // namespace

Result<LoggedOrders> loggedOrders(const std::string& bundle) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(bundle));
    TALLY_ASSIGN(const auto sections, audit::parseSections(data->bytes()));
    LoggedOrders out;
    std::vector<audit::CfpField> fields;
    for (std::string_view rest = sections[audit::Section::entries]; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) break;
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        // Most lines are steps: they are not parsed.
        if (line.find("\"kind\":\"erase\"") == std::string_view::npos &&
            line.find("\"kind\":\"challenge\"") == std::string_view::npos)
            continue;
        fields.clear();
        if (audit::parseCfp(line, fields).ok())
            add(audit::EntryView(line, fields.data(), fields.size()), out);
    }
    if (data->changed())
        return fail("file.changed", "the file was changed while it was read", "Copy the file first.", bundle);
    return out;
}

} // namespace tally::api
