// How fast a whole export is verified, against the speed of hashing alone.
// Usage: bench_verify [entries] [--threads N] [--rounds N] [--file FILE]
//
// seconds            verifyFile with a pinned key: every line parsed; chain, tree, signatures, arithmetic.
// bare_hash_seconds  what hashing alone takes on the same threads: the same file mapped anew, split at line
//                    feeds, one OpenSSL SHA-256 per line, digest fetched once. Nothing else.
// sha256sum_seconds  the program sha256sum over the whole file.
// ratio_bare         rate of the verification / rate of bare hashing = bare_hash_seconds / seconds.
// ratio_sha256sum    seconds / sha256sum_seconds: the part of sha256sum's wall time that a verification
// takes;
//                    smaller is better.
// peak_mb            private memory (anonymous pages) at its highest, seen while verifying; peak_rss_mb also
//                    counts pages of the mapped file.
//
// File in the page cache; the three take turns, best of the rounds each, so that a busy moment of the machine
// hits none of them alone. cpu_seconds is the processor time of the best verification.
#include "core/audit/merkle.h"
#include "core/audit/verifier.h"
#include "tests/core/audit/support_log.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tally;
using namespace tally::audit;

namespace {
double secondsOf(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double cpuSeconds() {
    rusage u{};
    ::getrusage(RUSAGE_SELF, &u);
    return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/// A line of /proc/self/status in MB.
double statusMb(const char* key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(key, 0) == 0) return std::atof(line.c_str() + std::strlen(key)) / 1024.0;
    }
    return 0;
}

/// In a process of its own, so that the memory of the generator is not counted.
bool generate(const std::string& path, int entries) {
    const pid_t child = ::fork();
    if (child == 0) {
        test::TestLog log = test::TestLog::random(1, entries / 6, 200);
        BundleOptions options;
        options.openings = false;
        const auto done = writeBundleFile(log, options, path);
        std::ofstream(path + ".vkey") << log.genesisKey();
        ::_exit(done ? 0 : 1);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

/// XOR of the first bytes of all leaf hashes, so that nothing can be left out.
std::uint8_t bareHash(const std::string& path, unsigned threads) {
    const auto data = BundleData::open(path);
    const auto sections = parseSections((*data)->bytes());
    const std::string_view all = (*sections)[Section::entries];
    constexpr std::size_t step = std::size_t{256} << 10;
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint8_t> sum{0};
    const auto work = [&] {
        std::uint8_t mine = 0;
        for (;;) {
            // Lines that begin in [from, from + step).
            const std::size_t from = next.fetch_add(step);
            if (from >= all.size()) break;
            std::size_t at = from == 0 ? 0 : all.find('\n', from - 1) + 1;
            while (at != 0 || from == 0) {
                if (at >= from + step || at >= all.size()) break;
                const std::size_t end = all.find('\n', at);
                mine ^= leafHash(all.substr(at, end - at))[0];
                at = end + 1;
            }
        }
        sum ^= mine;
    };
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i)
        pool.emplace_back(work);
    work();
    for (std::thread& t : pool)
        t.join();
    return sum;
}
} // namespace

int main(int argc, char** argv) {
    int entries = 200'000, rounds = 5;
    unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    std::string path;
    for (int i = 1; i < argc; ++i) {
        const std::string_view arg = argv[i];
        if (i + 1 < argc && arg == "--threads")
            threads = static_cast<unsigned>(std::max(1, std::atoi(argv[++i])));
        else if (i + 1 < argc && arg == "--rounds")
            rounds = std::max(1, std::atoi(argv[++i]));
        else if (i + 1 < argc && arg == "--file") // made if it is not there, and kept
            path = argv[++i];
        else
            entries = std::atoi(argv[i]);
    }
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / fmt::format("bench_verify.{}", ::getpid());
    const bool keep = !path.empty();
    if (!keep) {
        std::filesystem::create_directories(folder);
        path = (folder / "log.tracelog").string();
    }
    int code = 1;
    if (entries >= 1000 && (std::filesystem::exists(path + ".vkey") || generate(path, entries))) {
        VerifyOptions options;
        std::string vkey;
        std::ifstream(path + ".vkey") >> vkey;
        options.vkeys = {vkey};
        options.threads = threads;
        double private_mb = 0;
        std::uint64_t looked_at = 0;
        options.progress = [&](const VerifyProgressInfo& at) { // not at every report: the look costs time
            if (at.bytes > looked_at && at.bytes - looked_at < (std::uint64_t{64} << 20)) return;
            looked_at = at.bytes;
            private_mb = std::max(private_mb, statusMb("RssAnon:"));
        };
        Verdict verdict;
        std::uint8_t sink = 0;
        double seconds = 1e9, cpu = 0, bare = 1e9, tool = 1e9, rss_mb = 0;
        const std::string command = fmt::format("sha256sum '{}' > /dev/null", path);
        bool ran = true;
        for (int i = 0; i < rounds; ++i) {
            const double cpu_before = cpuSeconds();
            const double s = secondsOf([&] {
                auto v = verifyFile(path, options);
                if (v) verdict = std::move(v->verdict);
            });
            if (s < seconds) {
                seconds = s;
                cpu = cpuSeconds() - cpu_before;
            }
            if (i == 0) rss_mb = statusMb("VmHWM:");
            bare = std::min(bare, secondsOf([&] { sink = bareHash(path, threads); }));
            if (i < 3)
                tool = std::min(tool, secondsOf([&] {
                                    ran = ran && std::system(command.c_str()) == 0; // NOLINT: a fixed command
                                }));
        }
        if (ran && verdict.ok && verdict.totals && verdict.totals->complete) {
            fmt::print(
                "{{\"entries\":{},\"bytes\":{},\"threads\":{},\"seconds\":{:.3f},\"cpu_seconds\":{:.3f},"
                "\"sha256sum_seconds\":{:.3f},\"ratio_sha256sum\":{:.3f},\"bare_hash_seconds\":{:.3f},"
                "\"ratio_bare\":{:.3f},\"peak_mb\":{:.0f},\"peak_rss_mb\":{:.0f},\"check\":{}}}\n",
                verdict.entries, std::filesystem::file_size(path), threads, seconds, cpu, tool,
                seconds / tool, bare, bare / seconds, private_mb, rss_mb, sink);
            code = 0;
        }
    }
    if (!keep) std::filesystem::remove_all(folder);
    return code;
}
