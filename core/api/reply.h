// How every call of the core's door answers: once, later, on a thread of the core.
#pragma once
#include "core/base/result.h"

#include <functional>

namespace tally::api {

template <class T>
using Reply = std::function<void(Result<T>)>;
using Done = std::function<void(Status)>;

} // namespace tally::api
