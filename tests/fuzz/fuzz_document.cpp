// Foreign bytes as a document that a workflow reads: structure, layers, and hiding the answer key of the
// licence samples. No short name of the document's own License fields may be left in what a step sees.
#include "core/context/control_file.h"
#include "core/context/layers.h"
#include "core/context/licence_gold.h"
#include "core/context/sentences.h"
#include "core/context/structure.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tally;
using namespace tally::context;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const LicenceTable table = LicenceTable::parse(R"({"licences":[
        {"id":"GPL-2.0-or-later","name":"GPL","copyleft":"strong"},{"id":"MIT","name":"Expat","copyleft":"none","aliases":["Expat"]}]})")
                                          .value();
    static const nlohmann::json layers = nlohmann::json::parse(R"([{"layer":"structure","min_bytes":4},
        {"layer":"keyword","keywords":[{"phrase":"redistribution and use","weight":3},"warranty"],"min_score":0},
        {"layer":"relevance","query":"copyright licence terms","top_k":4,"max_tokens":64,"passage_tokens":16}])");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& paragraph : parseControl(text))
        for (const auto& field : paragraph) {
            if (field.start > field.end || field.end > text.size()) std::abort();
            (void)unfold(field.body);
        }
    for (const auto& passage : splitByStructure(text))
        if (passage.start > passage.end || passage.end > text.size()) std::abort();
    (void)applyLayers(layers, text);
    (void)trimToBudget(text, "copyright", 32);
    const auto gold = licenceGold(text, table);
    const auto redacted = redactLicences(text, table);
    if (redacted.size() > text.size() + 16 * gold.names.size()) std::abort();
    for (const auto& name : gold.names)
        if (containsName(redacted, name)) std::abort();
    return 0;
}
