#include "core/audit/proof.h"

#include "core/audit/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace tally::audit {
namespace {
constexpr std::string_view proof_magic = "c2sp.org/tlog-proof@v1";

tl::unexpected<Error> malformed(std::string why) {
    return fail("proof.format", std::move(why));
}

std::vector<Hash> hashList(std::string_view bytes) {
    std::vector<Hash> out(bytes.size() / 32);
    if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * 32);
    return out;
}

/// Newest checkpoint, hash list and range of a bundle, each as it stands.
struct Opened {
    BundleSections sections;
    std::uint64_t first = 0;
    std::string_view note;
    Checkpoint checkpoint;
    std::vector<Hash> left, hashes;

    static Result<Opened> of(std::string_view file) {
        Opened out;
        TALLY_ASSIGN(out.sections, parseSections(file));
        TALLY_ASSIGN(const Entry manifest, parseEntry(out.sections[Section::manifest]));
        const auto first = manifest.integer("first");
        if (!first || *first < 0)
            return fail("container.manifest", "the manifest does not say where the export starts");
        out.first = static_cast<std::uint64_t>(*first);
        TALLY_ASSIGN(const auto notes, splitCounted(out.sections[Section::checkpoints]));
        for (const std::string_view bytes : notes) {
            const auto note = parseNote(bytes);
            if (!note) continue;
            const auto checkpoint = Checkpoint::parse(note->text);
            if (checkpoint && checkpoint->size > out.checkpoint.size) {
                out.checkpoint = *checkpoint;
                out.note = bytes;
            }
        }
        if (out.note.empty()) return fail("container.unsigned", "the export has no readable checkpoint");
        out.left = hashList(out.sections[Section::left]);
        out.hashes = hashList(out.sections[Section::hashes]);
        if (out.first > out.checkpoint.size || out.hashes.size() != out.checkpoint.size - out.first)
            return fail("container.hashes",
                        "the hash list of the export does not have one hash per sealed entry");
        return out;
    }
    [[nodiscard]] bool matchesOwnRoot() const {
        const auto edge = CompactRange::fromNodes(first, left);
        if (!edge) return false;
        CompactRange range = *edge;
        for (const Hash& h : hashes)
            range.append(h);
        return range.root() == checkpoint.root;
    }
};
} // namespace

Result<InclusionProof> InclusionProof::parse(std::string_view text) {
    const std::size_t cut = text.find("\n\n");
    if (cut == std::string_view::npos) return malformed("the proof has no checkpoint");
    std::string_view head = text.substr(0, cut);
    InclusionProof out;
    out.note = text.substr(cut + 2);
    const auto nextLine = [&] {
        const std::size_t end = head.find('\n');
        const std::string_view row = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        return row;
    };
    if (nextLine() != proof_magic) return malformed("this is not a tlog-proof@v1");
    std::string_view row = nextLine();
    if (row.substr(0, 6) == "extra ") {
        const auto extra = fromBase64(row.substr(6));
        if (!extra) return malformed("the entry is not base64");
        out.line = std::string(asText(*extra));
        row = nextLine();
    }
    if (row.substr(0, 6) != "index ") return malformed("the index line is missing");
    row.remove_prefix(6);
    if (row.empty() || row.size() > 16 || (row[0] == '0' && row.size() > 1) ||
        !std::all_of(row.begin(), row.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return malformed("the index is not a number");
    for (const char c : row)
        out.index = out.index * 10 + static_cast<std::uint64_t>(c - '0');
    while (!head.empty()) {
        const auto hash = fromBase64(nextLine());
        if (!hash || hash->size() != 32 || out.path.size() >= 63)
            return malformed("a hash of the path is not 32 bytes of base64");
        std::copy(hash->begin(), hash->end(), out.path.emplace_back().begin());
    }
    return out;
}

Hash prefixRoot(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path) {
    Hash root = leaf;
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    for (const Hash& p : path) {
        if ((fn & 1) != 0 || fn == sn) {
            root = nodeHash(p, root);
            while ((fn & 1) == 0 && fn != 0)
                fn >>= 1, sn >>= 1;
        }
        fn >>= 1, sn >>= 1;
    }
    return root;
}

std::string writeProof(std::string_view line, std::uint64_t index, std::span<const Hash> path,
                       std::string_view note) {
    std::string out = fmt::format("{}\nextra {}\nindex {}\n", proof_magic, toBase64(asBytes(line)), index);
    for (const Hash& h : path)
        out += toBase64(h) + '\n';
    out += '\n';
    out += note;
    return out;
}

Result<CheckedProof> checkProof(std::string_view text, std::span<const VerifierKey> keys) {
    TALLY_ASSIGN(InclusionProof proof, InclusionProof::parse(text));
    if (!proof.line) return malformed("the proof does not carry its entry");
    TALLY_ASSIGN(const Note note, parseNote(proof.note));
    auto signers = verifyNote(note, keys);
    if (!signers)
        return fail("proof.signature",
                    "the checkpoint of the proof is not signed by a given key: " + signers.error().message,
                    "Give the verifier key of the epoch that signed this checkpoint.");
    TALLY_ASSIGN(Checkpoint checkpoint, Checkpoint::parse(note.text));
    if (!verifyInclusion(leafHash(*proof.line), proof.index, checkpoint.size, proof.path, checkpoint.root))
        return fail("proof.inclusion", "the entry is not at this place in the signed tree");
    TALLY_ASSIGN(Entry entry, parseEntry(*proof.line));
    const std::string* log = entry.text("log");
    if (entry.integer("seq") != static_cast<std::int64_t>(proof.index) || log == nullptr ||
        !checkpoint.origin.ends_with("/" + *log))
        return fail("proof.entry", "the entry says another index or another log");
    return CheckedProof{std::move(entry), std::move(*proof.line), std::move(checkpoint), std::move(*signers)};
}

Result<std::vector<std::string>> proveFromBundle(std::string_view file,
                                                 const std::vector<std::uint64_t>& seqs) {
    TALLY_ASSIGN(const Opened bundle, Opened::of(file));
    const HashTree tree(bundle.first, bundle.left, bundle.hashes);
    std::vector<std::string> out;
    std::string_view rest = bundle.sections[Section::entries];
    std::uint64_t at = bundle.first;
    for (const std::uint64_t seq : seqs) {
        if (seq < bundle.first || seq >= bundle.checkpoint.size)
            return fail("proof.entry",
                        fmt::format("entry {} is not among the sealed entries {} to {} of this file", seq,
                                    bundle.first, bundle.checkpoint.size - 1));
        for (; at < seq && !rest.empty(); ++at) {
            const std::size_t end = rest.find('\n');
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return fail("proof.entry", "the file ends before this entry");
        const std::string_view line = rest.substr(0, end);
        TALLY_ASSIGN(const std::vector<Hash> path, tree.inclusion(seq, bundle.checkpoint.size));
        if (!verifyInclusion(leafHash(line), seq, bundle.checkpoint.size, path, bundle.checkpoint.root))
            return fail("proof.inclusion",
                        fmt::format("entry {} in this file is not the one that was sealed", seq),
                        "Verify the file first.");
        out.push_back(writeProof(line, seq, path, bundle.note));
    }
    return out;
}

Result<std::string> proveFromBundle(std::string_view file, std::uint64_t seq) {
    TALLY_ASSIGN(auto proofs, proveFromBundle(file, std::vector<std::uint64_t>{seq}));
    return std::move(proofs.front());
}

Result<Consistency> checkConsistency(std::string_view old_file, std::string_view new_file) {
    auto before = Opened::of(old_file);
    if (!before) return fail(before.error().at("old export"));
    auto after = Opened::of(new_file);
    if (!after) return fail(after.error().at("new export"));
    if (before->first != 0 || after->first != 0)
        return fail("consistency.range", "a consistency check needs whole exports, not ranges",
                    "Export the log from entry 0.");
    Consistency out;
    out.old_origin = before->checkpoint.origin;
    out.new_origin = after->checkpoint.origin;
    out.old_size = before->checkpoint.size;
    out.new_size = after->checkpoint.size;
    if (out.old_origin != out.new_origin)
        out.why = "different logs";
    else if (out.old_size > out.new_size)
        out.why = "the new export is shorter";
    else if (!before->matchesOwnRoot() || !after->matchesOwnRoot())
        out.why = "a hash list does not match its own checkpoint";
    if (!out.why.empty()) return out;
    const HashTree tree(after->hashes);
    TALLY_ASSIGN(out.proof, tree.consistency(out.old_size, out.new_size));
    out.ok = verifyConsistency(out.old_size, out.new_size, before->checkpoint.root, after->checkpoint.root,
                               out.proof);
    if (out.ok) return out;
    out.why = "fork: the old log is not a beginning of the new one";
    for (std::uint64_t i = 0; i < out.old_size; ++i) {
        if (before->hashes[i] == after->hashes[i]) continue;
        if (!out.first_difference) out.first_difference = i;
        ++out.differences;
    }
    return out;
}

} // namespace tally::audit
