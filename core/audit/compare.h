// Two verified bundles side by side. Records that are byte for byte the same are found by their leaf hashes;
// behind the first difference records are matched by content (without seq, prev, fd and salt, which follow
// from where a record stands), so that one inserted record does not make all later ones differ.
//
// Lines are compared as they stand in the files. 48 bytes of memory per record behind the first difference.
// Any thread. Errors file.changed, verify.cancelled.
#pragma once
#include "core/audit/verifier.h"
#include "core/base/cancel.h"
#include "core/model/comparison.h"

namespace tally::audit {

struct ComparedFile {
    std::string path;
    std::shared_ptr<const BundleData> data;
    const Verification* verification = nullptr;
};
Result<Comparison> compareBundles(const ComparedFile& a, const ComparedFile& b,
                                  const CancelToken& cancel = {});

} // namespace tally::audit
