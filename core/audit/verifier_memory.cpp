#include "core/audit/verifier_memory.h"

#include "core/base/json_text.h"

#include <nlohmann/json.hpp>

namespace tally::audit {

Result<VerifierMemory> VerifierMemory::parse(std::string_view json) {
    const auto bad = [](const char* why) {
        return fail("memory.format", std::string("the verifier's memory cannot be read: ") + why,
                    "Restore the file, or delete it to forget which logs were seen.");
    };
    const auto j = parseJson(json).value_or(nlohmann::json());
    if (!j.is_object() || j.value("schema", nlohmann::json()) != "tally-memory/v1" || !j.contains("logs") ||
        !j["logs"].is_object())
        return bad("it is no tally-memory/v1 object");
    VerifierMemory out;
    for (const auto& item : j["logs"].items()) {
        const auto& seen = item.value();
        const auto text = [&](const char* key) {
            return seen.is_object() && seen.contains(key) && seen[key].is_string();
        };
        if (!text("fingerprint") || !text("origin") || !text("root") || !seen.contains("size") ||
            !seen["size"].is_number_integer() || seen["size"].get<std::int64_t>() < 1)
            return bad("a log has no fingerprint, origin, size or root");
        out.logs[item.key()] = {seen["fingerprint"], seen["origin"], seen["size"], seen["root"]};
    }
    return out;
}

std::string VerifierMemory::text() const {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [id, seen] : logs)
        all[id] = {{"fingerprint", seen.fingerprint},
                   {"origin", seen.origin},
                   {"size", seen.size},
                   {"root", seen.root}};
    const nlohmann::json j = {{"schema", "tally-memory/v1"}, {"logs", all}};
    return j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<VerifierMemory> VerifierMemory::load(const FileSystem& files, const std::string& path) {
    if (!files.exists(path)) return VerifierMemory{};
    TALLY_ASSIGN(const std::string text, files.read(path, std::uint64_t{64} << 20));
    auto out = parse(text);
    if (!out) return fail(out.error().at(path));
    return out;
}

Status VerifierMemory::save(FileSystem& files, const std::string& path) const {
    return files.writeAtomic(path, text());
}

} // namespace tally::audit
