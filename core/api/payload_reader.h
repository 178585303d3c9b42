// Reads single payloads out of a verified file, each with what its record says about it. Remembers what the
// log erased after the first question. Blocking: the first read takes a pass over the records, every read one
// over the openings until it is found. One thread at a time.
#pragma once
#include "core/api/audit_detail.h"
#include "core/api/sealed_entries.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <memory>

namespace tally::api {

class PayloadReader {
public:
    PayloadReader(std::string path, std::shared_ptr<const audit::BundleRecords> records)
        : path_(std::move(path))
        , records_(std::move(records)) {}
    /// What is not in the file has no bytes and says why. Error file.*, verify.cancelled, payload.slot.
    Result<PayloadText> read(const PayloadRequest& request, const CancelToken& cancel);

private:
    Status findErased(const CancelToken& cancel);
    [[nodiscard]] PayloadSlot::State stateOf(const audit::Opening& opening, SealedEntries& entries) const;

    std::string path_;
    std::shared_ptr<const audit::BundleRecords> records_;
    std::optional<ErasedPayloads> erased_;
};

} // namespace tally::api
