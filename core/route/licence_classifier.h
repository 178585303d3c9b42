// local/licence-classifier: reads passages, says per passage which licences it grants with a calibrated
// probability, and which passages it is not sure about. A model of its own: word n-grams, trained in about a
// second on the committed samples.
//
// Call: the last user message is a JSON list of passages (objects with "text", or texts), or plain text (one
// passage). Answer (JSON): {"passages":[{"index","labels":[{"label","p"}],"clear"}], "licences":[ids of the
// clear passages],
//   "clear":bool, "unclear":[index], "unclear_text":"the unclear passages, trimmed, ready for a prompt",
//   "confidence":p}.
// A passage is clear when no licence has a probability between `unsure` and `sure` and it either has a
// licence or does not sound like a grant. Immutable; any thread.
#pragma once
#include "core/context/licence_table.h"
#include "core/provider/local_model.h"
#include "core/route/text_classifier.h"

#include <memory>

namespace tally::route {

struct ClearOptions {
    double sure = 0.7;
    double unsure = 0.3;
    double grant = 0.5;
    std::int64_t unclear_tokens = 140; ///< of one passage in unclear_text (estimateTokens)
};

struct PassageJudgement {
    std::vector<LabelScore> labels; ///< licences only, p >= 0.05, most probable first
    double grant = 0;
    bool clear = false;
    context::LicenceSet decided; ///< when clear
};

class LicenceClassifier final : public provider::LocalModel {
public:
    explicit LicenceClassifier(TextClassifier classifier, ClearOptions options = {})
        : classifier_(std::move(classifier))
        , options_(options) {}

    [[nodiscard]] PassageJudgement judge(std::string_view passage) const;
    /// The answer object for passages.
    [[nodiscard]] nlohmann::ordered_json judgeAll(const std::vector<std::string>& passages,
                                                  const CancelToken& cancel) const;

    Result<ModelAnswer> answer(const ModelCall& call, const CancelToken& cancel) const override;
    [[nodiscard]] std::string describe() const override;

private:
    TextClassifier classifier_;
    ClearOptions options_;
};

} // namespace tally::route
