#include "core/context/layers.h"

#include "core/context/bm25.h"
#include "core/context/keyword.h"
#include "core/context/structure.h"

#include <fmt/format.h>

#include <initializer_list>
#include <variant>

namespace tally::context {
namespace {

using Layer = std::variant<StructureOptions, KeywordOptions, RelevanceOptions>;
using nlohmann::json;

Status onlyKeys(const json& layer, std::initializer_list<std::string_view> known, const std::string& where) {
    for (const auto& [key, value] : layer.items()) {
        bool found = key == "layer";
        std::string list;
        for (const auto k : known) {
            found = found || key == k;
            list += fmt::format("{}{}", list.empty() ? "" : ", ", k);
        }
        if (!found)
            return fail("filter.option", fmt::format("this layer has no option \"{}\"", key),
                        "use one of: " + list, where + "/" + key);
    }
    return {};
}

template <class T>
Status read(const json& layer, const char* key, T& into, const std::string& where) {
    const auto it = layer.find(key);
    if (it == layer.end()) return {};
    const bool right = std::is_same_v<T, std::string> ? it->is_string()
                       : std::is_same_v<T, bool>      ? it->is_boolean()
                       : std::is_same_v<T, double>    ? it->is_number()
                                                      : it->is_number_integer() && *it >= 0;
    if (!right)
        return fail("filter.option", fmt::format("\"{}\" has the wrong type", key),
                    "see the list of layers in core/context/layers.h", where + "/" + key);
    into = it->get<T>();
    return {};
}

Result<Layer> structureOf(const json& in, const std::string& where) {
    StructureOptions o;
    TALLY_TRY(onlyKeys(in, {"keep", "min_bytes", "distinct"}, where));
    TALLY_TRY(read(in, "min_bytes", o.min_bytes, where));
    TALLY_TRY(read(in, "distinct", o.distinct, where));
    if (const auto keep = in.find("keep"); keep != in.end()) {
        if (!keep->is_array())
            return fail("filter.option", "\"keep\" must be a list of kinds", "", where + "/keep");
        for (const auto& kind : *keep) {
            if (!kind.is_string()) return fail("filter.option", "a kind must be a text", "", where + "/keep");
            o.keep_kinds.push_back(kind.get<std::string>());
        }
    }
    return Layer(o);
}

Result<Layer> keywordOf(const json& in, const std::string& where) {
    KeywordOptions o;
    TALLY_TRY(onlyKeys(in, {"keywords", "min_score", "density_per_100"}, where));
    TALLY_TRY(read(in, "min_score", o.min_score, where));
    TALLY_TRY(read(in, "density_per_100", o.density_per_100, where));
    const auto list = in.find("keywords");
    if (list == in.end() || !list->is_array() || list->empty())
        return fail("filter.option", "a keyword layer needs \"keywords\", a list of phrases",
                    R"(e.g. [{"phrase":"warranty","weight":2}])", where);
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& k = (*list)[i];
        const auto place = fmt::format("{}/keywords/{}", where, i);
        Keyword keyword;
        if (k.is_string()) {
            keyword.phrase = k.get<std::string>();
        } else if (k.is_object()) {
            TALLY_TRY(read(k, "phrase", keyword.phrase, place));
            TALLY_TRY(read(k, "weight", keyword.weight, place));
        }
        if (normaliseWords(keyword.phrase).empty())
            return fail("filter.option", "a keyword must be a phrase or {\"phrase\", \"weight\"}", "", place);
        o.keywords.push_back(std::move(keyword));
    }
    return Layer(o);
}

Result<Layer> relevanceOf(const json& in, const std::string& where) {
    RelevanceOptions o;
    TALLY_TRY(onlyKeys(in, {"query", "top_k", "min_score", "max_tokens", "passage_tokens"}, where));
    TALLY_TRY(read(in, "query", o.query, where));
    TALLY_TRY(read(in, "top_k", o.top_k, where));
    TALLY_TRY(read(in, "min_score", o.min_score, where));
    TALLY_TRY(read(in, "max_tokens", o.max_tokens, where));
    TALLY_TRY(read(in, "passage_tokens", o.passage_tokens, where));
    if (normaliseWords(o.query).empty())
        return fail("filter.option", "this layer needs a \"query\"", "give the words that matter", where);
    return Layer(o);
}

Result<std::vector<Layer>> parseLayers(const json& layers) {
    if (!layers.is_array()) return fail("filter.layer", "layers must be a list", "", "/layers");
    std::vector<Layer> out;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto where = fmt::format("/layers/{}", i);
        const auto& in = layers[i];
        std::string name;
        if (in.is_object()) TALLY_TRY(read(in, "layer", name, where));
        if (name == "structure") {
            TALLY_ASSIGN(auto layer, structureOf(in, where));
            out.push_back(std::move(layer));
        } else if (name == "keyword") {
            TALLY_ASSIGN(auto layer, keywordOf(in, where));
            out.push_back(std::move(layer));
        } else if (name == "relevance" || name == "trim") {
            TALLY_ASSIGN(auto layer, relevanceOf(in, where));
            out.push_back(std::move(layer));
        } else {
            return fail("filter.layer", fmt::format("there is no layer \"{}\"", name),
                        "use structure, keyword, relevance or trim", where + "/layer");
        }
    }
    return out;
}

Passages run(const std::vector<Layer>& layers, Passages passages) {
    for (const auto& layer : layers) {
        if (const auto* s = std::get_if<StructureOptions>(&layer)) {
            Passages cut;
            for (const auto& p : passages)
                for (auto& piece : splitByStructure(p.text, *s)) {
                    piece.start += p.start;
                    piece.end += p.start;
                    cut.push_back(std::move(piece));
                }
            passages = std::move(cut);
        } else if (const auto* k = std::get_if<KeywordOptions>(&layer)) {
            passages = filterByKeyword(std::move(passages), *k);
        } else {
            passages = filterByRelevance(std::move(passages), std::get<RelevanceOptions>(layer));
        }
    }
    return passages;
}

} // namespace

Status checkLayers(const json& layers) {
    TALLY_TRY(parseLayers(layers));
    return {};
}

Result<Passages> applyLayers(const json& layers, Passages passages) {
    TALLY_ASSIGN(const auto parsed, parseLayers(layers));
    return run(parsed, std::move(passages));
}

Result<Passages> applyLayers(const json& layers, std::string_view text) {
    Passage whole;
    whole.text = std::string(text);
    whole.end = text.size();
    whole.kind = "paragraph";
    return applyLayers(layers, Passages{std::move(whole)});
}

Result<Passages> applyLayersToJson(const json& layers, const json& input) {
    Passages passages;
    if (input.is_array()) {
        for (std::size_t i = 0; i < input.size(); ++i) {
            if (!input[i].is_string() && !input[i].is_object())
                return fail("filter.input", "a filter reads texts or passages", "", fmt::format("/{}", i));
            passages.push_back(input[i].get<Passage>());
        }
    } else if (input.is_string() || input.is_object()) {
        passages.push_back(input.get<Passage>());
    } else {
        return fail("filter.input", "a filter reads a text, a passage or a list of them",
                    "check the reference in \"input\"");
    }
    return applyLayers(layers, std::move(passages));
}

} // namespace tally::context
