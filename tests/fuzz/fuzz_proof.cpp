// Foreign bytes as a signed note, a proof of one entry, an opening, a verifier key and a verifier's memory.
// The keys are those of the test log: whatever verifies with them must be a checkpoint that the log has
// signed.
#include "core/audit/note.h"
#include "core/audit/payload.h"
#include "core/audit/proof.h"
#include "core/audit/verifier_memory.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace tally;
using namespace tally::audit;

namespace {
const std::vector<VerifierKey>& keys() {
    static const std::vector<VerifierKey> all = [] {
        std::vector<VerifierKey> out;
        for (const char* text :
             {"tracelog.example/acme/"
              "9bddd3bb4f4102e40a91462f08905243+c20a1116+Aeg7OjjsbD8YifN1j3VjS5u0xphV6+7GKlNuhvK/rvuo",
              "tracelog.example/acme/9bddd3bb4f4102e40a91462f08905243+75b38cec+ASWsbWqKikwBU0YSnjuGnqBzB/"
              "ZDcQxkPSlxh955fCpK",
              "tracelog.example/acme/9bddd3bb4f4102e40a91462f08905243+90fa533b+AfGJVEXWj+onlgMp/"
              "9LKJvn8Q12lY+n4VkwSaVaOD+HI"})
            out.push_back(VerifierKey::parse(text).value());
        return out;
    }();
    return all;
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto note = parseNote(text)) {
        const auto checkpoint = Checkpoint::parse(note->text);
        if (checkpoint && checkpoint->extensions.empty() && checkpoint->text() != note->text) std::abort();
        if (const auto verified = verifyNote(*note, keys()); verified && verified->empty()) std::abort();
    }
    if (const auto key = VerifierKey::parse(text); key && key->text() != text) std::abort();
    if (const auto opening = Opening::parse(text)) (void)opening->commitment();
    if (const auto memory = VerifierMemory::parse(text);
        memory && VerifierMemory::parse(memory->text()) != *memory)
        std::abort();
    if (const auto proof = InclusionProof::parse(text); proof && proof->line) {
        // Writing what was read gives a file that reads the same.
        const std::string again = writeProof(*proof->line, proof->index, proof->path, proof->note);
        const auto second = InclusionProof::parse(again);
        if (!second || second->line != proof->line || second->index != proof->index ||
            second->path != proof->path)
            std::abort();
    }
    // The log has 137 entries; no key of it has signed more.
    if (const auto checked = checkProof(text, keys()); checked && checked->checkpoint.size > 137)
        std::abort();
    return 0;
}
