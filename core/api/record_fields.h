// The fields of a record that is shown: as stored, and beside them the proven original. Reads hostile lines:
// bounded, never throws. Pure; thread-safe.
#pragma once
#include "core/api/audit_detail.h"

#include <string_view>

namespace tally::api {

/// `original` empty: the record is what was sealed, or nothing is known about it.
RecordFields recordFields(std::string_view stored, std::string_view original);

} // namespace tally::api
