#include "core/base/hash_batch.h"

#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace tally {

void hashBatchPortable(std::uint8_t prefix, const std::string_view* messages, std::size_t n, Hash* out) {
    const char first = static_cast<char>(prefix);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = sha256({std::string_view(&first, 1), messages[i]});
}

#if defined(__x86_64__)
namespace {

alignas(16) constexpr std::uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define TALLY_SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))

/// One message on its way: prefix byte, body, padding. Blocks of the body are read in place.
class Lane {
public:
    TALLY_SHA_TARGET void start(std::uint8_t prefix, std::string_view body, Hash* out) {
        out_ = out;
        // FIPS 180-4 5.3.3, in the order that the instructions want: ABEF and CDGH.
        abef =
            _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c));
        cdgh = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
        const std::size_t length = body.size() + 1;
        const std::size_t rest = length % 64;
        body_ = body.data();
        whole_ = length / 64; // blocks without padding
        first_[0] = prefix;
        if (whole_ != 0) { // copies of a fixed size: what stands before the rest is not looked at
            std::memcpy(first_ + 1, body_, 63);
            std::memcpy(end_, body_ + body.size() - 63, 63);
            tail_ = end_ + 63 - rest;
        } else {
            if (!body.empty()) std::memcpy(first_ + 1, body_, body.size());
            std::memcpy(end_, first_, 64);
            tail_ = end_;
        }
        std::memset(tail_ + rest, 0, 128);
        tail_[rest] = 0x80;
        const std::size_t tail_blocks = rest < 56 ? 1 : 2;
        const std::uint64_t bits = __builtin_bswap64(static_cast<std::uint64_t>(length) * 8);
        std::memcpy(tail_ + 64 * tail_blocks - 8, &bits, 8);
        blocks_ = whole_ + tail_blocks;
        block_ = 0;
    }
    [[nodiscard]] const std::uint8_t* next() {
        const std::size_t b = block_++;
        if (b >= whole_) return tail_ + 64 * (b - whole_);
        if (b == 0) return first_;
        return reinterpret_cast<const std::uint8_t*>(body_) + (64 * b - 1);
    }
    [[nodiscard]] bool done() const { return block_ == blocks_; }
    TALLY_SHA_TARGET void finish() {
        const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
        const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
        const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
        const __m128i dcba = _mm_blend_epi16(feba, dchg, 0xf0);
        const __m128i hgfe = _mm_alignr_epi8(dchg, feba, 8);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out_->data()), _mm_shuffle_epi8(dcba, swap));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out_->data() + 16), _mm_shuffle_epi8(hgfe, swap));
    }

    __m128i abef, cdgh;

private:
    Hash* out_ = nullptr;
    const char* body_ = nullptr;
    std::size_t whole_ = 0, blocks_ = 0, block_ = 0;
    std::uint8_t* tail_ = nullptr; ///< rest and padding, inside of end_
    std::uint8_t first_[64];
    std::uint8_t end_[64 + 128];
};

/// `lanes` messages, one block each, interleaved round by round.
template <int lanes>
TALLY_SHA_TARGET inline void compress(Lane* const* lane, const std::uint8_t* const* data) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abef[lanes], cdgh[lanes], w[lanes][4];
    for (int l = 0; l < lanes; ++l) {
        abef[l] = lane[l]->abef;
        cdgh[l] = lane[l]->cdgh;
        for (int i = 0; i < 4; ++i)
            w[l][i] =
                _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data[l] + 16 * i)), swap);
    }
#pragma GCC unroll 16
    for (int group = 0; group < 16; ++group) { // four rounds each
        const __m128i k = _mm_load_si128(reinterpret_cast<const __m128i*>(round_constants + 4 * group));
#pragma GCC unroll 2
        for (int l = 0; l < lanes; ++l) {
            const int now = group & 3;
            if (group >= 4) {
                const __m128i w4 = w[l][now], w3 = w[l][(now + 1) & 3], w2 = w[l][(now + 2) & 3],
                              w1 = w[l][(now + 3) & 3];
                const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w4, w3), _mm_alignr_epi8(w1, w2, 4));
                w[l][now] = _mm_sha256msg2_epu32(sum, w1);
            }
            __m128i input = _mm_add_epi32(w[l][now], k);
            cdgh[l] = _mm_sha256rnds2_epu32(cdgh[l], abef[l], input);
            input = _mm_shuffle_epi32(input, 0x0e);
            abef[l] = _mm_sha256rnds2_epu32(abef[l], cdgh[l], input);
        }
    }
    for (int l = 0; l < lanes; ++l) {
        lane[l]->abef = _mm_add_epi32(lane[l]->abef, abef[l]);
        lane[l]->cdgh = _mm_add_epi32(lane[l]->cdgh, cdgh[l]);
    }
}

TALLY_SHA_TARGET void hashBatchSha(std::uint8_t prefix, const std::string_view* messages, std::size_t n,
                                   Hash* out) {
    Lane a, b;
    Lane* busy[2] = {&a, &b};
    const std::uint8_t* data[2] = {nullptr, nullptr};
    std::size_t next = 0;
    int active = 0;
    while (active < 2 && next < n) {
        busy[active++]->start(prefix, messages[next], out + next);
        ++next;
    }
    while (active > 0) {
        for (int l = 0; l < active; ++l)
            data[l] = busy[l]->next();
        if (active == 2)
            compress<2>(busy, data);
        else
            compress<1>(busy, data);
        for (int l = active - 1; l >= 0; --l) {
            if (!busy[l]->done()) continue;
            busy[l]->finish();
            if (next < n) {
                busy[l]->start(prefix, messages[next], out + next);
                ++next;
            } else {
                std::swap(busy[l], busy[--active]);
            }
        }
    }
}

bool hasShaInstructions() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0 || (c & bit_SSSE3) == 0) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & (1U << 29)) != 0;
}

} // namespace

void hashBatch(std::uint8_t prefix, const std::string_view* messages, std::size_t n, Hash* out) {
    static const bool fast = hasShaInstructions();
    if (fast)
        hashBatchSha(prefix, messages, n, out);
    else
        hashBatchPortable(prefix, messages, n, out);
}
#else
void hashBatch(std::uint8_t prefix, const std::string_view* messages, std::size_t n, Hash* out) {
    hashBatchPortable(prefix, messages, n, out);
}
#endif

} // namespace tally
