#include "core/route/text_classifier.h"

#include "core/base/hash.h"

#include <fmt/format.h>
#include <linear.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace tally::route {
namespace {

constexpr std::string_view magic = "tally text classifier 1\n";

struct FreeModel {
    void operator()(::model* m) const { free_and_destroy_model(&m); }
};

/// What liblinear reads: rows of (index from 1, value), ended by index -1; the bias is the last feature.
struct Matrix {
    std::vector<std::vector<feature_node>> rows;
    int columns = 0;
};
Matrix matrixOf(const std::vector<Features>& features, const std::vector<std::size_t>& chosen,
                std::uint32_t dimensions) {
    Matrix m;
    m.columns = static_cast<int>(dimensions) + 1;
    for (const auto i : chosen) {
        std::vector<feature_node> row;
        row.reserve(features[i].size() + 2);
        for (const auto& f : features[i])
            row.push_back({static_cast<int>(f.index) + 1, static_cast<double>(f.value)});
        row.push_back({m.columns, 1.0});
        row.push_back({-1, 0.0});
        m.rows.push_back(std::move(row));
    }
    return m;
}

/// Trains one label; weights (dimensions + bias) or all zero with a very negative bias when it has no
/// positive example.
Result<std::vector<double>> trainLabel(Matrix& matrix, std::vector<double>& targets,
                                       const TrainOptions& options) {
    // liblinear orders the classes by first appearance; knowing which comes first tells the sign.
    std::vector<feature_node*> rows;
    for (auto& row : matrix.rows)
        rows.push_back(row.data());
    problem p{};
    p.l = static_cast<int>(rows.size());
    p.n = matrix.columns;
    p.y = targets.data();
    p.x = rows.data();
    p.bias = -1;
    int names[2] = {1, -1};
    double weights[2] = {options.weight, 1};
    parameter settings{};
    settings.solver_type = L2R_LR;
    settings.C = options.c;
    settings.eps = options.eps;
    settings.nr_weight = 2;
    settings.weight_label = names;
    settings.weight = weights;
    if (const char* wrong = check_parameter(&p, &settings)) return fail("classifier.parameter", wrong);
    const std::unique_ptr<::model, FreeModel> trained(::train(&p, &settings));
    if (!trained || trained->nr_class != 2) return fail("classifier.train", "liblinear gave no model");
    const double sign = trained->label[0] == 1 ? 1 : -1;
    std::vector<double> out(static_cast<std::size_t>(matrix.columns));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = sign * trained->w[i];
    return out;
}

std::uint64_t foldOf(const Example& e) {
    return sha256(e.group.empty() ? std::string_view(e.text) : std::string_view(e.group))[0] & 1U;
}

/// Platt's fit by Newton steps on (decision, has the label), with his smoothed targets.
void platt(const std::vector<std::pair<double, bool>>& seen, double& slope, double& shift) {
    double positive = 0;
    for (const auto& [d, yes] : seen)
        positive += yes ? 1 : 0;
    const double negative = static_cast<double>(seen.size()) - positive;
    if (positive < 10 || negative < 10) return;
    const double high = (positive + 1) / (positive + 2), low = 1 / (negative + 2);
    double a = 1, b = 0;
    for (int step = 0; step < 50; ++step) {
        double g0 = 0, g1 = 0, h00 = 1e-9, h01 = 0, h11 = 1e-9;
        for (const auto& [d, yes] : seen) {
            const double p = 1 / (1 + std::exp(-(a * d + b)));
            const double error = p - (yes ? high : low), v = p * (1 - p);
            g0 += error * d;
            g1 += error;
            h00 += v * d * d;
            h01 += v * d;
            h11 += v;
        }
        const double det = h00 * h11 - h01 * h01;
        if (std::abs(det) < 1e-12) break;
        const double da = (h11 * g0 - h01 * g1) / det, db = (h00 * g1 - h01 * g0) / det;
        // Damped: the logistic loss is convex, but a full step can overshoot on separable data.
        a -= std::clamp(da, -1.0, 1.0);
        b -= std::clamp(db, -1.0, 1.0);
        if (std::abs(da) + std::abs(db) < 1e-9) break;
    }
    if (a > 0) {
        slope = a;
        shift = b;
    }
}

void put(std::string& out, const void* data, std::size_t size) {
    out.append(static_cast<const char*>(data), size);
}
template <class T>
bool take(std::string_view& in, T& value) {
    if (in.size() < sizeof value) return false;
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
    return true;
}

} // namespace

Result<TextClassifier> TextClassifier::train(const std::vector<Example>& examples,
                                             const TrainOptions& options) {
    static std::once_flag quiet; // liblinear prints its progress to stdout unless told otherwise
    std::call_once(quiet, [] { set_print_string_function([](const char*) {}); });

    TextClassifier out;
    out.dimensions_ = options.dimensions;
    out.max_words_ = static_cast<std::uint32_t>(options.max_words);
    std::map<std::string, std::size_t> counts;
    std::vector<Features> features;
    features.reserve(examples.size());
    for (const auto& e : examples) {
        for (const auto& label : std::set<std::string>(e.labels.begin(), e.labels.end()))
            ++counts[label];
        features.push_back(hashedNgrams(e.text, options.dimensions, options.max_words));
    }
    if (counts.empty()) return fail("classifier.examples", "there is no labelled example to train on");
    for (const auto& [label, n] : counts)
        out.labels_.push_back(label);

    const auto has = [&examples](std::size_t i, const std::string& label) {
        const auto& l = examples[i].labels;
        return std::find(l.begin(), l.end(), label) != l.end();
    };
    std::vector<std::size_t> all(examples.size()), fold[2];
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
        fold[foldOf(examples[i])].push_back(i);
    }
    auto whole = matrixOf(features, all, options.dimensions);
    auto half = matrixOf(features, fold[0], options.dimensions);

    out.weights_.assign(std::size_t{options.dimensions} * out.labels_.size(), 0.0F);
    out.bias_.resize(out.labels_.size());
    std::vector<std::pair<double, bool>> held_out;
    for (std::size_t k = 0; k < out.labels_.size(); ++k) {
        const auto& label = out.labels_[k];
        const auto targets = [&](const std::vector<std::size_t>& rows, std::size_t& positive) {
            std::vector<double> y;
            positive = 0;
            for (const auto i : rows) {
                y.push_back(has(i, label) ? 1 : -1);
                positive += y.back() > 0 ? 1 : 0;
            }
            return y;
        };
        std::size_t positive = 0;
        auto y = targets(all, positive);
        if (positive == examples.size())
            return fail("classifier.examples", fmt::format("every example has the label {}", label));
        TALLY_ASSIGN(const auto w, trainLabel(whole, y, options));
        for (std::size_t f = 0; f < options.dimensions; ++f)
            out.weights_[f * out.labels_.size() + k] = static_cast<float>(w[f]);
        out.bias_[k] = static_cast<float>(w.back());

        if (counts[label] < options.min_calibration) continue;
        auto part = targets(fold[0], positive);
        if (positive == 0 || positive == part.size()) continue;
        TALLY_ASSIGN(const auto other, trainLabel(half, part, options));
        for (const auto i : fold[1]) {
            double d = other.back();
            for (const auto& f : features[i])
                d += other[f.index] * static_cast<double>(f.value);
            held_out.emplace_back(d, has(i, label));
        }
    }
    platt(held_out, out.slope_, out.shift_);
    return out;
}

std::vector<double> TextClassifier::decide(const Features& features) const {
    std::vector<double> out(bias_.begin(), bias_.end());
    for (const auto& f : features) {
        const float* row = &weights_[std::size_t{f.index} * labels_.size()];
        for (std::size_t k = 0; k < out.size(); ++k)
            out[k] += static_cast<double>(row[k]) * static_cast<double>(f.value);
    }
    return out;
}

std::vector<LabelScore> TextClassifier::predict(std::string_view text, double floor) const {
    std::vector<LabelScore> out;
    const auto features = hashedNgrams(text, dimensions_, max_words_);
    if (features.empty()) return out;
    const auto decisions = decide(features);
    for (std::size_t k = 0; k < decisions.size(); ++k) {
        const double p = 1 / (1 + std::exp(-(slope_ * decisions[k] + shift_)));
        if (p >= floor) out.push_back({labels_[k], p});
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.p != b.p ? a.p > b.p : a.label < b.label; });
    return out;
}

std::string TextClassifier::save() const {
    std::string out(magic);
    const auto labels = static_cast<std::uint32_t>(labels_.size());
    put(out, &dimensions_, sizeof dimensions_);
    put(out, &max_words_, sizeof max_words_);
    put(out, &labels, sizeof labels);
    put(out, &slope_, sizeof slope_);
    put(out, &shift_, sizeof shift_);
    for (const auto& l : labels_) {
        const auto size = static_cast<std::uint32_t>(l.size());
        put(out, &size, sizeof size);
        out += l;
    }
    put(out, bias_.data(), bias_.size() * sizeof(float));
    // Most features never occurred: only those with a weight are written.
    for (std::uint32_t f = 0; f < dimensions_; ++f) {
        const float* row = &weights_[std::size_t{f} * labels];
        if (std::all_of(row, row + labels, [](float w) { return w == 0.0F; })) continue;
        put(out, &f, sizeof f);
        put(out, row, labels * sizeof(float));
    }
    const auto hash = sha256(out);
    put(out, hash.data(), hash.size());
    return out;
}

Result<TextClassifier> TextClassifier::load(std::string_view bytes) {
    const auto broken = [](const char* why) {
        return fail("classifier.file", fmt::format("the model file cannot be used: {}", why),
                    "delete it, it is trained again in a second");
    };
    if (bytes.size() < magic.size() + 32 || bytes.substr(0, magic.size()) != magic)
        return broken("not a model file of this version");
    auto in = bytes.substr(0, bytes.size() - 32);
    const auto hash = sha256(in);
    if (std::memcmp(hash.data(), bytes.data() + in.size(), hash.size()) != 0)
        return broken("its hash does not fit, it was changed or cut");
    in.remove_prefix(magic.size());
    TextClassifier out;
    std::uint32_t labels = 0;
    if (!take(in, out.dimensions_) || !take(in, out.max_words_) || !take(in, labels) ||
        !take(in, out.slope_) || !take(in, out.shift_))
        return broken("it ends too early");
    if (out.dimensions_ == 0 || out.dimensions_ > (1U << 20) || labels == 0 || labels > 4096)
        return broken("its sizes are out of range");
    for (std::uint32_t i = 0; i < labels; ++i) {
        std::uint32_t size = 0;
        if (!take(in, size) || size > 256 || in.size() < size) return broken("it ends too early");
        out.labels_.emplace_back(in.substr(0, size));
        in.remove_prefix(size);
    }
    out.bias_.resize(labels);
    for (auto& b : out.bias_)
        if (!take(in, b)) return broken("it ends too early");
    out.weights_.assign(std::size_t{out.dimensions_} * labels, 0.0F);
    while (!in.empty()) {
        std::uint32_t f = 0;
        if (!take(in, f) || f >= out.dimensions_ || in.size() < labels * sizeof(float))
            return broken("a weight is out of range");
        std::memcpy(&out.weights_[std::size_t{f} * labels], in.data(), labels * sizeof(float));
        in.remove_prefix(labels * sizeof(float));
    }
    return out;
}

} // namespace tally::route
