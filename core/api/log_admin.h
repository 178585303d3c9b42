// The trace logs of a workspace folder as they lie there: listed, checked, exported. Reads only, needs no
// owner and no engine, and works when the workspace does not open because its log is damaged.
//
// Synchronous; any thread but the window's. A check takes the time of an export. Errors: those of store, log
// and file.
#pragma once
#include "core/api/audit_detail.h"
#include "core/api/values.h"
#include "core/base/cancel.h"

#include <string>
#include <vector>

namespace tally::api {

struct LogInfo {
    std::string id, origin, fingerprint, vkey;
    std::string continues; ///< "origin size root" of the log before it; empty: none
    std::int64_t entries = 0, sealed = 0;
    bool current = false; ///< false: set aside, because it must not be continued
};
/// The current log first.
Result<std::vector<LogInfo>> listLogs(const std::string& dir);

struct LogCheck {
    Verdict verdict;               ///< of the entries, by the rules for a bundle
    std::vector<Finding> findings; ///< of payloads and query tables
    std::int64_t payloads = 0;     ///< compared with their commitments
    [[nodiscard]] bool ok() const { return verdict.ok && findings.empty(); }
};
/// `log`: id or the beginning of it; empty: the current one.
Result<LogCheck> checkLog(const std::string& dir, const std::string& log = {}, CancelToken cancel = {});

/// Whether lists and sums that are shown are those of the entries; empty: they are.
Result<std::vector<Finding>> checkQueryTables(const std::string& dir);

/// The organisation whose key signs every checkpoint of the workspace.
struct OrgKeyInfo {
    std::string where, sha256; ///< PEM file or pkcs11: URI; of its public key. Both empty: none is set
    std::string public_pem;    ///< for those who check
    std::string problem;       ///< why it cannot be used now; empty: it can
};
Result<OrgKeyInfo> orgKeyOf(const std::string& dir);

/// Writes a log out that nobody seals any more: one that was set aside, or a damaged one as it is.
Result<std::int64_t> exportStored(const std::string& dir, const ExportRequest& request);

/// A `.tlog-proof` that the entry `seq` is in the log, against the newest checkpoint, from an exported
/// bundle.
Result<std::string> proveEntry(const std::string& bundle, std::int64_t seq);
/// The same for every entry of a run, as "<length>\n<proof>" each.
Result<std::string> proveRun(const std::string& bundle, const std::string& run);
/// The verifier key of the epoch that signed the newest checkpoint of a whole export: what its proofs are
/// checked with. As the file says it: verify the file first.
Result<std::string> signingKey(const std::string& bundle);
/// One proof, or a list as proveRun() writes it. `vkeys`: of the epoch that signed.
Result<std::vector<ProofCheck>> checkProofs(const std::string& file, const std::vector<std::string>& vkeys);
/// The same, of its text.
Result<std::vector<ProofCheck>> checkProofText(const ProofRequest& request);

struct ConsistencyCheck {
    bool ok = false;
    std::string why; ///< empty when ok
    std::string origin;
    std::int64_t old_size = 0, new_size = 0;
    std::int64_t first_difference = -1;
};
Result<ConsistencyCheck> compareExports(const std::string& old_file, const std::string& new_file);
/// A static C2SP tlog-tiles log of a bundle, into the folder `dir`.
Result<std::int64_t> writeTileFiles(const std::string& bundle, const std::string& dir);

} // namespace tally::api
