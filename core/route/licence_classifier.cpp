#include "core/route/licence_classifier.h"

#include "core/context/passage.h"
#include "core/context/sentences.h"
#include "core/route/licence_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tally::route {
namespace {

/// What distinguishes licences from each other, for trimming a long passage before a model is asked about it.
constexpr const char* telling =
    "license version either any later under terms public general lesser library affero free documentation "
    "permission granted redistribution permitted provided conditions domain name endorse promote advertising "
    "documentation fee sell sublicense misrepresented exception invariant";

std::vector<std::string> passagesOf(std::string_view message) {
    const auto in = nlohmann::json::parse(message, nullptr, false);
    std::vector<std::string> out;
    if (in.is_array()) {
        for (const auto& entry : in) {
            context::Passage p;
            context::from_json(entry, p);
            out.push_back(std::move(p.text));
        }
    } else if (in.is_object()) {
        context::Passage p;
        context::from_json(in, p);
        out.push_back(std::move(p.text));
    } else {
        out.emplace_back(message);
    }
    return out;
}

double rounded(double p) {
    return std::round(p * 1000) / 1000;
}

} // namespace

PassageJudgement LicenceClassifier::judge(std::string_view passage) const {
    PassageJudgement out;
    bool doubtful = false;
    for (const auto& s : classifier_.predict(passage, 0.05)) {
        if (s.label == grant_label) {
            out.grant = s.p;
            continue;
        }
        out.labels.push_back(s);
        if (s.p >= options_.sure)
            out.decided.insert(s.label);
        else if (s.p > options_.unsure)
            doubtful = true;
    }
    out.clear = !doubtful && (!out.decided.empty() || out.grant < options_.grant);
    if (!out.clear) out.decided.clear();
    return out;
}

nlohmann::ordered_json LicenceClassifier::judgeAll(const std::vector<std::string>& passages,
                                                   const CancelToken& cancel) const {
    nlohmann::ordered_json judged = nlohmann::ordered_json::array(),
                           unclear = nlohmann::ordered_json::array();
    context::LicenceSet licences;
    std::string unclear_text;
    double confidence = passages.empty() ? 0.5 : 1;
    for (std::size_t i = 0; i < passages.size() && !cancel.cancelled(); ++i) {
        const auto j = judge(passages[i]);
        nlohmann::ordered_json labels = nlohmann::ordered_json::array();
        for (const auto& s : j.labels)
            labels.push_back({{"label", s.label}, {"p", rounded(s.p)}});
        judged.push_back({{"index", i}, {"labels", std::move(labels)}, {"clear", j.clear}});
        licences.insert(j.decided.begin(), j.decided.end());
        if (j.clear) {
            for (const auto& s : j.labels)
                if (j.decided.count(s.label) > 0) confidence = std::min(confidence, s.p);
        } else {
            unclear.push_back(i);
            // One passage is one paragraph of the prompt: its own empty lines would look like borders.
            auto text = context::trimToBudget(passages[i], telling, options_.unclear_tokens);
            for (auto at = text.find("\n\n"); at != std::string::npos; at = text.find("\n\n", at))
                text.erase(at, 1);
            while (!text.empty() && text.back() == '\n')
                text.pop_back();
            unclear_text += fmt::format("{}[{}] {}", unclear_text.empty() ? "" : "\n\n", i, text);
        }
    }
    nlohmann::ordered_json out;
    out["passages"] = std::move(judged);
    out["licences"] = licences;
    out["clear"] = unclear.empty();
    out["unclear"] = std::move(unclear);
    out["unclear_text"] = std::move(unclear_text);
    out["confidence"] = rounded(confidence);
    return out;
}

Result<ModelAnswer> LicenceClassifier::answer(const ModelCall& call, const CancelToken& cancel) const {
    std::string_view asked;
    for (const auto& m : call.messages)
        if (m.role == "user") asked = m.text;
    if (asked.empty())
        return fail("classifier.input", "there is no user message with passages",
                    "give the passages as the prompt");
    ModelAnswer out;
    out.text = judgeAll(passagesOf(asked), cancel)
                   .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    if (cancel.cancelled()) return fail("provider.cancelled", "the classifier was stopped");
    out.finish_reason = "stop";
    return out;
}

std::string LicenceClassifier::describe() const {
    return fmt::format("Linear classifier over word n-grams, {} labels, trained on the committed copyright "
                       "samples and reference notices",
                       classifier_.labels().size());
}

} // namespace tally::route
