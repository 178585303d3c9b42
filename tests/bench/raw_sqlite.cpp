#include "tests/bench/raw_sqlite.h"

#include "core/store/location.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tally::bench {

namespace {
using Steady = std::chrono::steady_clock;

std::int64_t fsyncMedian(const std::string& dir) {
    const auto path = dir + "/raw_fsync.tmp";
    const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    const std::array<char, 4096> page{};
    std::vector<std::int64_t> times;
    for (int i = 0; i < 101; ++i) {
        if (::write(fd, page.data(), page.size()) != static_cast<ssize_t>(page.size())) break;
        const auto begin = Steady::now();
        ::fdatasync(fd);
        times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begin).count());
    }
    ::close(fd);
    ::unlink(path.c_str());
    if (times.empty()) return -1;
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                     times.end());
    return times[times.size() / 2];
}

Result<RawRate> run(store::Connection& db, const RawLoad& load) {
    TALLY_TRY(db.exec("CREATE TABLE intent(no INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;"
                      "CREATE TABLE settlement(no INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"));
    // Bytes that differ from row to row, so that nothing is saved anywhere.
    std::string intent(load.intent_bytes, 'i');
    std::string settlement(load.settle_bytes, 's');
    RawRate rate;
    std::int64_t done = 0;
    const auto total = load.steps * 2;
    const auto begin = Steady::now();
    for (std::size_t g = 0; done < total; ++g) {
        TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
        const auto ops = std::max<std::size_t>(1, load.groups[g % load.groups.size()]);
        for (std::size_t i = 0; i < ops && done < total; ++i, ++done) {
            auto& body = done % 2 == 0 ? intent : settlement;
            const auto number = std::to_string(done);
            if (body.size() > number.size()) body.replace(0, number.size(), number);
            TALLY_TRY(done % 2 == 0
                          ? db.run("INSERT INTO intent(no, body) VALUES(?,?)", done, store::Blob{body})
                          : db.run("INSERT INTO settlement(no, body) VALUES(?,?)", done, store::Blob{body}));
        }
        TALLY_TRY(transaction.commit());
        ++rate.commits;
    }
    rate.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    rate.steps_per_s = static_cast<double>(load.steps) / rate.seconds;
    return rate;
}
} // namespace

Result<RawLoad> rawLoadOf(store::Connection& db) {
    RawLoad load;
    TALLY_ASSIGN(load.steps, db.scalar("SELECT count(*) FROM trace_index"));
    if (load.steps == 0) return fail("bench.empty", "The workspace holds no steps");
    TALLY_ASSIGN(
        const auto attempts,
        db.scalar("SELECT coalesce(sum(length(id) + length(path) + length(provider) + length(model) + "
                  "length(subject) + length(amounts) + length(booked) + length(intent) + "
                  "length(request_sha) + length(boot) + 48), 0) FROM attempts"));
    TALLY_ASSIGN(const auto entries,
                 db.scalar("SELECT coalesce(sum(length(entry) + 32), 0) FROM trace_steps"));
    TALLY_ASSIGN(const auto payloads,
                 db.scalar("SELECT coalesce(sum(length(payload) + 40), 0) FROM trace_payloads"));
    TALLY_ASSIGN(const auto journal,
                 db.scalar("SELECT coalesce(sum(length(path) + length(request_sha) + "
                           "coalesce(length(response), 0) + length(extra) + 32), 0) FROM journal"));
    load.intent_bytes = static_cast<std::size_t>(attempts / load.steps);
    load.settle_bytes = static_cast<std::size_t>((entries + payloads + journal) / load.steps);
    return load;
}

Result<RawRate> measureRaw(const RawLoad& load) {
    if (load.groups.empty() || load.steps <= 0)
        return fail("bench.load", "Nothing to measure: no groups or no steps");
    const auto path = load.dir + "/raw_sqlite.db";
    const auto clean = [&path] {
        std::error_code ignored;
        for (const char* end : {"", "-wal", "-shm"})
            std::filesystem::remove(path + end, ignored);
    };
    clean();
    Result<RawRate> rate = fail("bench.open", "The raw database could not be opened");
    {
        auto db = store::Connection::open(path, store::OpenMode::read_write);
        rate = db ? run(*db, load) : Result<RawRate>(fail(db.error()));
    }
    clean();
    if (!rate) return rate;
    rate->fsync_median_us = fsyncMedian(load.dir);
    rate->file_system = store::fileSystemName(load.dir);
    return rate;
}

} // namespace tally::bench
