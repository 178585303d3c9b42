// The tables of the Audit page as ready-made rows: findings, re-derived figures, payloads. Foreign text is
// escaped.
#pragma once
#include "core/api/auditor.h"
#include "ui/models/list_model.h"

namespace tally::ui {

std::vector<TableColumn> findingColumns();
/// Keys: "<number>:<seq>", without a seq "<number>:".
std::vector<ListRow> findingRows(const std::vector<Finding>& findings);

std::vector<TableColumn> fieldColumns();
/// The state column is empty for records whose original is not known or not needed.
std::vector<ListRow> fieldRows(const api::RecordFields& fields);

std::vector<TableColumn> figureColumns();
/// Runs (what their end states beside what their steps add up to), models with their meters, budgets.
std::vector<ListRow> figureRows(const LogFigures& figures);
/// "41 runs, 2 do not add up · 3 models · …"
QString figuresSentence(const LogFigures& figures);

/// "prompt (in)"
QString wordOfSlot(const std::string& slot);
StateLook lookOf(api::PayloadSlot::State state);
std::vector<TableColumn> payloadColumns();
/// Keys: "<number>:<seq>:<state>:<slot>".
std::vector<ListRow> payloadRows(const api::PayloadList& payloads);
QString payloadsSentence(const api::PayloadList& payloads);

std::vector<TableColumn> comparisonColumns();
/// Keys: the seq in the first file, empty where the record is not in it.
std::vector<ListRow> comparisonRows(const Comparison& comparison);

} // namespace tally::ui
