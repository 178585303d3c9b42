#include "core/context/control_file.h"

#include <algorithm>
#include <utility>

namespace tally::context {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}
std::string_view trim(std::string_view s) {
    while (!s.empty() && (blank(s.front()) || s.front() == '\n'))
        s.remove_prefix(1);
    while (!s.empty() && (blank(s.back()) || s.back() == '\n'))
        s.remove_suffix(1);
    return s;
}
/// Length of "Name" in "Name: ..." at the start of a line, 0 when the line is no field.
std::size_t fieldName(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size() && i < 40) {
        const char c = line[i];
        const bool name = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (i > 0 && (c == '-' || (c >= '0' && c <= '9')));
        if (!name) break;
        ++i;
    }
    if (i == 0 || i >= line.size() || line[i] != ':') return 0;
    // "http://..." at the start of a line is text.
    return line.compare(i, 3, "://") == 0 ? 0 : i;
}

} // namespace

bool Field::is(std::string_view lower_name) const {
    return std::equal(name.begin(), name.end(), lower_name.begin(), lower_name.end(),
                      [](char a, char b) { return lower(a) == b; });
}

std::vector<Paragraph> parseControl(std::string_view text) {
    std::vector<Paragraph> out;
    Paragraph current;
    std::size_t body_from = 0;
    const auto grow = [&](std::size_t to) { // the current field reaches to `to`
        auto& f = current.back();
        f.body = text.substr(body_from, to - body_from);
        f.end = to;
    };
    std::size_t at = 0;
    while (at < text.size()) {
        const auto newline = text.find('\n', at);
        const auto next = newline == std::string_view::npos ? text.size() : newline + 1;
        const auto line = text.substr(at, (newline == std::string_view::npos ? text.size() : newline) - at);
        if (trim(line).empty()) {
            if (!current.empty()) out.push_back(std::exchange(current, {}));
        } else if (line[0] == '#') {
            // A comment belongs to the file format, not to the document.
        } else if (blank(line[0]) && !current.empty()) {
            grow(next);
        } else if (const auto length = fieldName(line); length > 0) {
            Field f;
            f.name = line.substr(0, length);
            f.first = trim(line.substr(length + 1));
            f.start = at;
            f.end = next;
            body_from = next;
            current.push_back(f);
        } else if (!current.empty() && current.back().name.empty()) {
            grow(next);
        } else { // free text
            Field f;
            f.start = at;
            current.push_back(f);
            body_from = at;
            grow(next);
        }
        at = next;
    }
    if (!current.empty()) out.push_back(std::move(current));
    return out;
}

bool isMachineReadable(std::string_view text) {
    // Only the head is needed: the Format field stands in the first paragraph.
    const auto paragraphs = parseControl(text.substr(0, 4096));
    if (paragraphs.empty()) return false;
    return std::any_of(paragraphs[0].begin(), paragraphs[0].end(),
                       [](const Field& f) { return f.is("format") || f.is("format-specification"); });
}

std::string unfold(std::string_view body) {
    std::string out;
    std::size_t at = 0;
    while (at < body.size()) {
        const auto newline = body.find('\n', at);
        auto line = body.substr(at, (newline == std::string_view::npos ? body.size() : newline) - at);
        at = newline == std::string_view::npos ? body.size() : newline + 1;
        if (!line.empty() && blank(line[0])) line.remove_prefix(1);
        if (trim(line) != ".") out += line;
        out += '\n';
    }
    return out;
}

} // namespace tally::context
