#include "core/base/no_throw.h"

#include "core/base/log.h"

#include <exception>

namespace tally {

Error caughtException(std::string_view component) noexcept {
    Error error{"internal.exception", "An unexpected failure inside the program", "Report it with this text.",
                ""};
    try {
        throw;
    } catch (const std::exception& exception) {
        error.message += std::string(": ") + exception.what();
    } catch (...) {
        error.message += " of an unknown kind";
    }
    log::error(component, error.text());
    return error;
}

} // namespace tally
