// Waits for one reply: for `tally` and tests, never for the window.
#pragma once
#include "core/base/result.h"

#include <future>
#include <memory>

namespace tally::api {

/// wait<RunId>([&](auto reply) { workspace.start(request, reply); })
template <class T, class Call>
Result<T> wait(Call&& call) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    call([promise](Result<T> result) { promise->set_value(std::move(result)); });
    return future.get();
}

} // namespace tally::api
