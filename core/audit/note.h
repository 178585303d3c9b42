// C2SP signed notes, verifier keys and checkpoints (TRACE_LOG.md 7.1, 7.2). Values only; thread-safe.
#pragma once
#include "core/audit/ed25519.h"
#include "core/base/hash.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

enum class NoteAlgorithm : std::uint8_t { ed25519 = 1, cosignature = 4 };
using KeyId = std::array<std::uint8_t, 4>;

/// A public key with a name, as in `<name>+<key id>+<base64(algorithm ‖ key)>`.
struct VerifierKey {
    std::string name;
    NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
    PublicKey key{};
    KeyId id{};

    static VerifierKey of(std::string name, const PublicKey& key,
                          NoteAlgorithm algorithm = NoteAlgorithm::ed25519);
    /// Error note.vkey (form, key id) or note.weak_key (7.4).
    static Result<VerifierKey> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    bool operator==(const VerifierKey&) const = default;
};

struct NoteSignature {
    std::string name;
    KeyId id{};
    Bytes signature; ///< without the key id
};

/// A split note; `text` keeps its last line feed.
struct Note {
    std::string text;
    std::vector<NoteSignature> signatures;
};

struct Verified {
    std::string name;
    NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
    std::optional<std::uint64_t> time; ///< seconds, of a cosignature
};

inline constexpr std::size_t max_note_bytes = 1'000'000;
/// Error note.format; also above `limit` bytes.
Result<Note> parseNote(std::string_view bytes, std::size_t limit = max_note_bytes);
/// The valid signatures of known keys. Error note.bad_signature when a known key's line does not verify,
/// note.unsigned when no known key signed, note.format when the note cannot be read.
Result<std::vector<Verified>> verifyNote(std::string_view bytes, std::span<const VerifierKey> keys);
Result<std::vector<Verified>> verifyNote(const Note& note, std::span<const VerifierKey> keys);
/// "— name base64\n" over `text`.
Result<std::string> signatureLine(std::string_view text, const std::string& name, const SigningKey& key);
/// C2SP cosignature/v1 of a witness.
Result<std::string> cosignatureLine(std::string_view text, const std::string& name, const SigningKey& key,
                                    std::uint64_t time_s);
/// text ‖ "\n" ‖ signature line
Result<std::string> signNote(std::string_view text, const std::string& name, const SigningKey& key);

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    std::vector<std::string> extensions; ///< lines after the third; never written, only read

    /// Error checkpoint.format; `text` is Note::text.
    static Result<Checkpoint> parse(std::string_view text);
    /// Three lines, each with its line feed.
    [[nodiscard]] std::string text() const;
};

} // namespace tally::audit
