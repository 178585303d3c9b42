// One verification as an auditor asks for it: pins in any form or by name, the memory on disk, the digest of
// the file. What `tally verify`, the window and a report have in common.
//
// Any thread; takes the time of a verification. Errors: those of verifyFile, pins and memory.
#pragma once
#include "core/audit/verifier.h"
#include "core/base/clock.h"
#include "core/model/audit_values.h"

namespace tally::audit {

struct AuditInputs {
    std::string path;
    std::string pin;                ///< any form that PinBook::resolve() reads; empty: none
    std::vector<std::string> vkeys; ///< genesis key or witnesses
    std::string memory_file;        ///< empty: none
    bool memory_optional = false;   ///< a memory that cannot be written is a note, not an error
    std::string pin_file;           ///< stored pins; empty: none
    std::string tsa_ca, org_key;    ///< PEM files, for VerifyOptions::tsa and ::org_key; empty: none
    std::function<void(const VerifyProgressInfo&)> progress = {};
    CancelToken cancel = {};
};

struct AuditDone {
    std::shared_ptr<const BundleData> data;
    Verification verification;
    std::optional<StoredPin> pin;   ///< as it was resolved
    std::vector<std::string> vkeys; ///< as given besides
    std::optional<OrgKey> org_key;  ///< as given, for a report
    std::optional<TsaTrust> tsa;
    MemoryAnswer memory;
};

Result<AuditDone> auditFile(const AuditInputs& inputs, const Clock& clock);

/// Digests of files above this size are taken for a report only: it would cost as much as verifying it.
inline constexpr std::size_t most_remembered_digest = std::size_t{64} << 20;

} // namespace tally::audit
