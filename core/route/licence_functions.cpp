#include "core/route/licence_functions.h"

#include "core/context/licence_gold.h"
#include "core/context/sample_files.h"
#include "core/route/triage_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace tally::route {
namespace {

using nlohmann::json;

constexpr std::uint64_t largest = 32U << 20;

std::string textArg(const json& args, const char* key) {
    const auto it = args.is_object() ? args.find(key) : args.end();
    return args.is_object() && it != args.end() && it->is_string() ? it->get<std::string>() : std::string();
}
std::int64_t intArg(const json& args, const char* key, std::int64_t fallback) {
    const auto it = args.is_object() ? args.find(key) : args.end();
    return args.is_object() && it != args.end() && it->is_number_integer() ? it->get<std::int64_t>()
                                                                           : fallback;
}
bool boolArg(const json& args, const char* key, bool fallback) {
    const auto it = args.is_object() ? args.find(key) : args.end();
    return args.is_object() && it != args.end() && it->is_boolean() ? it->get<bool>() : fallback;
}

/// Links resolved, then below one of the folders.
Result<std::string> allowedPath(const std::string& path, std::vector<std::string> folders,
                                const std::string& samples) {
    if (path.empty()) return fail("copyright.path", "copyright.read needs a \"path\"");
    folders.push_back(samples);
    std::error_code failed;
    const auto real = std::filesystem::canonical(path, failed);
    if (failed) return fail("file.missing", "there is no such file", "", path);
    for (const auto& folder : folders) {
        const auto root = std::filesystem::canonical(folder, failed);
        if (failed) continue;
        const auto mismatch = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
        if (mismatch.first == root.end()) return real.string();
    }
    return fail("file.not_allowed", "the workflow may not read this file", "add its folder to allow.folders",
                path);
}

json listFiles(const SampleModels& samples, const json& args) {
    json out = json::array();
    if (const auto it = args.find("paths"); it != args.end() && it->is_array() && !it->empty()) {
        for (const auto& p : *it)
            if (p.is_string())
                out.push_back(
                    {{"path", p},
                     {"package",
                      std::filesystem::path(p.get<std::string>()).parent_path().filename().string()}});
        return out;
    }
    const auto limit = intArg(args, "limit", 0);
    const auto files = context::listCopyrightFiles(
        DiskFileSystem(), boolArg(args, "machine", true) ? context::machine_doc_folder : "",
        boolArg(args, "committed", true) ? samples.folder() + "/copyright" : "");
    for (const auto& f : files) {
        if (limit > 0 && static_cast<std::int64_t>(out.size()) >= limit) break;
        out.push_back({{"package", f.package},
                       {"path", f.path},
                       {"sha256", f.sha256},
                       {"bytes", f.bytes},
                       {"committed", f.committed}});
    }
    return out;
}

/// Cuts at line ends; a chunk overlaps the one before by `overlap` bytes, so that a notice on the border is
/// whole in one.
json chunks(const std::string& text, std::int64_t max_tokens, std::int64_t overlap_tokens) {
    json out = json::array();
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(max_tokens, 64)) * 4;
    const auto overlap =
        std::min(static_cast<std::size_t>(std::max<std::int64_t>(overlap_tokens, 0)) * 4, size / 2);
    std::size_t from = 0;
    while (from < text.size()) {
        auto to = std::min(text.size(), from + size);
        if (to < text.size()) {
            const auto line = text.rfind('\n', to);
            if (line != std::string::npos && line > from + size / 2) to = line + 1;
            while (to > from && (static_cast<unsigned char>(text[to]) & 0xC0) == 0x80)
                --to;
        }
        out.push_back(text.substr(from, to - from));
        if (to == text.size()) break;
        auto next = to - overlap;
        if (const auto line = text.find('\n', next); overlap > 0 && line != std::string::npos && line < to)
            next = line + 1;
        while (next < to && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80)
            ++next;
        from = std::max(next, from + 1);
    }
    if (out.empty()) out.push_back("");
    return out;
}

/// In the form that the samples ask for: a list of names, and a confidence from 0 to 1.
bool wellFormed(const json& answer) {
    const auto licences = answer.find("licences");
    const auto confidence = answer.find("confidence");
    if (licences == answer.end() || !licences->is_array()) return false;
    if (confidence == answer.end()) return true;
    return confidence->is_number() && *confidence >= 0 && *confidence <= 1;
}

/// An answer, or the last well-formed one of a list of alternatives; null when there is none.
const json* usable(const json& answer) {
    if (answer.is_object()) return wellFormed(answer) ? &answer : nullptr;
    if (!answer.is_array()) return nullptr;
    for (auto it = answer.rbegin(); it != answer.rend(); ++it)
        if (const auto* found = usable(*it)) return found;
    return nullptr;
}

/// Union of the licences of several answers, with what follows from the set. A missing answer calls a person.
json finishAnswer(const SampleModels& samples, const json& args) {
    context::LicenceSet ids;
    double confidence = 1;
    bool person = true;
    if (const auto it = args.find("answers"); it != args.end() && it->is_array()) {
        person = it->empty();
        for (const auto& entry : *it) {
            const auto* a = usable(entry);
            // The local model's "clear" says that nobody else had to be asked.
            if (a == nullptr) {
                person = person || !boolArg((*it)[0], "clear", false);
                continue;
            }
            const auto found = answerLicences(*a, samples.table());
            ids.insert(found.begin(), found.end());
            if (const auto c = a->find("confidence"); c != a->end() && c->is_number())
                confidence = std::min(confidence, c->get<double>());
        }
    }
    json out{{"licences", ids},
             {"copyleft", samples.table().copyleftOf(ids)},
             {"obligations", samples.table().obligationsOf(ids)},
             {"needs_person", person || ids.empty() || confidence < 0.6},
             {"confidence", person ? 0.0 : confidence}};
    if (const auto path = textArg(args, "path"); !path.empty()) out["path"] = path;
    return out;
}

} // namespace

std::map<std::string, LicenceFunction> licenceFunctions(const SampleModels& samples) {
    using Folders = std::vector<std::string>;
    std::map<std::string, LicenceFunction> out;
    out["copyright.list"] = {
        "{paths?, machine?, committed?, limit?} -> [{package, path, sha256, bytes, committed}], one per "
        "content",
        [samples](const json& args, const Folders&) -> Result<json> { return listFiles(samples, args); }};
    out["copyright.read"] = {
        "{path} -> {text, bytes}: the file without its License names, which are the answer key",
        [samples](const json& args, const Folders& folders) -> Result<json> {
            TALLY_ASSIGN(const auto path, allowedPath(textArg(args, "path"), folders, samples.folder()));
            TALLY_ASSIGN(const auto text, DiskFileSystem().read(path, largest));
            return json{{"text", context::redactLicences(text, samples.table())}, {"bytes", text.size()}};
        }};
    out["text.chunks"] = {"{text, max_tokens, overlap_tokens?} -> [text], cut at line ends",
                          [](const json& args, const Folders&) -> Result<json> {
                              return chunks(textArg(args, "text"), intArg(args, "max_tokens", 100'000),
                                            intArg(args, "overlap_tokens", 200));
                          }};
    out["licences.answer"] = {
        "{answers} -> {licences, copyleft, obligations, needs_person, confidence}: answers merged",
        [samples](const json& args, const Folders&) -> Result<json> { return finishAnswer(samples, args); }};
    return out;
}

} // namespace tally::route
