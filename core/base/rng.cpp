#include "core/base/rng.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/random.h>

namespace tally {
namespace {
void systemFill(std::uint8_t* out, std::size_t n) {
    while (n > 0) {
        const ssize_t got = getrandom(out, n, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            // Without randomness every nonce and salt would be guessable: stopping is the only safe answer.
            std::fputs("getrandom failed\n", stderr);
            std::abort();
        }
        out += got;
        n -= static_cast<std::size_t>(got);
    }
}
} // namespace

std::uint64_t Rng::u64() {
    std::uint8_t bytes[8];
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

std::uint64_t Rng::below(std::uint64_t n) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n;
    std::uint64_t value = u64();
    while (value >= limit)
        value = u64();
    return value % n;
}

double Rng::unit() {
    return static_cast<double>(u64() >> 11) * 0x1.0p-53;
}

void SystemRng::fill(std::span<std::uint8_t> out) {
    const std::lock_guard lock(mutex_);
    if (out.size() > sizeof buffer_) return systemFill(out.data(), out.size());
    if (sizeof buffer_ - used_ < out.size()) {
        systemFill(buffer_, sizeof buffer_);
        used_ = 0;
    }
    std::memcpy(out.data(), buffer_ + used_, out.size());
    // A nonce must not stay behind in memory after it was handed out: erasure would be a fiction.
    std::memset(buffer_ + used_, 0, out.size());
    used_ += out.size();
}

std::uint64_t SeededRng::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

void SeededRng::fill(std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); i += 8) {
        const std::uint64_t word = next();
        for (std::size_t k = 0; k < 8 && i + k < out.size(); ++k)
            out[i + k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
}

} // namespace tally
