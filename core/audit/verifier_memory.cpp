#include "core/audit/verifier_memory.h"

#include "core/base/json_text.h"

#include <nlohmann/json.hpp>

namespace tally::audit {
namespace {
std::string textOr(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}
std::int64_t numberOr(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}
} // namespace

Result<VerifierMemory> VerifierMemory::parse(std::string_view json) {
    const auto bad = [](const char* why) {
        return fail("memory.format", std::string("the verifier's memory cannot be read: ") + why,
                    "Nothing was changed. Restore the file, or move it away to begin a new memory; without a "
                    "memory a rollback is not noticed.");
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
        out.logs[item.key()] = {
            seen["fingerprint"],       seen["origin"],       seen["size"],           seen["root"],
            numberOr(seen, "seen_us"), textOr(seen, "file"), textOr(seen, "sha256"), numberOr(seen, "bytes")};
    }
    return out;
}

std::string VerifierMemory::text() const {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [id, seen] : logs) {
        auto& out = all[id] = {{"fingerprint", seen.fingerprint},
                               {"origin", seen.origin},
                               {"size", seen.size},
                               {"root", seen.root}};
        // Other verifiers write only those four.
        if (seen.seen_us != 0) out["seen_us"] = seen.seen_us;
        if (!seen.file.empty()) out["file"] = seen.file;
        if (!seen.sha256.empty()) out["sha256"] = seen.sha256;
        if (seen.bytes != 0) out["bytes"] = seen.bytes;
    }
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

} // namespace tally::audit
