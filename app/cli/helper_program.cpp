#include "app/cli/helper_program.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <vector>

extern char** environ;

namespace tally::cli {

std::string helperProgram() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto beside = self.parent_path() / "tallystick";
    return !error && std::filesystem::exists(beside, error) ? beside.string() : std::string();
}

Status renderReport(const std::string& report, const std::string& out, const std::string& language) {
    std::string program = helperProgram();
    if (program.empty())
        return fail("report.render",
                    "the window's program, which draws the pages, is not installed beside tally",
                    "Install tallystick, or run elsewhere: tallystick --render report FILE OUT.pdf");
    std::string words[] = {program, "--render", "report", report, out, language};
    std::vector<char*> argv;
    for (std::string& word : words)
        if (!word.empty()) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    if (const int failed = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, argv.data(), environ);
        failed != 0)
        return fail("report.render",
                    std::string("the window's program does not start: ") + std::strerror(failed), {},
                    program);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return fail("report.render", "the window's program was lost");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail("report.render", "the pages could not be drawn", "The reason stands above.", out);
    return {};
}

} // namespace tally::cli
