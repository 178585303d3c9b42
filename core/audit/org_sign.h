// Adds the signature of an organisation to the newest checkpoint of a finished export (TRACE_LOG.md 16.3), so
// that the key never has to be where the log is written.
#pragma once
#include "core/audit/org_key.h"

namespace tally::audit {

/// The bundle with one more signature line under its newest checkpoint, in proofs that quote it too. Nothing
/// else changes; a line of the same key is replaced. Error container.*, export.unsigned, org.sign.
Result<std::string> signedBundle(std::string_view bundle, const OrgSigner& signer);

} // namespace tally::audit
