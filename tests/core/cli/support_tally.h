// `tally` as a script calls it: a process of its own, its answer on stdout as JSON, its exit code.
#pragma once
#include "tests/core/api/support_api.h"

#include <QProcess>
#include <nlohmann/json.hpp>

namespace tally::test {

struct Said {
    int code = -1; ///< exit code; -1: it was ended by a signal or did not end
    nlohmann::json out;
    QString err;
};

/// --workspace, --resources, --json and what follows.
QStringList tallyArguments(const ApiFolder& folder, const QStringList& arguments);
void startTally(QProcess& process, const ApiFolder& folder, const QStringList& arguments);
Said said(QProcess& process);
Said tally(const ApiFolder& folder, const QStringList& arguments);

} // namespace tally::test
