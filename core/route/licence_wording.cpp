#include "core/route/licence_wording.h"

#include "core/context/passage.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace tally::route {
namespace {

/// Words of a region, padded with blanks so that a phrase matches whole words only.
class Wording {
public:
    explicit Wording(std::string_view text)
        : flat_(' ' + context::normaliseWords(text) + ' ') {}
    [[nodiscard]] bool has(std::string_view phrase) const { return find(phrase, 0) != std::string::npos; }
    [[nodiscard]] std::size_t find(std::string_view phrase, std::size_t from) const {
        const auto at = flat_.find(' ' + std::string(phrase) + ' ', from);
        return at;
    }
    /// The words around a place: `before` bytes before it and `after` bytes from it on.
    [[nodiscard]] std::string_view around(std::size_t at, std::size_t before, std::size_t after) const {
        const auto from = at > before ? at - before : 0;
        return std::string_view(flat_).substr(from, at - from + after);
    }

private:
    std::string flat_;
};

bool contains(std::string_view text, std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}

/// Version numbers in normalised words: "version 2 1 of", "version 3", "v2", "license 2 0".
struct Version {
    std::string text; ///< "2.1"
    std::size_t at;
};
std::vector<Version> versionsIn(std::string_view s) {
    std::vector<Version> out;
    for (const std::string_view lead : {" version ", " versions ", " v ", " v", " license ", " licence "}) {
        for (auto at = s.find(lead); at != std::string_view::npos; at = s.find(lead, at + 1)) {
            auto i = at + lead.size();
            if (i >= s.size() || !digit(s[i])) continue;
            auto end = i;
            while (end < s.size() && digit(s[end]))
                ++end;
            if (end - i > 1 || (end < s.size() && s[end] != ' ')) continue; // a year or a word
            Version v{std::string(s.substr(i, end - i)), at};
            // "2 1" is 2.1, but "2 1991" is version 2 of 1991 and "3 29 june" is a date.
            if (end + 2 <= s.size() && s[end] == ' ' && digit(s[end + 1]) &&
                (end + 2 == s.size() || s[end + 2] == ' '))
                v.text += std::string(".") + s[end + 1];
            else
                v.text += ".0";
            out.push_back(std::move(v));
        }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return out;
}
bool laterIn(std::string_view s) {
    for (const std::string_view no : {" not any later ", " no later ", " no other version ", " only "})
        if (contains(s, no)) return false;
    for (const std::string_view yes : {" any later ", " or later ", " or newer ", " or above ", " or higher ",
                                       " or a later ", " any newer ", " or greater ", " later version "})
        if (contains(s, yes)) return true;
    return false;
}

struct Family {
    std::string_view name;
    std::string_view id;
};
constexpr std::array<Family, 8> gnu_family{{{"gnu lesser general public license", "LGPL"},
                                            {"gnu library general public license", "LGPL"},
                                            {"gnu lesser public license", "LGPL"},
                                            {"gnu affero general public license", "AGPL"},
                                            {"gnu free documentation license", "GFDL"},
                                            {"gnu general public license", "GPL"},
                                            {"lesser general public license", "LGPL"},
                                            {"gnu public license", "GPL"}}};

void addGnu(const Wording& text, std::vector<Mention>& out) {
    std::map<std::string, std::map<std::string, bool>> versions; // family -> version -> later
    std::set<std::string> bare;
    const bool invariants_none = text.has("no invariant sections") || text.has("without invariant sections");
    for (const auto& [name, family] : gnu_family) {
        if (name == "lesser general public license" && text.has("gnu lesser general public license"))
            continue;
        for (auto at = text.find(name, 0); at != std::string::npos; at = text.find(name, at + 1)) {
            const auto after = text.around(at, 0, name.size() + 170);
            const auto before = text.around(at, 40, 1);
            auto found = versionsIn(after);
            std::string_view scope = after;
            if (found.empty()) { // "version 2 or any later version of the GNU General Public License"
                found = versionsIn(text.around(at, 90, 1));
                scope = text.around(at, 90, 1);
                if (found.empty() && contains(before, " see the ")) continue;
            }
            if (found.empty()) {
                bare.insert(std::string(family));
                continue;
            }
            const auto tail = scope.substr(found[0].at, 120);
            auto& later = versions[std::string(family)][found[0].text];
            later = later || laterIn(tail);
        }
    }
    // "GNU GPL version 2" with the abbreviation cut out.
    if (versions.empty() && bare.empty())
        for (auto at = text.find("gnu version", 0); at != std::string::npos;
             at = text.find("gnu version", at + 1)) {
            const auto after = text.around(at, 0, 90);
            if (const auto found = versionsIn(after); !found.empty())
                versions["GPL"][found[0].text] = laterIn(after);
        }
    for (auto& [family, list] : versions) {
        const bool any_later = std::any_of(list.begin(), list.end(), [](const auto& v) { return v.second; });
        for (const auto& [version, later] : list) {
            // Beside an "or later", the plain number is where the full text lies on the disk.
            if (any_later && !later) continue;
            std::string id = family + '-' + version;
            if (family == "GFDL" && invariants_none) id += "-no-invariants";
            out.push_back({id + (later ? "-or-later" : "-only"), 1});
        }
    }
    if (versions.empty() && bare.count("GPL") > 0) out.push_back({"GPL-1.0-or-later", 0.5});
    if (versions.empty() && bare.count("LGPL") > 0) out.push_back({"LGPL-2.0-or-later", 0.5});
}

void addBsd(const Wording& text, std::vector<Mention>& out) {
    const bool grant = text.has("redistribution and use in source and binary forms") ||
                       text.has("redistributions of source code must retain") ||
                       text.has("redistribution and use in source and binary form");
    if (!grant) return;
    if (text.has("openldap public license")) return;
    if (text.has("apache software foundation") && text.has("end user documentation"))
        return out.push_back({"Apache-1.1", 1});
    if (text.has("openssl project")) return out.push_back({"OpenSSL", 1});
    if (text.has("origin of this software must not be misrepresented"))
        return out.push_back({"bzip2-1.0.6", 1});
    if (text.has("information on how to obtain complete source code for the db software"))
        return out.push_back({"Sleepycat", 1});
    const bool advertising = text.has("all advertising materials mentioning");
    const bool endorse = text.has("endorse or promote") || text.has("to endorse or promote products");
    const bool binary =
        text.has("redistributions in binary form must") || text.has("in binary form must reproduce");
    if (advertising)
        return out.push_back(
            {text.has("university of california") ? "BSD-4-Clause-UC" : "BSD-4-Clause", endorse ? 1 : 0.6});
    if (endorse) return out.push_back({"BSD-3-Clause", binary ? 1 : 0.7});
    out.push_back({binary ? "BSD-2-Clause" : "BSD-1-Clause", binary ? 1 : 0.6});
}

void addPermissions(const Wording& text, std::vector<Mention>& out) {
    const bool notice_in_name = text.has("except as contained in this notice");
    if (text.has("permission is hereby granted free of charge to any person obtaining a copy")) {
        if (text.has("unicode data files") || text.has("of the unicode data"))
            out.push_back({"Unicode-DFS-2016", 1});
        else if (text.has("oss sgi com projects freeb"))
            out.push_back({"SGI-B-2.0", 1});
        else if (text.has("bitstream vera") || text.has("fonts accompanying this license"))
            out.push_back({"Bitstream-Vera", 1});
        else if (text.has("appear in supporting documentation"))
            out.push_back({"ICU", 0.8});
        else if (notice_in_name)
            out.push_back({"X11", 0.9});
        else
            out.push_back({"MIT", text.has("substantial portions of the software") ? 1 : 0.9});
    }
    if (text.has("permission is hereby granted free of charge to any person or organization"))
        out.push_back({"BSL-1.0", 1});
    const bool any_purpose = text.has("for any purpose with or without fee is hereby granted");
    if (any_purpose && text.has("and its documentation for any purpose with or without fee"))
        out.push_back({"NTP", 0.8});
    else if (any_purpose && notice_in_name)
        out.push_back({"curl", 0.9});
    else if (any_purpose)
        out.push_back(
            {text.has("provided that the above copyright") || text.has("provided that") ? "ISC" : "0BSD", 1});
    if (text.has("without fee and without a written agreement"))
        out.push_back({"PostgreSQL", 1});
    else if (text.has(
                 "permission to use copy modify distribute and sell this software and its documentation"))
        out.push_back({"HPND-sell-variant", 0.9});
    else if (text.has("and its documentation for any purpose and without fee") ||
             text.has("and its documentation for any purpose is hereby granted without fee"))
        out.push_back({"HPND", 0.8});
    if (text.has("altered source versions must be plainly marked") && !text.has("endorse or promote"))
        out.push_back({"Zlib", 1});
    if (text.has("origin of this source code must not be misrepresented")) out.push_back({"Libpng", 1});
}

struct Rule {
    std::string_view id;
    std::string_view all;  ///< phrases that must all occur, separated by |
    std::string_view none; ///< none of these may occur
    double certainty = 1;
};
constexpr Rule rules[] = {
    {"FSFAP", "copying and distribution of this file with or without modification", ""},
    {"FSFULLR", "unlimited permission to copy and or distribute it with or without modifications",
     "distributed in the hope"},
    {"FSFULLRWD",
     "unlimited permission to copy and or distribute it with or without modifications|distributed in the "
     "hope",
     ""},
    {"FSFUL", "unlimited permission to copy distribute and modify it", ""},
    {"Unlicense", "free and unencumbered software released into the public domain", ""},
    {"WTFPL", "do what the fuck you want to", ""},
    {"Beerware", "buy me a beer", ""},
    {"OFL-1.1", "sil open font license", ""},
    {"PSF-2.0", "python software foundation license version 2", ""},
    {"PSF-2.0", "license agreement is between the python software foundation", "", 0.9},
    {"CC0-1.0", "creative commons|cc0", ""},
    {"CC0-1.0", "creative commons|publicdomain zero", ""},
    {"CC0-1.0", "dedicated all copyright and related and neighboring rights", ""},
    {"CC0-1.0", "creative commons|1 0 universal", ""},
    {"CC-BY-SA-3.0", "creative commons|sharealike|3 0", "4 0"},
    {"CC-BY-SA-3.0", "creative commons|share alike|3 0", "4 0"},
    {"CC-BY-SA-4.0", "creative commons|sharealike|4 0", ""},
    {"CC-BY-SA-2.5", "creative commons|sharealike|2 5", ""},
    {"CC-BY-3.0", "creative commons attribution 3 0", "sharealike"},
    {"CC-BY-4.0", "creative commons attribution 4 0", "sharealike"},
    {"OLDAP-2.8", "openldap public license", ""},
    {"AFL-2.1", "academic free license|2 1", ""},
    {"AFL-2.0", "academic free license|2 0", "2 1"},
    {"Vim", "there are no restrictions on distributing unmodified copies of vim", ""},
    {"W3C", "w3c software notice", ""},
    {"MS-PL", "microsoft public license", ""},
    {"ZPL-2.1", "zope public license|2 1", ""},
    {"ImageMagick", "imagemagick studio llc|license", "", 0.8},
    {"TCL", "authors hereby grant permission to use copy modify distribute and license this software", ""},
    {"IJG", "work of the independent jpeg group", ""},
    {"FTL", "freetype project license", ""},
    {"Latex2e", "permission is granted to make and distribute verbatim copies of this manual|translations",
     ""},
    {"Linux-man-pages-copyleft",
     "permission is granted to make and distribute verbatim copies of this manual|linux kernel", ""},
    {"MPL-1.1", "mozilla public license version 1 1", ""},
    {"MPL-2.0", "mozilla public license|2 0", ""},
    {"EPL-1.0", "eclipse public license|1 0", "2 0"},
    {"EPL-1.0", "eclipse public license|v10", "2 0"},
    {"EPL-2.0", "eclipse public license|2 0", ""},
    {"CDDL-1.0", "common development and distribution license", ""},
    {"Apache-2.0", "apache license|version 2 0", ""},
    {"Apache-2.0", "apache license|version 2", "", 0.9},
    {"Apache-2.0", "license version 2 0 january 2004", "", 0.9},
    {"Apache-2.0", "licenses license 2 0", ""},
    {"Artistic-2.0", "artistic license|2 0", ""},
    {"Artistic-1.0", "artistic license", "artistic license 2 0"},
    {"Artistic-1.0", "license which comes with perl", "", 0.9},
    {"Artistic-1.0", "semblance of artistic control", ""},
    {"Artistic-1.0", "same terms as perl", "", 0.8},
    {"GPL-1.0-or-later", "same terms as perl", "", 0.8},
    {"LicenseRef-public-domain", "in the public domain", "creative commons", 0.9},
    {"LicenseRef-public-domain", "into the public domain", "creative commons|unencumbered", 0.9},
    {"LicenseRef-public-domain", "public domain", "creative commons|unencumbered|domain dedication", 0.7},
    {"LicenseRef-public-domain", "disclaims copyright to this source code", ""},
};

bool allOf(const Wording& text, std::string_view phrases) {
    while (!phrases.empty()) {
        const auto bar = phrases.find('|');
        if (!text.has(phrases.substr(0, bar))) return false;
        phrases = bar == std::string_view::npos ? std::string_view() : phrases.substr(bar + 1);
    }
    return true;
}
bool anyOf(const Wording& text, std::string_view phrases) {
    while (!phrases.empty()) {
        const auto bar = phrases.find('|');
        if (text.has(phrases.substr(0, bar))) return true;
        phrases = bar == std::string_view::npos ? std::string_view() : phrases.substr(bar + 1);
    }
    return false;
}

} // namespace

std::vector<TextRegion> textRegions(std::string_view prompt) {
    std::vector<TextRegion> out;
    std::size_t from = 0, at = 0;
    const auto flush = [&](std::size_t to) {
        if (prompt.substr(from, to - from).find_first_not_of(" \t\r\n.") != std::string_view::npos)
            out.push_back({prompt.substr(from, to - from), from});
        from = to;
    };
    while (at < prompt.size()) {
        const auto newline = prompt.find('\n', at);
        const auto next = newline == std::string_view::npos ? prompt.size() : newline + 1;
        const auto line = prompt.substr(at, next - at);
        const bool empty = line.find_first_not_of(" \t\r\n") == std::string_view::npos;
        const auto colon = line.find(':');
        const bool field = !empty && line[0] >= 'A' && line[0] <= 'Z' && colon != std::string_view::npos &&
                           colon < 24 && line.substr(0, colon).find(' ') == std::string_view::npos;
        if (empty || field) flush(at);
        at = next;
    }
    flush(prompt.size());
    return out;
}

std::vector<Mention> licencesByWording(std::string_view region) {
    const Wording text(region);
    std::vector<Mention> found;
    addGnu(text, found);
    addBsd(text, found);
    addPermissions(text, found);
    for (const auto& rule : rules)
        if (allOf(text, rule.all) && !anyOf(text, rule.none))
            found.push_back({std::string(rule.id), rule.certainty});
    std::vector<Mention> out;
    for (const auto& m : found) {
        const auto same =
            std::find_if(out.begin(), out.end(), [&m](const Mention& o) { return o.id == m.id; });
        if (same == out.end())
            out.push_back(m);
        else
            same->certainty = std::max(same->certainty, m.certainty);
    }
    return out;
}

bool soundsLikeGrant(std::string_view region) {
    const Wording text(region);
    static constexpr std::string_view signs[] = {"permission",     "permitted",     "redistribute",
                                                 "redistribution", "redistributed", "licensed under",
                                                 "terms of the",   "may be used",   "may use",
                                                 "may copy",       "free to use",   "unlimited permission",
                                                 "freely",         "warranty",      "without restriction"};
    return std::any_of(std::begin(signs), std::end(signs),
                       [&text](std::string_view s) { return text.has(s); });
}

} // namespace tally::route
