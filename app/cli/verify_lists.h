// What `tally verify` adds to the verdict when it is asked: every payload that is not simply there, and where
// an auditor's challenge stands.
#pragma once
#include "app/cli/context.h"
#include "core/api/auditor.h"

#include <memory>
#include <string>

namespace tally::cli {

struct VerifyLists {
    bool payloads = false;
    std::string challenge; ///< empty: not asked for
    [[nodiscard]] bool any() const { return payloads || !challenge.empty(); }
};
struct ListedText {
    nlohmann::json json = nlohmann::json::object(); ///< keys that come beside those of the verdict
    std::string text;
    bool ok = true; ///< false: the challenge is not there, or not proven
};
Result<ListedText> verifyLists(api::Auditor& auditor, const std::shared_ptr<api::AuditFile>& file,
                               const VerifyLists& wanted);

} // namespace tally::cli
