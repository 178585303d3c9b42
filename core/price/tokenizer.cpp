#include "core/price/tokenizer.h"

#include "core/price/catalogue.h"
#include "core/price/embedded.h"
#include "core/price/token_ranks.h"
#include "core/price/word_splitter.h"

#include <array>
#include <cstring>

namespace tally::price {
namespace {
/// Counts of recent pieces, one table per thread and encoding, direct-mapped: the newest piece of a slot
/// stays.
class PieceCache {
public:
    static PieceCache& of(Encoding encoding) {
        thread_local std::array<std::unique_ptr<PieceCache>, 2> caches;
        auto& cache = caches.at(static_cast<std::size_t>(encoding));
        if (!cache) cache = std::make_unique<PieceCache>();
        return *cache;
    }
    std::int64_t count(std::string_view piece, const TokenRanks& ranks) {
        if (piece.size() > key_size) return ranks.count(piece);
        auto& entry = entries_[TokenRanks::hash(piece) >> (64 - bits)];
        if (entry.size == piece.size() && std::memcmp(entry.key.data(), piece.data(), piece.size()) == 0)
            return entry.count;
        const auto counted = ranks.count(piece);
        entry.size = static_cast<std::uint8_t>(piece.size());
        entry.count = static_cast<std::uint8_t>(counted); // at most one token per byte
        std::memcpy(entry.key.data(), piece.data(), piece.size());
        return counted;
    }

private:
    static constexpr std::size_t key_size = 30;
    static constexpr int bits = 14;
    struct Entry {
        std::uint8_t size = 0; ///< 0: empty; no piece is
        std::uint8_t count = 0;
        std::array<char, key_size> key{};
    };
    static_assert(sizeof(Entry) == 32, "two entries per cache line");
    std::vector<Entry> entries_ = std::vector<Entry>(std::size_t{1} << bits);
};

Pattern patternOf(Encoding encoding) {
    return encoding == Encoding::o200k_base ? Pattern::o200k : Pattern::cl100k;
}
} // namespace

Tokenizer::Tokenizer(Encoding encoding, std::unique_ptr<TokenRanks> ranks)
    : encoding_(encoding)
    , ranks_(std::move(ranks)) {}
Tokenizer::~Tokenizer() = default;

Result<std::unique_ptr<Tokenizer>> Tokenizer::make(Encoding encoding) {
    const bool o200k = encoding == Encoding::o200k_base;
    TALLY_ASSIGN(auto ranks,
                 o200k
                     ? TokenRanks::load(embedded::o200kRanks(), 1'597'668, 199'998,
                                        "440741350e7cfa1c0f4869ce742d1b043550adbda5187adcac9e787edac6fba9")
                     : TokenRanks::load(embedded::cl100kRanks(), 744'086, 100'256,
                                        "18288f996f452d44e0e65996176591a4b712a3eb1b42afd6f0511e735c099480"));
    return std::unique_ptr<Tokenizer>(
        new Tokenizer(encoding, std::make_unique<TokenRanks>(std::move(ranks))));
}

Result<const Tokenizer*> Tokenizer::get(Encoding encoding) {
    // Never destroyed: worker threads may still count while the program ends.
    using Made = Result<std::unique_ptr<Tokenizer>>;
    const auto load = [](Encoding e) { return new Made(make(e)); };
    const Made* made = nullptr;
    if (encoding == Encoding::o200k_base) {
        static const Made* const o200k = load(Encoding::o200k_base);
        made = o200k;
    } else {
        static const Made* const cl100k = load(Encoding::cl100k_base);
        made = cl100k;
    }
    if (!*made) return fail(made->error());
    return made->value().get();
}

std::int64_t Tokenizer::count(std::string_view text) const {
    const WordSplitter splitter(text, patternOf(encoding_));
    auto& cache = PieceCache::of(encoding_);
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = splitter.next(at);
        sum += cache.count(text.substr(at, end - at), *ranks_);
        at = end;
    }
    return sum;
}

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const {
    const WordSplitter splitter(text, patternOf(encoding_));
    std::vector<std::uint32_t> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = splitter.next(at);
        ranks_->encode(text.substr(at, end - at), out);
        at = end;
    }
    return out;
}

std::string Tokenizer::decode(std::span<const std::uint32_t> tokens) const {
    std::string out;
    for (const auto token : tokens)
        if (token < ranks_->size()) out += ranks_->bytes(token);
    return out;
}

std::optional<Encoding> encodingOf(std::string_view model) {
    auto name = lowerAscii(model);
    if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
    const auto is = [&](std::string_view start) { return name.starts_with(start); };
    for (const char* start :
         {"gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-oss", "chatgpt-4o", "o1", "o3", "o4-mini"})
        if (is(start)) return Encoding::o200k_base;
    for (const char* start :
         {"gpt-4", "gpt-3.5-turbo", "gpt-35-turbo", "text-embedding-3-", "text-embedding-ada-002"})
        if (is(start)) return Encoding::cl100k_base;
    return std::nullopt;
}

} // namespace tally::price
