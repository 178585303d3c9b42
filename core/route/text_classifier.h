// A linear text classifier: one logistic regression per label over hashed word n-grams (liblinear, L2R_LR: no
// random numbers, so the same examples give the same model), so that a text may have several labels or none.
// Probabilities are calibrated by Platt scaling on decisions for examples that were held out (two folds by
// group). Sources: Fan et al., "LIBLINEAR" (2008); Platt, "Probabilistic Outputs for Support Vector Machines"
// (1999).
//
// Immutable after train() or load(); predict() from any thread. Errors: classifier.*.
#pragma once
#include "core/base/result.h"
#include "core/route/text_features.h"

#include <string>
#include <vector>

namespace tally::route {

struct Example {
    std::string text;
    std::vector<std::string> labels; ///< none: a text of no label
    std::string group;               ///< examples of one group stay in one fold; empty: by the text itself
};

struct TrainOptions {
    std::uint32_t dimensions = 1U << 13;
    std::size_t max_words = 200;
    double c = 128;    ///< liblinear's C for negatives
    double weight = 8; ///< positives count this much more: every label is rare
    double eps = 0.2;
    std::size_t min_calibration = 3; ///< labels with fewer examples are left out of calibration
};

struct LabelScore {
    std::string label;
    double p = 0; ///< calibrated probability that the text has the label
    bool operator==(const LabelScore&) const = default;
};

class TextClassifier {
public:
    static Result<TextClassifier> train(const std::vector<Example>& examples,
                                        const TrainOptions& options = {});

    /// Every label with p >= `floor`, most probable first.
    [[nodiscard]] std::vector<LabelScore> predict(std::string_view text, double floor = 0.01) const;
    [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }

    /// Text header, then the weights, then SHA-256 of all before; the same model gives the same bytes.
    [[nodiscard]] std::string save() const;
    static Result<TextClassifier> load(std::string_view bytes);

private:
    [[nodiscard]] std::vector<double> decide(const Features& features) const;

    std::uint32_t dimensions_ = 0;
    std::uint32_t max_words_ = 0;
    double slope_ = 1; ///< p = 1 / (1 + exp(-(slope * decision + shift)))
    double shift_ = 0;
    std::vector<std::string> labels_; ///< sorted
    std::vector<float> weights_;      ///< dimensions x labels, the labels of one feature side by side
    std::vector<float> bias_;
};

} // namespace tally::route
