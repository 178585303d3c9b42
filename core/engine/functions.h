// Functions that `tool` steps may call by name ("file.read"), registered by the composition root before the
// engine starts. Immutable afterwards, so that pool threads read it without a lock. A function is pure but
// for the folder it may read: values in, values out; it gets no network and no clock, so its answers are
// journaled and replayed like any other step's.
#pragma once
#include "core/base/cancel.h"
#include "core/base/file.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tally::engine {

struct FunctionContext {
    std::vector<std::string> folders; ///< the workflow's allow.folders; nothing else may be read
    std::int64_t max_bytes = 8 << 20; ///< bound of the answer
    CancelToken cancel;               ///< set by a kill; long functions look at it
};
/// Runs on a pool thread; may be called from several at once.
using Function =
    std::function<Result<nlohmann::json>(const nlohmann::json& args, const FunctionContext& context)>;

class FunctionRegistry {
public:
    void add(std::string name, std::string description, Function function);
    [[nodiscard]] const Function* find(std::string_view name) const;
    /// name -> description, for error hints and documentation.
    [[nodiscard]] std::map<std::string, std::string> list() const;

private:
    struct Entry {
        std::string description;
        Function function;
    };
    std::map<std::string, Entry, std::less<>> entries_;
};

/// Adds file.read {path, max_bytes?} -> {path, bytes, sha256, text}, and file.list {folder, suffix?, limit?}
/// -> [path], sorted bytewise; both only below the allowed folders, links resolved first.
void addFileFunctions(FunctionRegistry& registry);

/// One HTTP exchange for `tool` steps with a url.
struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::map<std::string, std::string> headers;
    std::string body;
    std::int64_t timeout_ms = 60'000;
    std::int64_t max_bytes = 8 << 20;
};
struct HttpReply {
    int status = 0;
    std::string body;
};
/// Blocking, on a pool thread; must end soon after `cancel` is set.
using HttpFetch = std::function<Result<HttpReply>(const HttpRequest& request, CancelToken cancel)>;

} // namespace tally::engine
