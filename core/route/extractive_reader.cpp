#include "core/route/extractive_reader.h"

#include "core/context/bm25.h"
#include "core/context/sentences.h"

namespace tally::route {

Result<ModelAnswer> ExtractiveReader::answer(const ModelCall& call, const CancelToken& cancel) const {
    std::string_view asked;
    for (const auto& m : call.messages)
        if (m.role == "user") asked = m.text;
    static constexpr std::string_view marker = "<document>";
    const auto at = asked.find(marker);
    if (at == std::string_view::npos)
        return fail("reader.input", "the message has no document",
                    "write the question, then <document>, then the text");
    context::RelevanceOptions options;
    options.query = std::string(asked.substr(0, at));
    options.top_k = static_cast<std::int64_t>(sentences_);
    options.max_tokens = call.max_tokens;
    options.min_score = 1e-9;
    const auto best =
        context::filterByRelevance(context::sentences(asked.substr(at + marker.size())), options);
    if (cancel.cancelled()) return fail("provider.cancelled", "the reader was stopped");
    ModelAnswer out;
    for (const auto& s : best) {
        if (!out.text.empty()) out.text += '\n';
        out.text += s.text;
    }
    out.finish_reason = "stop";
    return out;
}

std::string ExtractiveReader::describe() const {
    return "Extractive reader: returns the sentences of the text that match the question best (BM25), word "
           "for word";
}

} // namespace tally::route
