#include "tests/core/audit/support_trace.h"

#include "core/base/encoding.h"
#include "core/base/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace tally::test {

std::string readFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string fixture(const std::string& name) {
    std::string path = TALLY_SOURCE_DIR "/tests/fixtures/tracelog/";
    path += name;
    if (!std::filesystem::exists(path)) {
        std::fprintf(stderr, "missing fixture %s\n", path.c_str());
        std::abort();
    }
    return readFile(path);
}

nlohmann::json fixtureJson(const std::string& name) {
    return nlohmann::json::parse(fixture(name));
}

std::vector<std::string> filesBelow(const std::string& folder, const std::string& suffix) {
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder, error)) {
        const std::string path = item.path().string();
        if (item.is_regular_file() && path.ends_with(suffix)) out.push_back(path);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string attackBundle(const std::string& name) {
    static const auto all = [] {
        std::map<std::string, std::string> out;
        const std::string base = fixture("good.tracelog");
        std::istringstream lines(fixture("attacks.deltas") + fixture("more.deltas"));
        for (std::string line; std::getline(lines, line);) {
            const auto j = nlohmann::json::parse(line);
            std::string bundle;
            for (const auto& part : j["parts"]) {
                if (part.is_string())
                    bundle += asText(*fromBase64(part.get<std::string>()));
                else
                    bundle += base.substr(part[0].get<std::size_t>(), part[1].get<std::size_t>());
            }
            if (sha256Hex(bundle) != j["sha256"].get<std::string>()) std::abort();
            out[j["name"].get<std::string>()] = std::move(bundle);
        }
        return out;
    }();
    return all.at(name);
}

BundleParts::BundleParts(const std::string& bundle) {
    const auto s = audit::parseSections(bundle);
    for (std::size_t i = 0; i < audit::section_count; ++i)
        sections[i] = std::string(s->bytes[i]);
}

std::string BundleParts::bundle() const {
    std::string out(audit::bundle_magic);
    for (std::size_t i = 0; i < audit::section_count; ++i)
        out += fmt::format("@{} {}\n{}\n", toText(static_cast<audit::Section>(i)), sections[i].size(),
                           sections[i]);
    return out;
}

std::vector<std::string> BundleParts::lines() const {
    std::vector<std::string> out;
    std::istringstream in(sections[static_cast<std::size_t>(audit::Section::entries)]);
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

std::string countedList(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items)
        out += fmt::format("{}\n{}", item.size(), item);
    return out;
}

nlohmann::json comparable(nlohmann::json verdict) {
    for (auto& f : verdict["findings"])
        f.erase("message");
    return verdict;
}
nlohmann::json comparable(const Verdict& verdict) {
    return comparable(nlohmann::json(verdict));
}

std::vector<std::string> compareWithCase(const Verdict& verdict, const nlohmann::json& expected) {
    std::vector<std::string> bad;
    const nlohmann::json j = verdict;
    if (j["verdict"] != expected["verdict"]) bad.push_back("verdict " + j["verdict"].dump());
    if (j["ok"] != expected["ok"]) bad.push_back("ok " + j["ok"].dump());
    std::vector<nlohmann::json> left;
    for (const auto& f : j["findings"]) {
        if (!f["derived"].get<bool>()) left.push_back(f);
    }
    for (const auto& e : expected["expect"]) {
        if (e["code"] == "ALTERED" && e["field"].is_null()) {
            const auto named = [&](const nlohmann::json& f) {
                return f["code"] == "ALTERED" && f["seq"] == e["seq"];
            };
            if (std::erase_if(left, named) == 0) bad.push_back("missing " + e.dump());
            continue;
        }
        const auto fits = [&](const nlohmann::json& f) {
            for (const char* key : {"code", "seq", "to_seq", "field"}) {
                if (f[key] != e[key]) return false;
            }
            return !e.contains("original") || (f["original"] == e["original"] && f["proven"] == true);
        };
        const auto at = std::find_if(left.begin(), left.end(), fits);
        if (at == left.end())
            bad.push_back("missing " + e.dump());
        else
            left.erase(at);
    }
    for (const auto& f : left)
        bad.push_back("unexpected " + f.dump());
    return bad;
}

} // namespace tally::test
