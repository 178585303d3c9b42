// The border that no exception crosses (rule 5): what a thread of ours runs for others goes through
// noThrow(). An exception there is a bug or memory that ran out; it ends the piece of work, not the process.
#pragma once
#include "core/base/result.h"

#include <string_view>
#include <type_traits>
#include <utility>

namespace tally {

/// The exception that is being handled, as error internal.exception; logged under `component`.
Error caughtException(std::string_view component) noexcept;

/// Runs `work`, which returns a Result, a Status or nothing. Any thread.
template <class Work>
auto noThrow(std::string_view component, Work&& work) noexcept -> std::invoke_result_t<Work> {
    try {
        return std::forward<Work>(work)();
    } catch (...) {
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>)
            (void)caughtException(component);
        else
            return fail(caughtException(component));
    }
}

} // namespace tally
