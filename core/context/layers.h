// The filter step: layers written in JSON, applied in order to a text or to passages.
//
//   {"layer":"structure", "keep":["terms","comment"], "min_bytes":20, "distinct":true}
//   {"layer":"keyword",   "keywords":[{"phrase":"redistribution and use","weight":3}, "warranty"],
//   "min_score":2,
//                         "density_per_100":0}
//   {"layer":"relevance", "query":"…", "top_k":8, "min_score":0.1, "max_tokens":1200, "passage_tokens":200}
//   {"layer":"trim",      "query":"…", "max_tokens":800}     the same as relevance without a floor
//
// Pure; any thread. Errors: filter.layer, filter.option with the JSON pointer of the layer as place.
#pragma once
#include "core/base/result.h"
#include "core/context/passage.h"

namespace tally::context {

/// Says what is wrong with the layers without running them.
Status checkLayers(const nlohmann::json& layers);
/// A text that meets no structure layer is one passage of kind "paragraph".
Result<Passages> applyLayers(const nlohmann::json& layers, std::string_view text);
Result<Passages> applyLayers(const nlohmann::json& layers, Passages passages);
/// The input of a step as it comes: a string, a passage, or an array of both.
Result<Passages> applyLayersToJson(const nlohmann::json& layers, const nlohmann::json& input);

} // namespace tally::context
