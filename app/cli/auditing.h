// What the commands about files share: options of a verification, and doing it with progress on a terminal.
#pragma once
#include "app/cli/context.h"
#include "core/api/auditor.h"

namespace tally::cli {

/// --pin, --vkey, --memory, --tsa-ca, --org-key
void addVerifyOptions(CLI::App& command, api::VerifyRequest& request);
Result<std::shared_ptr<api::AuditFile>> verifiedFile(const Context& context, api::Auditor& auditor,
                                                     const api::VerifyRequest& request);

} // namespace tally::cli
