#include "core/engine/functions.h"

#include "core/base/encoding.h"
#include "core/base/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace tally::engine {

using nlohmann::json;
namespace fs = std::filesystem;

void FunctionRegistry::add(std::string name, std::string description, Function function) {
    entries_[std::move(name)] = {std::move(description), std::move(function)};
}

const Function* FunctionRegistry::find(std::string_view name) const {
    const auto it = entries_.find(name);
    return it == entries_.end() ? nullptr : &it->second.function;
}

std::map<std::string, std::string> FunctionRegistry::list() const {
    std::map<std::string, std::string> out;
    for (const auto& [name, entry] : entries_)
        out[name] = entry.description;
    return out;
}

namespace {

Result<std::string> stringArg(const json& args, const char* name) {
    if (!args.is_object() || !args.contains(name) || !args[name].is_string())
        return fail("tool.args", std::string("The argument \"") + name + "\" must be a string", "", name);
    return args[name].get<std::string>();
}

std::int64_t intArg(const json& args, const char* name, std::int64_t fallback) {
    return args.contains(name) && args[name].is_number_integer() ? args[name].get<std::int64_t>() : fallback;
}

/// The real path, if it lies below an allowed folder after links are resolved.
Result<fs::path> allowed(const std::string& path, const FunctionContext& context) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) return fail("tool.file_missing", "There is no such file or folder", "", path);
    for (const std::string& folder : context.folders) {
        const fs::path base = fs::canonical(folder, error);
        if (error) continue;
        const auto [end, unused] = std::mismatch(base.begin(), base.end(), real.begin(), real.end());
        if (end == base.end()) return real;
    }
    return fail("tool.file_not_allowed", "This workflow may not read there",
                "Add the folder to allow.folders of the workflow.", path);
}

Result<json> readFile(const json& args, const FunctionContext& context) {
    TALLY_ASSIGN(const std::string path, stringArg(args, "path"));
    TALLY_ASSIGN(const fs::path real, allowed(path, context));
    const std::int64_t limit = std::min(context.max_bytes, intArg(args, "max_bytes", context.max_bytes));
    TALLY_ASSIGN(
        const std::string bytes,
        DiskFileSystem().read(real.string(), static_cast<std::uint64_t>(std::max<std::int64_t>(0, limit))));
    return json{
        {"path", path}, {"bytes", bytes.size()}, {"sha256", sha256Hex(bytes)}, {"text", scrubUtf8(bytes)}};
}

Result<json> listFolder(const json& args, const FunctionContext& context) {
    TALLY_ASSIGN(const std::string folder, stringArg(args, "folder"));
    TALLY_ASSIGN(const fs::path real, allowed(folder, context));
    const std::string suffix =
        args.contains("suffix") && args["suffix"].is_string() ? args["suffix"].get<std::string>() : "";
    const std::int64_t limit = intArg(args, "limit", 100'000);
    std::vector<std::string> found;
    std::error_code error;
    fs::recursive_directory_iterator it(real, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
        if (context.cancel.cancelled()) return fail("tool.cancelled", "The listing was stopped");
        const std::string name = it->path().string();
        if (it->is_regular_file(error) && name.ends_with(suffix) && isUtf8(name)) found.push_back(name);
        error.clear();
    }
    std::sort(found.begin(), found.end());
    if (static_cast<std::int64_t>(found.size()) > limit)
        return fail("tool.too_many",
                    fmt::format("The folder holds {} matching files, the limit is {}", found.size(), limit),
                    "Raise \"limit\" or narrow \"suffix\".", folder);
    return json(std::move(found));
}

} // namespace

void addFileFunctions(FunctionRegistry& registry) {
    registry.add("file.read",
                 "{path, max_bytes?} -> {path, bytes, sha256, text}; ill-formed UTF-8 becomes U+FFFD",
                 readFile);
    registry.add("file.list", "{folder, suffix?, limit?} -> paths of the files below it, sorted", listFolder);
}

} // namespace tally::engine
