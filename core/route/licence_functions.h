// Functions for the `tool` steps of the licence samples; the composition root registers them in the engine.
// Pure but for the files they read; any thread.
//
//   copyright.list  {paths?, machine?, committed?, limit?} -> [{package, path, sha256, bytes, committed}]
//   copyright.read  {path} -> {text, bytes}; the text is redacted (core/context/licence_gold.h): the gold
//   never leaves it text.chunks     {text, max_tokens, overlap_tokens?} -> [text] licences.answer
//   {answers:[…]} -> {licences, copyleft, obligations, needs_person, confidence}
#pragma once
#include "core/route/local_models.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>

namespace tally::route {

struct LicenceFunction {
    std::string description;
    /// `folders`: what the workflow may read; the samples folder is always allowed.
    std::function<Result<nlohmann::json>(const nlohmann::json& args, const std::vector<std::string>& folders)>
        call;
};
std::map<std::string, LicenceFunction> licenceFunctions(const SampleModels& samples);

} // namespace tally::route
