#include "core/base/resources.h"

#include <cstdlib>
#include <filesystem>

namespace tally {

Result<std::string> resourceDir() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const char* asked = std::getenv("TALLY_RESOURCES");
    std::string tried;
    for (const fs::path& place :
         {fs::path(asked == nullptr ? "" : asked), self.parent_path().parent_path() / "share" / "tallystick",
          fs::path(TALLY_BUILD_RESOURCES)}) {
        if (place.empty()) continue;
        if (fs::is_directory(place / "samples", error)) return place.string();
        tried += (tried.empty() ? "" : ", ") + place.string();
    }
    return fail("resources.missing",
                "the program's resource files are not where they should be (tried " + tried + ")",
                "set TALLY_RESOURCES to the folder, or install again");
}

} // namespace tally
