// The local socket of the process that owns a workspace: a second window or `tally` reads, kills and changes
// budgets through it. One JSON object per line each way: {"op":…,"args":…} -> {"ok":true,"value":…} or
// {"ok":false,"error":{…}}.
//
// The socket file has mode 0600 and the peer's user id is checked as well (SO_PEERCRED): a folder mode may
// have been changed.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tally::api {

/// Path of the socket of a workspace: inside it, or (for paths above the system's 107 bytes) below the user's
/// runtime folder.
std::string ownerSocketPath(const std::string& workspace);

class OwnerServer {
public:
    using Answer = std::function<void(Result<nlohmann::json>)>;
    /// Called on a connection thread; must answer exactly once, from any thread.
    using Handler = std::function<void(const std::string& op, const nlohmann::json& args, Answer answer)>;

    static Result<std::unique_ptr<OwnerServer>> listen(const std::string& path, Handler handler);
    /// Closes all connections; waits for handlers that have not answered yet.
    ~OwnerServer();
    OwnerServer(const OwnerServer&) = delete;
    OwnerServer& operator=(const OwnerServer&) = delete;

private:
    OwnerServer() = default;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether a process listens there. Does not wait for it.
bool ownerListens(const std::string& path);

/// One request, waiting for its answer. Errors: owner.absent (nobody listens), owner.ended (it may have taken
/// effect), owner.timeout (names the process), or the owner's own error.
Result<nlohmann::json> askOwner(const std::string& path, const std::string& op, const nlohmann::json& args,
                                std::int64_t timeout_ms = 30'000);

} // namespace tally::api
