#include "core/audit/org_sign.h"

#include "core/audit/bundle.h"

#include <fmt/format.h>

namespace tally::audit {
namespace {
std::string counted(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items)
        out += fmt::format("{}\n{}", item.size(), item);
    return out;
}

/// The note without an earlier line of this key.
std::string bareNote(std::string_view note, const Note& parsed, const OrgKey& key, const std::string& name) {
    const KeyId id = key.idFor(name);
    std::string out = parsed.text + "\n";
    std::size_t at = out.size();
    for (const NoteSignature& s : parsed.signatures) {
        const std::size_t end = note.find('\n', at) + 1;
        if (s.name != name || s.id != id) out += note.substr(at, end - at);
        at = end;
    }
    return out;
}
} // namespace

Result<std::string> signedBundle(std::string_view bundle, const OrgSigner& signer) {
    TALLY_ASSIGN(const BundleSections sections, parseSections(bundle));
    if (sections.cut) return fail("container.truncated", "the file is not complete", "Export it again.");
    TALLY_ASSIGN(const auto notes, splitCounted(sections[Section::checkpoints]));
    std::size_t newest = notes.size();
    Checkpoint checkpoint;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const auto note = parseNote(notes[i]);
        auto each = note ? Checkpoint::parse(note->text) : Result<Checkpoint>(fail(note.error()));
        if (!each || each->size < checkpoint.size) continue;
        checkpoint = std::move(*each);
        newest = i;
    }
    if (newest == notes.size())
        return fail("export.unsigned", "there is no checkpoint to sign", "Export a log that was sealed.");
    const std::string before(notes[newest]);
    TALLY_ASSIGN(const Note parsed, parseNote(before));
    TALLY_ASSIGN(const std::string line, signer.line(parsed.text, checkpoint.origin));
    const std::string after = bareNote(before, parsed, signer.publicKey(), checkpoint.origin) + line;

    std::vector<std::string> all(notes.begin(), notes.end()), proofs;
    all[newest] = after;
    TALLY_ASSIGN(const auto context, splitCounted(sections[Section::context]));
    for (const std::string_view proof : context) {
        proofs.emplace_back(proof);
        if (proof.ends_with(before))
            proofs.back().replace(proof.size() - before.size(), before.size(), after);
    }
    std::string out(bundle_magic);
    out.reserve(bundle.size() + 4'096);
    for (std::size_t i = 0; i < section_count; ++i) {
        const auto section = static_cast<Section>(i);
        std::string made;
        std::string_view content = sections[section];
        if (section == Section::checkpoints || section == Section::context) {
            made = counted(section == Section::context ? proofs : all);
            content = made;
        }
        out += fmt::format("@{} {}\n", toText(section), content.size());
        out += content;
        out += '\n';
    }
    return out;
}

} // namespace tally::audit
