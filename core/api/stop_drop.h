// A stop order that no owner answered for: one small file per order in DIR/stops, written and synced by
// whoever gives the order. The process that owns the workspace takes them up at once (StopWatch), one that
// opens it before anything is scheduled. A file and no row: a process that hangs may hold the database, never
// a folder.
//
// Owner of StopWatch: the owning workspace. Any thread may call the functions. Errors: file errors.
#pragma once
#include "core/base/result.h"
#include "core/model/kill.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tally::api {

/// Durable when it returns. The order has an id.
Status dropStop(const std::string& workspace, const KillOrder& order);
/// Oldest first. A file that cannot be read as an order is left where it is and warned about.
std::vector<KillOrder> droppedStops(const std::string& workspace);
void removeStop(const std::string& workspace, const KillId& id);

/// Calls `look` on a thread of its own whenever something is put into DIR/stops, until it is destroyed.
class StopWatch {
public:
    static Result<std::unique_ptr<StopWatch>> start(const std::string& workspace, std::function<void()> look);
    ~StopWatch();
    StopWatch(const StopWatch&) = delete;
    StopWatch& operator=(const StopWatch&) = delete;

private:
    StopWatch() = default;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tally::api
