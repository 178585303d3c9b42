#include "core/context/licence_gold.h"

#include "core/context/control_file.h"

#include <algorithm>

namespace tally::context {
namespace {

char lowerChar(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), lowerChar);
    return out;
}
bool alnum(char c) {
    c = lowerChar(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Where `needle` (lower case) stands in `hay` (lower case) as a token, from `at` on.
std::size_t findToken(std::string_view hay, std::string_view needle, std::size_t at) {
    while ((at = hay.find(needle, at)) != std::string_view::npos) {
        const auto end = at + needle.size();
        const bool free_before = at == 0 || !alnum(hay[at - 1]) || !alnum(needle.front());
        const bool free_after = end == hay.size() || !alnum(hay[end]) || !alnum(needle.back());
        if (free_before && free_after) return at;
        ++at;
    }
    return at;
}

/// The name that a License field gives: the first line, or, when that is empty, a first continuation line
/// that is nothing but names. `used` is how much of the body it took.
std::string_view synopsis(const Field& f, const LicenceTable& table, std::size_t& used) {
    used = 0;
    if (!f.first.empty()) return f.first;
    const auto newline = f.body.find('\n');
    const auto line = f.body.substr(0, newline);
    std::vector<std::string> unknown;
    if (line.size() > 80 || table.normaliseExpression(line, &unknown).empty() || !unknown.empty()) return {};
    used = newline == std::string_view::npos ? f.body.size() : newline + 1;
    return line;
}

void remember(std::vector<std::string>& names, std::string_view name) {
    const auto from = name.find_first_not_of(" \t\r\n.,;:'\"()");
    if (from == std::string_view::npos) return;
    name = name.substr(from, name.find_last_not_of(" \t\r\n.,;:'\"()") - from + 1);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

std::string withoutLicenceFields(std::string_view text, const LicenceTable& table) {
    std::string out;
    out.reserve(text.size());
    std::size_t copied = 0;
    for (const auto& paragraph : parseControl(text))
        for (const auto& f : paragraph) {
            const auto name = lower(f.name);
            if (name.substr(0, 7) != "license" && name != "spdx-license-identifier") continue;
            out += text.substr(copied, f.start - copied);
            copied = f.end;
            std::size_t used = 0;
            synopsis(f, table, used);
            const auto body = f.body.substr(used);
            if (name == "license" && body.find_first_not_of(" \t\r\n.") != std::string_view::npos) {
                out += "Terms:\n";
                out += body;
            }
        }
    out += text.substr(copied);
    return out;
}

std::string withoutNames(const std::string& text, std::vector<std::string> names) {
    // Longest first, so that "GPL-2" does not leave the "+" of "GPL-2+" behind.
    std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    std::string hay = lower(text);
    std::string out = text;
    for (const auto& name : names) {
        const auto needle = lower(name);
        if (needle.empty()) continue;
        std::string next_out, next_hay;
        std::size_t copied = 0;
        // Cutting can bring a new occurrence together ("a A-x x"): until none is left.
        while (findToken(hay, needle, 0) != std::string::npos) {
            next_out.clear();
            next_hay.clear();
            copied = 0;
            for (auto at = findToken(hay, needle, 0); at != std::string::npos;
                 at = findToken(hay, needle, at + needle.size())) {
                next_out.append(out, copied, at - copied);
                next_hay.append(hay, copied, at - copied);
                copied = at + needle.size();
                if (copied > hay.size()) break;
            }
            next_out.append(out, copied, std::string::npos);
            next_hay.append(hay, copied, std::string::npos);
            out.swap(next_out);
            hay.swap(next_hay);
        }
    }
    return out;
}

bool nameChar(char c) {
    return alnum(c) || c == '+' || c == '-' || c == '.' || c == '_' || c == '~';
}

} // namespace

LicenceGold licenceGold(std::string_view text, const LicenceTable& table) {
    LicenceGold gold;
    gold.machine_readable = isMachineReadable(text);
    if (!gold.machine_readable) return gold;
    for (const auto& paragraph : parseControl(text))
        for (const auto& f : paragraph) {
            if (!f.is("license")) continue;
            std::size_t used = 0;
            const auto name = synopsis(f, table, used);
            if (name.empty()) continue;
            remember(gold.names, name);
            for (const auto& part : splitExpression(name)) {
                remember(gold.names, part);
                if (const auto with = lower(part).find(" with "); with != std::string::npos)
                    remember(gold.names, std::string_view(part).substr(0, with));
                if (const auto id = table.normalise(part))
                    gold.licences.insert(*id);
                else
                    remember(gold.unknown, part);
            }
        }
    return gold;
}

std::string removeShortNames(std::string_view text, const LicenceTable& table) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        if (!nameChar(text[at])) {
            out += text[at++];
            continue;
        }
        auto end = at;
        while (end < text.size() && nameChar(text[end]))
            ++end;
        auto token = text.substr(at, end - at);
        while (!token.empty() && (token.back() == '.' || token.back() == '-'))
            token.remove_suffix(1);
        if (token.size() > 40 || !table.isShortName(token))
            out += text.substr(at, end - at);
        else
            out += text.substr(at + token.size(), end - at - token.size());
        at = end;
    }
    return out;
}

std::string redactLicences(std::string_view text, const LicenceTable& table) {
    const auto gold = licenceGold(text, table);
    auto out = removeShortNames(withoutLicenceFields(text, table), table);
    return withoutNames(out, gold.names);
}

bool containsName(std::string_view text, std::string_view name) {
    if (name.empty()) return false;
    return findToken(lower(text), lower(name), 0) != std::string_view::npos;
}

} // namespace tally::context
