#include "core/store/store.h"

#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/store/location.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::store {

std::string Store::databasePath(const std::string& dir) {
    return dir + "/workspace.db";
}

Store::Store(StoreOptions options, const Clock& clock, std::string boot, WorkspaceLock lock)
    : options_(std::move(options))
    , clock_(clock)
    , boot_(std::move(boot))
    , lock_(std::move(lock)) {}

Store::~Store() {
    if (!writer_) return;
    writer_->stop();
    if (writer_->poisoned()) return; // the database is not trusted with another write
    if (const auto ended = BootRepo::end(writer_->db(), boot_, clock_.wallUs()); !ended)
        log::warn("store", ended.error().text());
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock, Rng& rng) {
    std::error_code failed;
    const bool fresh = !std::filesystem::exists(options.dir, failed);
    std::filesystem::create_directories(options.dir, failed);
    if (failed)
        return fail("store.io", fmt::format("The workspace folder cannot be made: {}", failed.message()), {},
                    options.dir);
    if (fresh) ::chmod(options.dir.c_str(), 0700);
    if (options.check_location) TALLY_TRY(checkLocation(options.dir));

    auto boot = uuid7(clock, rng);
    TALLY_ASSIGN(auto lock, WorkspaceLock::acquire(options.dir, boot));
    std::unique_ptr<Store> store(new Store(std::move(options), clock, std::move(boot), std::move(lock)));
    const auto path = databasePath(store->options_.dir);
    TALLY_ASSIGN(auto db, Connection::open(path, OpenMode::read_write, store->options_.vfs));
    ::chmod(path.c_str(), 0600);
    TALLY_TRY(migrate(db));
    TALLY_TRY(BootRepo::start(db, {store->boot_, clock.wallUs(), 0, ::getpid(), store->options_.app}));
    TALLY_ASSIGN(const auto last, db.scalar("SELECT coalesce(max(no), 0) FROM runs"));
    store->next_run_no_ = last + 1;
    TALLY_ASSIGN(store->readers_, ReaderPool::open(path, store->options_.readers));
    store->writer_ = std::make_unique<Writer>(std::move(db), clock, store->options_.writer);
    store->writer_->addHook(&store->spend_book_);
    store->writer_->addHook(&store->trace_index_);
    return store;
}

Result<Connection> Store::openReadOnly(const std::string& dir) {
    const auto path = databasePath(dir);
    std::error_code failed;
    if (!std::filesystem::exists(path, failed))
        return fail("store.missing", "There is no workspace in this folder",
                    "Check the path, or run something in it first.", dir);
    TALLY_ASSIGN(auto db, Connection::open(path, OpenMode::read_only));
    TALLY_TRY(checkSchema(db));
    return db;
}

void Store::start() {
    writer_->start();
}

} // namespace tally::store
