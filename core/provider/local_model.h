// A model that runs in this process: the classifier, the extractive reader, later ones. Registered in the hub
// by name.
//
// Owner: the hub (shared). Thread: answer() runs on the pool, several at once, so it is const and shares
// nothing mutable. Failure: an Error; the hub turns it into a CallFailure. It should look at `cancel` every
// few milliseconds.
#pragma once
#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/model/call.h"

namespace tally::provider {

class LocalModel {
public:
    virtual ~LocalModel() = default;
    /// Fill text (or embeddings) and finish_reason. usage_raw may be left null; when it is an object it holds
    /// exclusive meters ("in", "out"). The hub adds "compute_ms" (elapsed, rounded up) unless the model gave
    /// it, sets the flavour to "exclusive" and the times.
    virtual Result<ModelAnswer> answer(const ModelCall& call, const CancelToken& cancel) const = 0;
    /// One sentence for the model list: what it is and what it was trained on.
    [[nodiscard]] virtual std::string describe() const = 0;
};

} // namespace tally::provider
