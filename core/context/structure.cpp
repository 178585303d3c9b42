#include "core/context/structure.h"

#include "core/context/control_file.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace tally::context {
namespace {

const char* kindOf(const Field& f) {
    if (f.name.empty()) return "paragraph";
    if (f.is("license") || f.is("terms")) return "terms";
    if (f.is("comment") || f.is("disclaimer")) return "comment";
    if (f.is("copyright") || f.is("upstream-contact") || f.is("upstream-name") || f.is("upstream-authors"))
        return "people";
    if (f.is("files") || f.is("files-excluded") || f.is("source")) return "files";
    if (f.is("format") || f.is("format-specification")) return "header";
    return "paragraph";
}

bool looksLikeHeading(std::string_view text) {
    if (text.size() > 90 || text.find('\n') + 1 < text.size()) return false;
    const auto end = text.find_last_not_of(" \t\r\n");
    return end != std::string_view::npos && text[end] != '.' && text[end] != ';' && text[end] != ',';
}

void addControl(std::string_view text, Passages& out) {
    for (const auto& paragraph : parseControl(text)) {
        for (const auto& f : paragraph) {
            Passage p;
            p.kind = kindOf(f);
            p.start = f.start;
            p.end = f.end;
            p.text = std::string(f.first);
            if (!p.text.empty() && !f.body.empty()) p.text += '\n';
            p.text += unfold(f.body);
            p.why = p.kind;
            out.push_back(std::move(p));
        }
    }
}

void addPlain(std::string_view text, Passages& out) {
    std::size_t at = 0;
    while (at < text.size()) {
        auto end = text.find("\n\n", at);
        // CRLF files separate paragraphs by an empty line with its own carriage return.
        const auto crlf = text.find("\n\r\n", at);
        end = std::min(end, crlf);
        if (end == std::string_view::npos)
            end = text.size();
        else
            ++end;
        const auto block = text.substr(at, end - at);
        if (block.find_first_not_of(" \t\r\n") != std::string_view::npos) {
            Passage p;
            p.start = at;
            p.end = end;
            p.text = std::string(block);
            p.kind = looksLikeHeading(block) ? "heading" : "paragraph";
            p.why = p.kind;
            out.push_back(std::move(p));
        }
        at = text.find_first_not_of("\r\n", end);
        if (at == std::string_view::npos) break;
    }
}

} // namespace

Passages splitByStructure(std::string_view text, const StructureOptions& options) {
    Passages all;
    if (isMachineReadable(text))
        addControl(text, all);
    else
        addPlain(text, all);

    Passages kept;
    std::unordered_set<std::string> seen;
    for (auto& p : all) {
        const auto& kinds = options.keep_kinds;
        if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), p.kind) == kinds.end()) continue;
        if (p.text.size() < options.min_bytes) continue;
        if (p.text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
        if (options.distinct && !seen.insert(normaliseWords(p.text)).second) continue;
        kept.push_back(std::move(p));
    }
    return kept;
}

} // namespace tally::context
