// A verdict as lines of text for a terminal (TRACE_LOG.md 10.11). Values from the file are escaped, shortened
// and quoted one by one, so that no value can pass for a statement of the verifier. Pure; thread-safe.
#pragma once
#include "core/model/verdict.h"

#include <string>

namespace tally {

/// What was given to compare the file with; for the sentences about it.
struct ComparedWith {
    std::string pin; ///< fingerprint or key; empty: nothing
    std::string memory_file;
};
std::string verdictText(const Verdict& verdict, const ComparedWith& compared = {});

} // namespace tally
