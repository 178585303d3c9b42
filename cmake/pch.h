// What nearly every file of core includes; precompiled once, reused by every library and program.
#pragma once
#include <nlohmann/json.hpp>
#include <fmt/format.h>
#include <tl/expected.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>
