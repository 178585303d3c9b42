// How fast a whole export is verified, against the speed of hashing alone. Usage: bench_verify [entries]
//
// seconds: verifyFile with a pinned key, content checks and signatures included, file in the page cache, best
// of three. bare_hash_seconds: one thread, one OpenSSL digest per line, nothing else. sha256sum_seconds: the
// program over the whole file. Both ratios are baseline / seconds: above 1 means faster than hashing the
// bytes on one core.
#include "core/audit/merkle.h"
#include "core/audit/verifier.h"
#include "tests/core/audit/support_log.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tally;
using namespace tally::audit;

namespace {
double secondsOf(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double bestOf(int rounds, const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < rounds; ++i)
        best = std::min(best, secondsOf(work));
    return best;
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
} // namespace

int main(int argc, char** argv) {
    const int entries = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / fmt::format("bench_verify.{}", ::getpid());
    std::filesystem::create_directories(folder);
    const std::string path = (folder / "log.tracelog").string();
    int code = 1;
    if (entries >= 1000 && generate(path, entries)) {
        VerifyOptions options;
        std::string vkey;
        std::ifstream(path + ".vkey") >> vkey;
        options.vkeys = {vkey};
        Verdict verdict;
        const double seconds = bestOf(3, [&] {
            auto v = verifyFile(path, options);
            if (v) verdict = std::move(v->verdict);
        });
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        const std::string command = fmt::format("sha256sum '{}' > /dev/null", path);
        const double tool =
            bestOf(3, [&] { code = std::system(command.c_str()); }); // NOLINT: a fixed command
        const auto data = BundleData::open(path);
        const auto sections = parseSections((*data)->bytes());
        std::uint8_t sink = 0;
        const double bare = bestOf(3, [&] {
            LineTable table((*sections)[Section::entries]);
            while (const auto line = table.next())
                sink ^= leafHash(*line)[0];
        });
        if (verdict.ok && verdict.totals && verdict.totals->complete) {
            fmt::print(
                "{{\"entries\":{},\"bytes\":{},\"seconds\":{:.3f},\"sha256sum_seconds\":{:.3f},\"ratio_"
                "sha256sum\":{:.2f},"
                "\"bare_hash_seconds\":{:.3f},\"ratio_bare\":{:.2f},\"peak_mb\":{:.0f},\"check\":{}}}\n",
                verdict.entries, std::filesystem::file_size(path), seconds, tool, tool / seconds, bare,
                bare / seconds, static_cast<double>(usage.ru_maxrss) / 1024.0, sink);
            code = 0;
        } else {
            code = 1;
        }
    }
    std::filesystem::remove_all(folder);
    return code;
}
