#include "app/cli/helper_vault.h"

#include "app/cli/helper_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tally::cli {
namespace {
struct Answer {
    int code = 2;
    std::string out;
};

Result<Answer> run(const char* verb, const std::string& name, const std::string& in) {
    const std::string program = helperProgram();
    if (program.empty())
        return fail("key.store", "the window's program, which can ask it, is not installed beside tally");
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) return fail("key.store", "no pipe to the window's program");
    if (::pipe2(from, O_CLOEXEC) != 0) {
        ::close(to[0]);
        ::close(to[1]);
        return fail("key.store", "no pipe to the window's program");
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    // Its sentence is for people at a desktop; ours names the log.
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::string words[] = {program, "--keychain", verb, name};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(to[0]);
    ::close(from[1]);
    Answer answer;
    if (failed == 0) {
        // A seed is far smaller than a pipe's buffer, so this cannot block.
        [[maybe_unused]] const ssize_t sent = ::write(to[1], in.data(), in.size());
        ::close(to[1]);
        char bytes[512];
        for (ssize_t n = 0; (n = ::read(from[0], bytes, sizeof bytes)) > 0;)
            answer.out.append(bytes, static_cast<std::size_t>(n));
        int status = 0;
        if (::waitpid(child, &status, 0) == child && WIFEXITED(status)) answer.code = WEXITSTATUS(status);
    } else {
        ::close(to[1]);
    }
    ::close(from[0]);
    if (failed != 0) return fail("key.store", "the window's program cannot be started");
    if (answer.code > 1) return fail("key.store", "no keychain service answers in this session");
    return answer;
}
} // namespace

Result<std::optional<std::string>> HelperVault::get(const std::string& name) {
    TALLY_ASSIGN(Answer answer, run("get", name, {}));
    if (answer.code == 1) return std::optional<std::string>();
    return std::optional<std::string>(std::move(answer.out));
}

Status HelperVault::set(const std::string& name, const std::string& secret) {
    TALLY_TRY(run("set", name, secret));
    return {};
}

Status HelperVault::remove(const std::string& name) {
    TALLY_TRY(run("remove", name, {}));
    return {};
}

} // namespace tally::cli
