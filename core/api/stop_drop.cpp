#include "core/api/stop_drop.h"

#include "core/api/codec.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/task_pool.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <thread>
#include <unistd.h>

namespace tally::api {
namespace {
using nlohmann::json;
constexpr std::uint64_t max_bytes = 64 << 10;

std::string folderOf(const std::string& workspace) {
    return workspace + "/stops";
}
std::string fileOf(const std::string& workspace, const KillId& id) {
    return folderOf(workspace) + "/" + id.str() + ".json";
}

/// The name of a file: only what ids are made of.
bool isPlainId(const std::string& id) {
    return !id.empty() && id.size() <= 64 &&
           id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
}
} // namespace

Status dropStop(const std::string& workspace, const KillOrder& order) {
    if (!isPlainId(order.id.str())) return fail("kill.id", "the stop order has no proper id");
    DiskFileSystem disk;
    TALLY_TRY(disk.makeDirs(folderOf(workspace)));
    return disk.writeAtomic(fileOf(workspace, order.id),
                            killOrderToJson(order).dump(-1, ' ', false, json::error_handler_t::replace),
                            0600);
}

std::vector<KillOrder> droppedStops(const std::string& workspace) {
    const DiskFileSystem disk;
    std::vector<KillOrder> out;
    const auto names = disk.list(folderOf(workspace));
    if (!names) return out;           // no folder: nobody ever had to leave one
    for (const auto& name : *names) { // ids begin with their time
        if (!name.ends_with(".json")) continue;
        const std::string file = folderOf(workspace) + "/" + name;
        const auto text = disk.read(file, max_bytes);
        const json parsed = text ? json::parse(*text, nullptr, false) : json();
        auto order = parsed.is_object()
                         ? killOrderFromJson(parsed)
                         : Result<KillOrder>(fail("kill.syntax", "this is no stop order", {}, file));
        if (order && order->id.str() + ".json" == name)
            out.push_back(std::move(*order));
        else
            log::warn("owner", "a stop order in " + file + " cannot be read and is not honoured");
    }
    return out;
}

void removeStop(const std::string& workspace, const KillId& id) {
    if (isPlainId(id.str())) (void)DiskFileSystem().remove(fileOf(workspace, id));
}

struct StopWatch::Impl {
    int notify = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    int end = ::eventfd(0, EFD_CLOEXEC);
    std::function<void()> look;
    std::jthread thread;

    ~Impl() {
        if (notify >= 0) ::close(notify);
        if (end >= 0) ::close(end);
    }
    void run() const {
        nameThread("stop-watch");
        look(); // what came before the watch stood
        alignas(inotify_event) char events[4096];
        for (;;) {
            pollfd wait[2] = {{notify, POLLIN, 0}, {end, POLLIN, 0}};
            if (::poll(wait, 2, -1) < 0 && errno != EINTR) return;
            if (wait[1].revents != 0) return;
            while (::read(notify, events, sizeof events) > 0) {
            } // what is in the folder counts, not what happened to it
            look();
        }
    }
};

Result<std::unique_ptr<StopWatch>> StopWatch::start(const std::string& workspace,
                                                    std::function<void()> look) {
    TALLY_TRY(DiskFileSystem().makeDirs(folderOf(workspace)));
    std::unique_ptr<StopWatch> watch(new StopWatch);
    watch->impl_ = std::make_unique<Impl>();
    Impl& my = *watch->impl_;
    my.look = std::move(look);
    if (my.notify < 0 || my.end < 0 ||
        ::inotify_add_watch(my.notify, folderOf(workspace).c_str(),
                            IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR) < 0)
        return fail("owner.watch",
                    std::string("the folder of stop orders cannot be watched: ") + std::strerror(errno), {},
                    folderOf(workspace));
    my.thread = std::jthread([&my] { my.run(); });
    return watch;
}

StopWatch::~StopWatch() {
    if (!impl_ || !impl_->thread.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(impl_->end, &one, sizeof one);
    impl_->thread.join();
}

} // namespace tally::api
