#include "core/context/licence_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tally::context {
namespace {

std::string lower(std::string_view s) {
    std::string out(s);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return c >= 'a' && c <= 'z';
}
std::string_view strip(std::string_view s) {
    constexpr std::string_view junk = " \t\r\n.,;:'\"()[]";
    const auto from = s.find_first_not_of(junk);
    if (from == std::string_view::npos) return {};
    return s.substr(from, s.find_last_not_of(junk) - from + 1);
}

/// "gpl-2.0+", "lgplv2.1", "gpl3+-with-autoconf-exception": family, version, "or later".
struct Gnu {
    std::string family;
    std::string version; ///< "2.0"; empty: none given
    bool later = false;
    std::string_view rest;
};
std::optional<Gnu> parseGnu(std::string_view s) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> families{
        {{"lgpl", "LGPL"},
         {"lpgl", "LGPL"},
         {"agpl", "AGPL"},
         {"gpl", "GPL"},
         {"gfdl-niv", "GFDL-NIV"},
         {"gfdl", "GFDL"}}};
    for (const auto& [prefix, family] : families) {
        if (s.substr(0, prefix.size()) != prefix) continue;
        Gnu g;
        g.family = std::string(family);
        auto rest = s.substr(prefix.size());
        auto number = rest;
        if (!number.empty() && (number[0] == '-' || number[0] == ' ' || number[0] == '_'))
            number.remove_prefix(1);
        if (!number.empty() && number[0] == 'v') number.remove_prefix(1);
        if (!number.empty() && digit(number[0])) {
            std::size_t n = 0;
            while (n < number.size() &&
                   (digit(number[n]) || (number[n] == '.' && n + 1 < number.size() && digit(number[n + 1]))))
                ++n;
            g.version = std::string(number.substr(0, n));
            if (g.version.find('.') == std::string::npos) g.version += ".0";
            rest = number.substr(n);
        }
        for (const std::string_view later : {"+", "-or-later", " or later", " or-later"})
            if (!g.later && rest.substr(0, later.size()) == later) {
                g.later = true;
                rest.remove_prefix(later.size());
            }
        if (rest.substr(0, 5) == "-only") rest.remove_prefix(5);
        if (!rest.empty() && rest[0] != '-' && rest[0] != '~' && rest[0] != '_' && rest[0] != ' ')
            return std::nullopt;
        g.rest = rest;
        return g;
    }
    return std::nullopt;
}

std::string gnuId(const Gnu& g) {
    const std::string_view tail = g.later ? "-or-later" : "-only";
    if (g.family == "GFDL-NIV" || (g.family == "GFDL" && g.rest.find("invariant") != std::string_view::npos))
        return fmt::format("GFDL-{}-no-invariants{}", g.version, tail);
    if (g.version.empty()) // "GPL" alone: any version that was ever published
        return g.family == "GPL" ? "GPL-1.0-or-later" : g.family == "LGPL" ? "LGPL-2.0-or-later" : "";
    return fmt::format("{}-{}{}", g.family, g.version, tail);
}

/// "bsd-3-clause-foo", "bsd3_google", "bsd-2.2-clause": number of clauses and what follows; 0 when it is no
/// BSD name.
std::pair<char, std::string_view> parseBsd(std::string_view s) {
    if (s.substr(0, 3) != "bsd") return {'\0', {}};
    s.remove_prefix(3);
    if (!s.empty() && s[0] == '-') s.remove_prefix(1);
    if (!s.empty() && s[0] == 'c') s.remove_prefix(1);
    if (s.empty() || !digit(s[0])) return {'\0', {}};
    const char n = s[0];
    s.remove_prefix(1);
    if (!s.empty() && (digit(s[0]) || s[0] == '.')) return {'\0', {}};
    if (s.substr(0, 7) == "-clause") s.remove_prefix(7);
    return {n, s};
}

std::string bsdId(char clauses, std::string_view rest) {
    const auto has = [rest](std::string_view word) { return rest.find(word) != std::string_view::npos; };
    switch (clauses) {
    case '0':
        return "0BSD";
    case '1':
        return "BSD-1-Clause";
    case '2':
        return "BSD-2-Clause";
    case '3':
        return has("clear") ? "BSD-3-Clause-Clear" : "BSD-3-Clause";
    case '4':
        return has("uc") || has("california") || has("regents") ? "BSD-4-Clause-UC" : "BSD-4-Clause";
    default:
        return "";
    }
}

bool publicDomainName(std::string_view s) {
    return s == "pd" || s.substr(0, 3) == "pd-" || s.find("public-domain") != std::string_view::npos ||
           s == "public domain" || (s.size() > 3 && s.substr(s.size() - 3) == "-pd");
}

} // namespace

std::vector<std::string> splitExpression(std::string_view text) {
    std::vector<std::string> out;
    std::string current;
    const auto flush = [&] {
        const auto part = strip(current);
        if (!part.empty()) out.emplace_back(part);
        current.clear();
    };
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == ',' || c == '|' || c == ';') {
            flush();
            ++at;
            continue;
        }
        const bool word_start = at == 0 || text[at - 1] == ' ' || text[at - 1] == ',' ||
                                text[at - 1] == '(' || text[at - 1] == '\n';
        bool joined = false;
        for (const std::string_view op : {"and/or", "and", "or"}) {
            if (!word_start || lower(text.substr(at, op.size())) != op) continue;
            const auto after = at + op.size();
            if (after < text.size() && text[after] != ' ' && text[after] != '(' && text[after] != '\n')
                continue;
            // "version 2 or later" is one licence.
            if (op == "or" && lower(text.substr(after, 6)) == " later") continue;
            flush();
            at = after;
            joined = true;
            break;
        }
        if (!joined) current += text[at++];
    }
    flush();
    return out;
}

Result<LicenceTable> LicenceTable::parse(std::string_view json_text) {
    const auto in = nlohmann::json::parse(json_text, nullptr, false);
    const auto wrong = [](std::string message, std::string where) {
        return fail("licences.json", std::move(message), "compare with resources/samples/licences.json",
                    std::move(where));
    };
    if (!in.is_object() || !in.contains("licences") || !in["licences"].is_array())
        return wrong("no list \"licences\"", "/");
    LicenceTable table;
    if (const auto it = in.find("obligations"); it != in.end() && it->is_object())
        for (const auto& [key, value] : it->items())
            if (value.is_string()) table.obligations_[key] = value.get<std::string>();
    for (std::size_t i = 0; i < in["licences"].size(); ++i) {
        const auto& entry = in["licences"][i];
        const auto where = fmt::format("/licences/{}", i);
        const auto text = [&entry](const char* key) {
            const auto it = entry.is_object() ? entry.find(key) : entry.end();
            return entry.is_object() && it != entry.end() && it->is_string() ? it->get<std::string>()
                                                                             : std::string();
        };
        Licence l{text("id"), text("name"), text("copyleft"), {}};
        if (l.id.empty()) return wrong("a licence needs an \"id\"", where);
        if (l.copyleft != "none" && l.copyleft != "weak" && l.copyleft != "strong" && l.copyleft != "network")
            return wrong("\"copyleft\" must be none, weak, strong or network", where + "/copyleft");
        for (const auto& key : entry.value("obligations", nlohmann::json::array())) {
            if (!key.is_string() || table.obligations_.count(key.get<std::string>()) == 0)
                return wrong("an obligation that \"obligations\" does not explain", where + "/obligations");
            l.obligations.push_back(key.get<std::string>());
        }
        if (!table.by_id_.emplace(l.id, table.licences_.size()).second)
            return wrong("the id is there twice: " + l.id, where);
        table.aliases_.emplace(lower(l.id), l.id);
        for (const auto& alias : entry.value("aliases", nlohmann::json::array()))
            if (alias.is_string()) table.aliases_.emplace(lower(alias.get<std::string>()), l.id);
        table.licences_.push_back(std::move(l));
    }
    return table;
}

const Licence* LicenceTable::find(std::string_view id) const {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : &licences_[it->second];
}

std::optional<std::string> LicenceTable::normalise(std::string_view name) const {
    auto key = lower(strip(name));
    for (const std::string_view cut : {" with ", "-with-", " exception", "_with_"})
        if (const auto at = key.find(cut); at != std::string::npos && at > 0) {
            if (cut == " exception") continue;
            key.erase(at);
        }
    if (key.empty()) return std::nullopt;
    if (const auto it = aliases_.find(key); it != aliases_.end()) return it->second;
    std::string id;
    if (const auto gnu = parseGnu(key)) {
        // "GPL-djd" names somebody's own variant, "GPL-2-oracle" the licence with a vendor's header.
        if (!gnu->version.empty() || gnu->rest.empty()) id = gnuId(*gnu);
    } else if (const auto [clauses, rest] = parseBsd(key); clauses != '\0') {
        id = bsdId(clauses, rest);
    } else if (publicDomainName(key)) {
        id = "LicenseRef-public-domain";
    }
    if (id.empty() || by_id_.find(id) == by_id_.end()) return std::nullopt;
    return id;
}

LicenceSet LicenceTable::normaliseExpression(std::string_view text, std::vector<std::string>* unknown) const {
    LicenceSet out;
    for (const auto& part : splitExpression(text)) {
        if (auto id = normalise(part))
            out.insert(*id);
        else if (unknown)
            unknown->push_back(part);
    }
    return out;
}

bool LicenceTable::isShortName(std::string_view token) const {
    static const std::set<std::string, std::less<>> acronyms{
        "gpl", "lgpl",     "agpl",      "gfdl", "mit",  "isc",   "expat", "x11",     "bsd",   "mpl",
        "epl", "cddl",     "afl",       "ofl",  "zlib", "fsfap", "fsful", "fsfullr", "wtfpl", "cc0",
        "bsl", "beerware", "unlicense", "psf",  "ntp",  "hpnd",  "ijg",   "ftl"};
    const auto key = lower(strip(token));
    if (key.size() < 2) return false;
    if (acronyms.count(key) > 0) return true;
    const bool marked = std::any_of(key.begin(), key.end(),
                                    [](char c) { return digit(c) || c == '-' || c == '+' || c == '/'; });
    if (!marked || !std::any_of(key.begin(), key.end(), letter)) return false;
    if (aliases_.find(key) != aliases_.end()) return true;
    if (const auto gnu = parseGnu(key)) return !gnu->version.empty() || gnu->later;
    return parseBsd(key).first != '\0' || key.substr(0, 13) == "public-domain";
}

std::string LicenceTable::copyleftOf(const LicenceSet& ids) const {
    static constexpr std::array<std::string_view, 4> order{"none", "weak", "strong", "network"};
    std::size_t best = 0;
    for (const auto& id : ids)
        if (const auto* l = find(id)) {
            const auto at =
                static_cast<std::size_t>(std::find(order.begin(), order.end(), l->copyleft) - order.begin());
            best = std::max(best, std::min(at, order.size() - 1));
        }
    return std::string(order[best]);
}

std::vector<std::string> LicenceTable::obligationsOf(const LicenceSet& ids) const {
    std::set<std::string> out;
    for (const auto& id : ids)
        if (const auto* l = find(id)) out.insert(l->obligations.begin(), l->obligations.end());
    return {out.begin(), out.end()};
}

} // namespace tally::context
