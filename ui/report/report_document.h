// A verification report as the pages show it: read from its text, words in the language of the desktop.
// A value.
#pragma once
#include "core/base/result.h"
#include "core/model/verdict.h"

#include <QString>
#include <QStringList>
#include <nlohmann/json.hpp>

#include <string_view>

namespace tally::ui {

struct ReportDocument {
    nlohmann::json body;
    Verdict verdict;
    QStringList signers; ///< names of the signature lines; whether they are valid tells `tally report check`
    QString digest;      ///< SHA-256 of the whole text
    /// Error report.format. The signatures are not checked.
    static Result<ReportDocument> read(std::string_view text);

    /// Text of a member below `path`, made safe to show; empty when it is absent or null.
    [[nodiscard]] QString text(const char* path, int max_characters = 400) const;
    [[nodiscard]] std::int64_t number(const char* path) const;
};

} // namespace tally::ui
