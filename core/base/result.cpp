#include "core/base/result.h"

namespace tally {

std::string Error::text() const {
    std::string out = message;
    if (!where.empty()) out += " (" + where + ")";
    if (!hint.empty()) out += (out.empty() || out.back() == '.' ? " " : ". ") + hint;
    return out;
}

Error Error::at(std::string outer) const {
    Error copy = *this;
    copy.where = where.empty() ? std::move(outer) : std::move(outer) + ", " + where;
    return copy;
}

} // namespace tally
