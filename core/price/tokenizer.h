// Byte-pair tokenizers whose counts equal OpenAI's tiktoken (encode_ordinary: the text of special tokens is
// plain text).
//
// The tables are inside the program, unpacked on first use (about 40 ms) and checked by SHA-256. Objects live
// as long as the program and are immutable: any thread. Ill-formed UTF-8 is tokenised byte by byte as
// symbols.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::price {

enum class Encoding { cl100k_base, o200k_base };

class TokenRanks;

class Tokenizer {
public:
    /// Error tokenizer.damaged; never null otherwise.
    static Result<const Tokenizer*> get(Encoding encoding);
    ~Tokenizer();

    [[nodiscard]] std::int64_t count(std::string_view text) const;
    [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const;
    /// Bytes of the tokens; unknown ids are left out.
    [[nodiscard]] std::string decode(std::span<const std::uint32_t> tokens) const;
    [[nodiscard]] const TokenRanks& ranks() const { return *ranks_; }

private:
    Tokenizer(Encoding encoding, std::unique_ptr<TokenRanks> ranks);
    static Result<std::unique_ptr<Tokenizer>> make(Encoding encoding);

    Encoding encoding_;
    std::unique_ptr<TokenRanks> ranks_;
};

/// The published encoding of a model name ("gpt-4o-2024-08-06", "openai/gpt-5-mini",
/// "text-embedding-3-small").
std::optional<Encoding> encodingOf(std::string_view model);

} // namespace tally::price
