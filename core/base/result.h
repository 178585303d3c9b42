// Errors are values. No exception crosses a library border; Result<T> carries either a value or an Error that
// says what happened, why, and what to do next.
#pragma once
#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace tally {

struct Error {
    std::string code;    ///< stable, dotted, for scripts: "price.unknown_model"
    std::string message; ///< what happened and why, one sentence for people
    std::string hint;    ///< what to do next; may be empty
    std::string where;   ///< place: file, "line 12", JSON pointer, URL; may be empty

    bool operator==(const Error&) const = default;
    /// "message (where). hint" on one line.
    [[nodiscard]] std::string text() const;
    /// The same error with an outer place in front of the inner one.
    [[nodiscard]] Error at(std::string outer) const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(std::string code, std::string message, std::string hint = {},
                                  std::string where = {}) {
    return tl::unexpected<Error>(
        Error{std::move(code), std::move(message), std::move(hint), std::move(where)});
}
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace tally

/// Returns the error of `expr` from the calling function, else goes on.
#define TALLY_TRY(expr)                                                                                      \
    do {                                                                                                     \
        if (auto tally_try_ = (expr); !tally_try_) return ::tally::fail(std::move(tally_try_).error());      \
    } while (false)
#define TALLY_CONCAT_(a, b) a##b
#define TALLY_CONCAT(a, b) TALLY_CONCAT_(a, b)
/// `TALLY_ASSIGN(auto x, f())`: x = the value of f(), or return its error.
#define TALLY_ASSIGN(decl, expr)                                                                             \
    auto TALLY_CONCAT(tally_r_, __LINE__) = (expr);                                                          \
    if (!TALLY_CONCAT(tally_r_, __LINE__))                                                                   \
        return ::tally::fail(std::move(TALLY_CONCAT(tally_r_, __LINE__)).error());                           \
    decl = std::move(*TALLY_CONCAT(tally_r_, __LINE__))
