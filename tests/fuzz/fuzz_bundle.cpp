// Foreign bytes as a bundle: always a verdict, never a crash, and its JSON is always well-formed. Bytes that
// no key has signed are never "ok": the corpus holds one honest log, known by its fingerprint.
#include "core/audit/bundle.h"
#include "core/audit/proof.h"
#include "core/audit/verifier.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace tally;
using namespace tally::audit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    VerifyOptions options;
    options.threads = 1;
    const auto result = verifyData(BundleData::fromBytes(bytes), options);
    if (!result) std::abort();
    const nlohmann::json json = result->verdict;
    if (json.dump().empty()) std::abort();
    if (result->verdict.ok && (!result->verdict.sealed_ts_us || result->verdict.intact != true)) std::abort();
    if (result->records) {
        for (std::uint64_t i = 0; i < result->records->lines() && i < 64; ++i)
            if (!result->records->record(result->records->first() + i)) std::abort();
    }
    proveFromBundle(bytes, 1);
    checkConsistency(bytes, bytes);
    return 0;
}
