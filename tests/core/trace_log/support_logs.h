// Short words for the tests of opening a log.
#pragma once
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "tests/support/temp_workspace.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace tally::test {

/// One run of two steps, in one op.
inline store::WriteOp work(TempWorkspace& w, const std::string& run) {
    return [&w, run](store::Tx& tx) -> Status {
        const auto line = TempWorkspace::rate();
        TALLY_TRY(w.log->append(tx, TempWorkspace::runStart(run)));
        TALLY_ASSIGN(const auto price, w.log->ensurePrice(tx, line));
        TALLY_TRY(w.log->append(tx, w.step(run, price, 10, 20, line)));
        TALLY_TRY(w.log->append(tx, w.step(run, price, 1, 2, line)));
        TALLY_TRY(w.log->append(tx, audit::RunEndEntry{RunId(run), "ok"}));
        return {};
    };
}
inline Result<Verdict> verifyWorkspace(TempWorkspace& w, bool unsealed = false) {
    const auto path = w.folder.path().toStdString() + "/v.tracelog";
    audit::BundleOptions options;
    options.unsealed = unsealed;
    TALLY_TRY(audit::exportWorkspace(w.dir(), path, options));
    TALLY_ASSIGN(auto result, audit::verifyFile(path, {}));
    return result.verdict;
}
inline std::string show(const Verdict& v) {
    return nlohmann::json(v).dump();
}
inline void copyTree(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

} // namespace tally::test
