// How fast a workspace's log becomes a bundle, and how fast entries become a workspace again.
// Usage: bench_export [entries] [--dir FOLDER]
//
// export_entries_per_s  StoreSource -> writeBundleFile, with fsync and rename, best of three.
// import_s              the entries inserted into trace_steps, all query tables made from them
// (IndexBuilder),
//                       one durable transaction.
// rebuild_s             the query tables made again from the stored entries (tally doctor --rebuild).
// raw_s                 the limit for that: bare SQLite, same folder and settings, inserts the bytes of all
// those
//                       rows (entries, hashes, index rows, marks, names) into plain tables without an index.
// ratio_import          raw_s / import_s: 1 means as fast as bare insertion.
// peak_rss_mb           of the exports, above what the process held before them.
#include "core/audit/index_builder.h"
#include "core/audit/index_rebuild.h"
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/store/store.h"
#include "tests/core/audit/support_log.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace tally;
using namespace tally::audit;

namespace {
double secondsSince(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A line of /proc/self/status, in KiB.
std::int64_t statusKb(std::string_view name) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name)) return std::atoll(line.c_str() + name.size());
    return 0;
}
void resetPeak() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

struct Figures {
    std::uint64_t entries = 0, bytes = 0, row_bytes = 0;
    std::int64_t peak_kb = 0;
    double export_s = 1e9, import_s = 0, rebuild_s = 0, raw_s = 0;
};

Status insertLines(store::Connection& db, const char* table, const test::TestLog& log) {
    const std::string sql = fmt::format("INSERT INTO {}(seq, entry, leaf) VALUES(?,?,?)", table);
    for (std::size_t i = 0; i < log.lines().size(); ++i)
        TALLY_TRY(db.run(sql, i, store::Blob{log.lines()[i]}, store::Blob{asText(log.leafHashes()[i])}));
    return {};
}

Status import(store::Tx& tx, store::TraceIndex& index, const test::TestLog& log) {
    TALLY_TRY(insertLines(tx.db(), "trace_steps", log));
    std::size_t at = 0;
    return IndexBuilder(index).addAll(tx, [&]() -> Result<std::optional<IndexBuilder::Line>> {
        if (at == log.lines().size()) return std::nullopt;
        const std::size_t seq = at++;
        return IndexBuilder::Line{static_cast<std::int64_t>(seq), log.lines()[seq]};
    });
}

/// Length of the row of each query table, as the raw insertion will write it.
Result<std::vector<std::int64_t>> rowBytes(store::Connection& db) {
    std::vector<std::int64_t> out;
    for (const char* sql :
         {"SELECT 60 + length(span) + length(parent) + length(path) + length(usage) FROM trace_index",
          "SELECT 12 + length(name) FROM trace_marks", "SELECT 6 + length(name) FROM trace_dims"}) {
        TALLY_ASSIGN(auto q, db.query(sql));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            out.push_back(q.i64(0));
        }
    }
    return out;
}

Status measureRaw(const std::string& dir, const test::TestLog& log, const std::vector<std::int64_t>& rows,
                  Figures& f) {
    TALLY_ASSIGN(auto db, store::Connection::open(dir + "/raw.db", store::OpenMode::read_write));
    TALLY_TRY(db.exec("CREATE TABLE lines(seq INTEGER PRIMARY KEY, entry BLOB, leaf BLOB); "
                      "CREATE TABLE rows(id INTEGER PRIMARY KEY, data BLOB)"));
    const auto begin = std::chrono::steady_clock::now();
    TALLY_ASSIGN(auto tx, store::Transaction::begin(db));
    TALLY_TRY(insertLines(db, "lines", log));
    const std::string filler(4096, 'x');
    for (const std::int64_t n : rows)
        TALLY_TRY(db.run("INSERT INTO rows(data) VALUES(?)",
                         store::Blob{std::string_view(filler).substr(0, static_cast<std::size_t>(n))}));
    TALLY_TRY(tx.commit());
    f.raw_s = secondsSince(begin);
    return {};
}

Result<Figures> measure(const std::string& dir, int entries) {
    Figures f;
    test::TestLog log = test::TestLog::random(1, entries / 6, 200);
    f.entries = log.lines().size();
    store::StoreOptions options;
    options.dir = dir + "/ws";
    options.app = "bench";
    options.check_location = false;
    const SystemClock clock;
    SystemRng rng;
    TALLY_ASSIGN(const auto store, store::Store::open(options, clock, rng));
    store->start();
    const auto begin = std::chrono::steady_clock::now();
    TALLY_TRY(store->writer().write([&](store::Tx& tx) { return import(tx, store->traceIndex(), log); }));
    f.import_s = secondsSince(begin);
    const auto again = std::chrono::steady_clock::now();
    TALLY_TRY(store->writer().write([&](store::Tx& tx) { return rebuildIndex(tx, store->traceIndex()); }));
    f.rebuild_s = secondsSince(again);
    TALLY_ASSIGN(const auto notes, log.checkpoints());
    TALLY_TRY(store->writer().write([&](store::Tx& tx) -> Status {
        return tx.db().run("INSERT INTO trace_checkpoints(size, note) VALUES(?,?)", f.entries,
                           store::Blob{notes.back()});
    }));
    TALLY_ASSIGN(auto look, store::Store::openReadOnly(options.dir));
    TALLY_ASSIGN(const auto rows, rowBytes(look));
    for (const std::int64_t n : rows)
        f.row_bytes += static_cast<std::uint64_t>(n);
    TALLY_TRY(measureRaw(dir, log, rows, f));
    const std::int64_t held = statusKb("VmRSS:");
    resetPeak();
    for (int i = 0; i < 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        TALLY_ASSIGN(const auto summary, exportWorkspace(options.dir, dir + "/out.tracelog", {}));
        f.export_s = std::min(f.export_s, secondsSince(start));
        f.bytes = summary.bytes;
        if (summary.entries != f.entries) return fail("bench.export", "the export has not all entries");
    }
    f.peak_kb = std::max<std::int64_t>(0, statusKb("VmHWM:") - held);
    return f;
}
} // namespace

int main(int argc, char** argv) {
    int entries = 200'000;
    std::filesystem::path base = std::filesystem::temp_directory_path();
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--dir" && i + 1 < argc)
            base = argv[++i];
        else
            entries = std::atoi(argv[i]);
    }
    if (entries < 1000) return 2;
    const std::filesystem::path folder = base / fmt::format("bench_export.{}", ::getpid());
    std::filesystem::create_directories(folder);
    const auto f = measure(folder.string(), entries);
    std::filesystem::remove_all(folder);
    if (!f) {
        fmt::print(stderr, "{}\n", f.error().text());
        return 1;
    }
    const double n = static_cast<double>(f->entries);
    fmt::print("{{\"entries\":{},\"bytes\":{},\"export_seconds\":{:.3f},\"export_entries_per_s\":{:.0f},"
               "\"import_seconds\":{:.3f},\"import_entries_per_s\":{:.0f},\"rebuild_seconds\":{:.3f},"
               "\"raw_seconds\":{:.3f},\"ratio_import\":{:.2f},\"index_bytes\":{},\"peak_rss_mb\":{}}}\n",
               f->entries, f->bytes, f->export_s, n / f->export_s, f->import_s, n / f->import_s, f->rebuild_s,
               f->raw_s, f->raw_s / f->import_s, f->row_bytes, f->peak_kb >> 10);
    return 0;
}
