// Where the files of resources/ are: $TALLY_RESOURCES, ../share/tallystick beside the program, or the source
// tree it was built from, whichever exists first.
#pragma once
#include "core/base/result.h"

#include <string>

namespace tally {

/// Error resources.missing with all places that were tried.
Result<std::string> resourceDir();

} // namespace tally
