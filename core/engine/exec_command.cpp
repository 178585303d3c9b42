#include "core/engine/exec_command.h"

#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tally::engine {

using nlohmann::json;

namespace {

struct Fd {
    int fd = -1;
    Fd() = default;
    explicit Fd(int value)
        : fd(value) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { close(); }
    void close() {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
};

LocalResult failed(std::string code, std::string message, std::string hint = {}) {
    LocalResult out;
    out.ok = false;
    out.error = {std::move(code), std::move(message), std::move(hint), ""};
    return out;
}

std::int64_t nowMs() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

constexpr std::string_view marker_name = "TALLY_TOOL=";

/// The marker in the environment of a process of ours, empty: none, or not to be read.
std::string markerOf(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/environ", std::ios::binary);
    std::string text(64 << 10, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        const std::string_view entry = std::string_view(text).substr(at, end - at);
        if (entry.starts_with(marker_name)) return std::string(entry.substr(marker_name.size()));
        at = end + 1;
    }
    return {};
}

} // namespace

std::int64_t endMarked(const std::function<bool(std::string_view)>& wanted) {
    std::int64_t ended = 0;
    for (int pass = 0; pass < 8; ++pass) { // again while something is found: it may have forked meanwhile
        std::int64_t found = 0;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
            const std::string pid = entry.path().filename().string();
            if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
            const std::string marker = markerOf(pid); // a zombie has none
            if (marker.empty() || !wanted(marker)) continue;
            if (::kill(static_cast<pid_t>(std::strtol(pid.c_str(), nullptr, 10)), SIGKILL) == 0) ++found;
        }
        if (found == 0) break;
        ended = std::max(ended, found);
        ::poll(nullptr, 0, 2); // until the kernel has taken them away
    }
    return ended;
}

void ChildProcess::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    // Not yet reaped, so the number still belongs to our child and its group.
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

LocalResult ChildProcess::run(const Task& task) {
    const auto& tool = std::get<ToolStep>(task.def->what);
    std::vector<std::string> words = task.input.at("command").get<std::vector<std::string>>();
    const auto& allowed = task.workflow->allow_commands;
    // The program is compared as the workflow wrote it, before references were put in, and after.
    if (words.empty() || std::find(allowed.begin(), allowed.end(), words[0]) == allowed.end())
        return failed("tool.command_not_allowed",
                      "This workflow may not start " + escapeForDisplay(words.empty() ? "" : words[0], 200),
                      "Add it to allow.commands of the workflow.");
    int in[2], out[2], err[2];
    if (::pipe2(in, O_CLOEXEC) != 0) return failed("tool.start", "No pipe could be made");
    Fd in_read(in[0]), in_write(in[1]);
    if (::pipe2(out, O_CLOEXEC) != 0) return failed("tool.start", "No pipe could be made");
    Fd out_read(out[0]), out_write(out[1]);
    if (::pipe2(err, O_CLOEXEC) != 0) return failed("tool.start", "No pipe could be made");
    Fd err_read(err[0]), err_write(err[1]);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_read.fd, 0);
    posix_spawn_file_actions_adddup2(&actions, out_write.fd, 1);
    posix_spawn_file_actions_adddup2(&actions, err_write.fd, 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    // A small fixed environment: provider keys in ours must not reach a tool.
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin", lang = "LC_ALL=C.UTF-8", zone = "TZ=UTC",
                marker = std::string(marker_name) + marker_;
    char* environment[] = {path.data(), lang.data(), zone.data(), marker.data(), nullptr};
    pid_t pid = 0;
    int started = 0;
    {
        const std::lock_guard lock(mutex_);
        if (ended_)
            started = ECANCELED;
        else
            started = ::posix_spawnp(&pid, argv[0], &actions, &attributes, argv.data(), environment);
        if (started == 0) pid_ = pid;
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (started == ECANCELED) {
        LocalResult result = failed("tool.cancelled", "The command was stopped before it started");
        result.killed = true;
        return result;
    }
    if (started != 0)
        return failed("tool.start",
                      fmt::format("{} could not be started: {}", words[0], std::strerror(started)));
    in_read.close(), out_write.close(), err_write.close();
    const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    ::fcntl(in_write.fd, F_SETFL, O_NONBLOCK);

    const auto& input = task.input.at("stdin").get_ref<const std::string&>();
    std::size_t sent = 0;
    if (input.empty()) in_write.close();
    const std::int64_t deadline = nowMs() + (task.def->timeout_ms > 0 ? task.def->timeout_ms : 600'000);
    std::string text, problem;
    bool too_much = false, timed_out = false, exited = false;
    while (out_read.fd >= 0 || err_read.fd >= 0 || !exited) {
        // Children of the child may keep the pipes open: once it has ended, what is there is read and no
        // more.
        pollfd fds[4] = {{out_read.fd, POLLIN, 0},
                         {err_read.fd, POLLIN, 0},
                         {in_write.fd, POLLOUT, 0},
                         {exited ? -1 : pidfd.fd, POLLIN, 0}};
        const std::int64_t left = deadline - nowMs();
        const int timeout =
            exited ? 0 : static_cast<int>(std::clamp<std::int64_t>(left, 0, pidfd.fd >= 0 ? 60'000 : 20));
        const int ready = ::poll(fds, 4, timeout);
        if (ready < 0 && errno != EINTR) break;
        if (exited && ready <= 0) break;
        if (!exited && nowMs() >= deadline) {
            timed_out = true;
            ::kill(-pid, SIGKILL);
        }
        char buffer[65536];
        if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            const ssize_t got = ::read(out_read.fd, buffer, sizeof buffer);
            if (got <= 0)
                out_read.close();
            else
                text.append(buffer, static_cast<std::size_t>(got));
            if (static_cast<std::int64_t>(text.size()) > tool.max_bytes && !too_much) {
                too_much = true;
                ::kill(-pid, SIGKILL);
            }
        }
        if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            const ssize_t got = ::read(err_read.fd, buffer, sizeof buffer);
            if (got <= 0)
                err_read.close();
            else
                problem.append(buffer, static_cast<std::size_t>(got));
            if (problem.size() > 8192) problem.erase(0, problem.size() - 4096);
        }
        if (fds[2].fd >= 0 && (fds[2].revents & (POLLOUT | POLLHUP | POLLERR)) != 0) {
            const ssize_t put = ::write(in_write.fd, input.data() + sent, input.size() - sent);
            if (put > 0) sent += static_cast<std::size_t>(put);
            if (sent == input.size() || (put < 0 && errno != EAGAIN && errno != EINTR)) in_write.close();
        }
        if (!exited) {
            siginfo_t info{};
            if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                info.si_pid == pid)
                exited = true;
        }
    }
    int status = 0;
    bool ended = false;
    {
        const std::lock_guard lock(mutex_);
        ::kill(-pid, SIGKILL); // what the child left behind in its group; the leader is not reaped yet, so
                               // the id is ours
        ::waitpid(pid, &status, 0);
        pid_ = 0;
        ended = ended_;
    }
    // What left the group (setsid) still carries the marker.
    endMarked([this](std::string_view each) { return each == marker_; });
    LocalResult result;
    if (ended) {
        result = failed("tool.cancelled", "The command was stopped");
        result.killed = true;
        result.child = true;
    } else if (timed_out) {
        result = failed("tool.timeout", fmt::format("{} ran longer than its time-out", words[0]),
                        "Raise timeout_ms.");
        result.retryable = true;
    } else if (too_much) {
        result =
            failed("tool.too_much_output",
                   fmt::format("{} wrote more than {} bytes", words[0], tool.max_bytes), "Raise max_bytes.");
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        const std::string how = WIFEXITED(status) ? fmt::format("ended with {}", WEXITSTATUS(status))
                                                  : fmt::format("was ended by signal {}", WTERMSIG(status));
        result = failed("tool.exit", fmt::format("{} {}: {}", words[0], how, escapeForDisplay(problem, 400)));
    } else {
        auto parsed = parseToolText(tool, std::move(text));
        if (parsed)
            result.output = std::move(*parsed);
        else
            result = failed(parsed.error().code, parsed.error().message, parsed.error().hint);
    }
    return result;
}

} // namespace tally::engine
