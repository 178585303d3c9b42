#include "core/audit/note.h"

#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tally::audit {
namespace {
constexpr std::size_t max_signatures = 100;
constexpr std::string_view dash = "\xe2\x80\x94 "; // U+2014 and a space

tl::unexpected<Error> malformed(std::string why) {
    return fail("note.format", std::move(why));
}

/// What Unicode calls white space; a name with any of it could hide a second name.
bool hasSpaceOrPlus(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        if (c == '+' || c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f)) return true;
        const std::string_view rest = name.substr(i);
        const auto starts = [&](std::string_view s) { return rest.substr(0, s.size()) == s; };
        if (starts("\xc2\x85") || starts("\xc2\xa0") || starts("\xe1\x9a\x80") || starts("\xe2\x81\x9f") ||
            starts("\xe3\x80\x80"))
            return true;
        if (rest.size() >= 3 && starts("\xe2\x80")) {
            const auto last = static_cast<unsigned char>(rest[2]);
            if ((last >= 0x80 && last <= 0x8a) || last == 0xa8 || last == 0xa9 || last == 0xaf) return true;
        }
    }
    return false;
}

KeyId keyIdOf(std::string_view name, NoteAlgorithm algorithm, const PublicKey& key) {
    const char middle[2] = {'\n', static_cast<char>(algorithm)};
    const Hash h = sha256({name, std::string_view(middle, 2), asText(key)});
    return {h[0], h[1], h[2], h[3]};
}

std::string cosignedMessage(std::string_view text, std::uint64_t time_s) {
    return fmt::format("cosignature/v1\ntime {}\n{}", time_s, text);
}

std::string line(const std::string& name, const KeyId& id, std::span<const std::uint8_t> signature) {
    Bytes raw(id.begin(), id.end());
    raw.insert(raw.end(), signature.begin(), signature.end());
    return fmt::format("{}{} {}\n", dash, name, toBase64(raw));
}
} // namespace

VerifierKey VerifierKey::of(std::string name, const PublicKey& key, NoteAlgorithm algorithm) {
    VerifierKey out{std::move(name), algorithm, key, {}};
    out.id = keyIdOf(out.name, algorithm, key);
    return out;
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    const auto bad = [] {
        return fail("note.vkey", "this is not a verifier key (name+key id+base64)",
                    "Copy the whole line of the key.");
    };
    const std::size_t one = text.find('+');
    const std::size_t two = one == std::string_view::npos ? one : text.find('+', one + 1);
    if (two == std::string_view::npos) return bad();
    const std::string_view name = text.substr(0, one);
    const std::string_view id_text = text.substr(one + 1, two - one - 1);
    const auto raw = fromBase64(text.substr(two + 1));
    if (!raw || raw->size() != 33 || name.empty() || hasSpaceOrPlus(name) || !isUtf8(name)) return bad();
    if ((*raw)[0] != 1 && (*raw)[0] != 4) return bad();
    PublicKey key{};
    std::copy(raw->begin() + 1, raw->end(), key.begin());
    const VerifierKey out = of(std::string(name), key, static_cast<NoteAlgorithm>((*raw)[0]));
    if (id_text != toHex(out.id))
        return fail("note.vkey", "the key id of this verifier key does not match its key");
    if (!isSoundPublicKey(key))
        return fail("note.weak_key",
                    "this public key is malformed or weak: signatures under it prove nothing");
    return out;
}

std::string VerifierKey::text() const {
    Bytes raw{static_cast<std::uint8_t>(algorithm)};
    raw.insert(raw.end(), key.begin(), key.end());
    return fmt::format("{}+{}+{}", name, toHex(id), toBase64(raw));
}

Result<Note> parseNote(std::string_view bytes, std::size_t limit) {
    if (bytes.size() > limit) return malformed(fmt::format("the note is longer than {} bytes", limit));
    if (!isUtf8(bytes)) return malformed("the note is not UTF-8");
    if (std::any_of(bytes.begin(), bytes.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
        return malformed("the note contains a control character");
    const std::size_t cut = bytes.rfind("\n\n");
    if (cut == std::string_view::npos) return malformed("the note has no signature block");
    std::string_view rest = bytes.substr(cut + 2);
    if (rest.empty() || rest.back() != '\n') return malformed("a signature line does not end");
    Note note{std::string(bytes.substr(0, cut + 1)), {}};
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string_view row = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (row.substr(0, dash.size()) != dash) return malformed("a signature line has another form");
        row.remove_prefix(dash.size());
        const std::size_t space = row.find(' ');
        if (space == std::string_view::npos || space == 0 || hasSpaceOrPlus(row.substr(0, space)))
            return malformed("a signature line has another form");
        const auto raw = fromBase64(row.substr(space + 1));
        if (!raw || raw->size() < 5) return malformed("a signature is not base64, or too short");
        NoteSignature s{std::string(row.substr(0, space)), {}, Bytes(raw->begin() + 4, raw->end())};
        std::copy_n(raw->begin(), 4, s.id.begin());
        note.signatures.push_back(std::move(s));
        if (note.signatures.size() > max_signatures)
            return malformed("the note has more than 100 signatures");
    }
    return note;
}

Result<std::vector<Verified>> verifyNote(std::string_view bytes, std::span<const VerifierKey> keys) {
    TALLY_ASSIGN(const Note note, parseNote(bytes));
    return verifyNote(note, keys);
}

Result<std::vector<Verified>> verifyNote(const Note& note, std::span<const VerifierKey> keys) {
    std::vector<Verified> good;
    std::set<std::pair<std::string, KeyId>> seen;
    for (const NoteSignature& s : note.signatures) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const VerifierKey& k) { return k.name == s.name && k.id == s.id; });
        if (key == keys.end() || !seen.emplace(s.name, s.id).second) continue;
        Verified v{s.name, key->algorithm, std::nullopt};
        bool ok = false;
        if (key->algorithm == NoteAlgorithm::ed25519) {
            ok = verifyEd25519(key->key, note.text, s.signature);
        } else if (s.signature.size() == 72) {
            std::uint64_t time = 0;
            for (int i = 0; i < 8; ++i)
                time = time << 8 | s.signature[static_cast<std::size_t>(i)];
            v.time = time;
            ok = verifyEd25519(key->key, cosignedMessage(note.text, time),
                               std::span<const std::uint8_t>(s.signature).subspan(8));
        }
        if (!ok)
            return fail("note.bad_signature",
                        fmt::format("invalid signature for key {}+{}", s.name, toHex(s.id)));
        good.push_back(std::move(v));
    }
    if (good.empty()) return fail("note.unsigned", "no line of the required key");
    return good;
}

Result<std::string> signatureLine(std::string_view text, const std::string& name, const SigningKey& key) {
    TALLY_ASSIGN(const Signature signature, key.sign(text));
    return line(name, keyIdOf(name, NoteAlgorithm::ed25519, key.publicKey()), signature);
}

Result<std::string> cosignatureLine(std::string_view text, const std::string& name, const SigningKey& key,
                                    std::uint64_t time_s) {
    TALLY_ASSIGN(const Signature signature, key.sign(cosignedMessage(text, time_s)));
    Bytes raw(8);
    for (int i = 0; i < 8; ++i)
        raw[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(time_s >> (56 - 8 * i));
    raw.insert(raw.end(), signature.begin(), signature.end());
    return line(name, keyIdOf(name, NoteAlgorithm::cosignature, key.publicKey()), raw);
}

Result<std::string> signNote(std::string_view text, const std::string& name, const SigningKey& key) {
    TALLY_ASSIGN(const std::string signature, signatureLine(text, name, key));
    return fmt::format("{}\n{}", text, signature);
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
    const auto bad = [](std::string why) { return fail("checkpoint.format", std::move(why)); };
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return bad("the last line does not end");
        if (end == 0) return bad("an empty line");
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() < 3) return bad("fewer than three lines");
    Checkpoint out;
    out.origin = std::string(lines[0]);
    const std::string_view size = lines[1];
    if (size.size() > 16 || size[0] == '0' ||
        !std::all_of(size.begin(), size.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return bad("the size is not a number without leading zeros, at least 1");
    for (const char c : size)
        out.size = out.size * 10 + static_cast<std::uint64_t>(c - '0');
    if (out.size > (std::uint64_t{1} << 53) - 1) return bad("the size is out of range");
    const auto root = fromBase64(lines[2]);
    if (!root || root->size() != 32) return bad("the root is not 32 bytes of base64");
    std::copy(root->begin(), root->end(), out.root.begin());
    for (std::size_t i = 3; i < lines.size(); ++i)
        out.extensions.emplace_back(lines[i]);
    return out;
}

std::string Checkpoint::text() const {
    return fmt::format("{}\n{}\n{}\n", origin, size, toBase64(root));
}

} // namespace tally::audit
