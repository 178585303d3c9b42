// local/extractive-reader: answers a question with the sentences of a text that say most about it, word for
// word. It cannot invent anything. Call: the last user message is a question, "<document>", and the text.
// Answer: the best sentences in their own order, one a line, within max_tokens (bytes / 4). Source: BM25 over
// sentences. Stateless; any thread.
#pragma once
#include "core/provider/local_model.h"

namespace tally::route {

class ExtractiveReader final : public provider::LocalModel {
public:
    explicit ExtractiveReader(std::size_t sentences = 5)
        : sentences_(sentences) {}
    Result<ModelAnswer> answer(const ModelCall& call, const CancelToken& cancel) const override;
    [[nodiscard]] std::string describe() const override;

private:
    std::size_t sentences_;
};

} // namespace tally::route
