// What the simulated hosted models say in the licence samples. It reads the messages of the call and nothing
// else (no file, no gold, no name of a document), recognises licences by their wording (licence_wording.h)
// and answers the JSON that was asked for, with the mistakes of a declared profile:
// resources/samples/SIMULATED_MODELS.md is the specification, decided before the first measurement. Same
// call, profile and seed: same answer. Stateless; any thread.
#pragma once
#include "core/context/licence_table.h"
#include "core/provider/sim.h"

#include <memory>

namespace tally::route {

class LicenceReader final : public provider::SimBrain {
public:
    explicit LicenceReader(std::shared_ptr<const context::LicenceTable> table)
        : table_(std::move(table)) {}
    std::string answer(const ModelCall& call, const provider::SimProfile& profile,
                       std::uint64_t seed) const override;

private:
    std::shared_ptr<const context::LicenceTable> table_;
};

/// Chance that one mention is overlooked: (1 - ability) x (0.15 + 0.10 log2(1 + tokens / 4000)) x (1 + middle
/// / 2), at most 0.5. `middle` is 0 at both ends of the prompt and 1 half-way.
double missChance(double ability, double prompt_tokens, double position);

} // namespace tally::route
