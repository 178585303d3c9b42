#include "core/engine/ledger_values.h"

namespace tally::engine {

Error Refused::error() const {
    return {code, sentence, "", scope};
}

} // namespace tally::engine
