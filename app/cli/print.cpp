#include "app/cli/print.h"

#include "core/base/encoding.h"

#include <cstdarg>
#include <cstdio>
#include <limits>
#include <unistd.h>

namespace tally::cli {

std::string terminalText(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find_first_of("\n\t");
        out += escapeForDisplay(text.substr(0, end), std::numeric_limits<std::size_t>::max());
        if (end == std::string_view::npos) break;
        out += text[end];
        text.remove_prefix(end + 1);
    }
    return out;
}

void print(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    std::va_list again;
    va_copy(again, args);
    const int size = std::vsnprintf(nullptr, 0, format, args);
    va_end(args);
    std::string text(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
    if (size > 0) std::vsnprintf(text.data(), text.size() + 1, format, again);
    va_end(again);
    printText(text);
}

void printText(std::string_view text) {
    const std::string shown = ::isatty(STDOUT_FILENO) == 1 ? terminalText(text) : std::string(text);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
}

} // namespace tally::cli
