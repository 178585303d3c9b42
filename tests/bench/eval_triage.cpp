// Runs the procedures of the two licence samples directly, without the engine: filters, local classifier,
// simulated models, check and one repair, merged answer. Prints one JSON line. Tokens are estimated (bytes /
// 4), so that costs are estimates; `tally demo` measures them through the engine with the real tokenizer and
// price book.
//
//   eval_triage SAMPLES_FOLDER [DOC_FOLDER [dev|test|all [verbose]]]
//
// dev and test are halves of the machine's files by the first hex digit of their content's hash: what was
// looked at during development, and what was not.
#include "core/base/hash.h"
#include "core/context/layers.h"
#include "core/context/licence_gold.h"
#include "core/context/sample_files.h"
#include "core/route/licence_classifier.h"
#include "core/route/licence_reader.h"
#include "core/route/licence_training.h"
#include "core/route/triage_score.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

using namespace tally;
using nlohmann::json;

namespace {

struct Spend {
    std::int64_t in = 0, out = 0, calls = 0;
    std::int64_t pico = 0; // 10^-12 dollars
};
struct Rates {
    std::int64_t in, out; // pico-dollars per token
};
constexpr Rates large_rates{2'000'000, 8'000'000},
    small_rates{100'000, 400'000}; // $2/$8 and $0.10/$0.40 per million tokens

struct Samples {
    context::LicenceTable table;
    route::TextClassifier trained;
    json layers, schema;
    std::string prompt;        // up to the material
    double escalate_below = 0; // the "when" of the step "large"
};

template <class T>
T need(Result<T> r) {
    if (!r) {
        std::cerr << r.error().text() << '\n';
        std::exit(1);
    }
    return std::move(*r);
}

const json& stepById(const json& steps, const std::string& id) {
    static const json none;
    for (const auto& s : steps) {
        if (s["id"] == id) return s;
        if (s.contains("steps"))
            if (const auto& inner = stepById(s["steps"], id); !inner.is_null()) return inner;
    }
    return none;
}

std::uint64_t seedOf(const std::string& model, const ModelCall& call) {
    std::string all = model;
    for (const auto& m : call.messages)
        all += '\n' + m.text;
    const auto h = sha256(all);
    std::uint64_t seed = 0;
    for (int i = 0; i < 8; ++i)
        seed = seed << 8U | h[static_cast<std::size_t>(i)];
    return seed ^ 11U;
}

/// One call with the check and its one repair; null when the answer stays malformed.
json ask(const Samples& s, const route::LicenceReader& brain, const char* model, double ability, Rates rates,
         const std::string& material, Spend& spend) {
    provider::SimProfile profile;
    profile.name = model;
    profile.ability = ability;
    ModelCall call;
    call.output_schema = s.schema;
    call.messages = {{"user", s.prompt + material}};
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto text = brain.answer(call, profile, seedOf(model, call));
        std::int64_t in = 3;
        for (const auto& m : call.messages)
            in += context::estimateTokens(m.text) + 4;
        const auto out = context::estimateTokens(text);
        spend.in += in;
        spend.out += out;
        spend.calls += 1;
        spend.pico += in * rates.in + out * rates.out;
        auto answer = json::parse(text, nullptr, false);
        if (answer.is_object() && answer.contains("licences") && answer.contains("confidence")) return answer;
        call.messages.push_back({"assistant", text});
        call.messages.push_back({"user", "Your answer was rejected: it is not JSON\nAnswer the task again, "
                                         "complete and in the required form."});
    }
    return nullptr;
}

std::string shown(const context::LicenceSet& set) {
    return json(set).dump();
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: eval_triage SAMPLES_FOLDER [DOC_FOLDER [dev|test|all [verbose]]]\n";
        return 2;
    }
    const std::string folder = argv[1], docs = argc > 2 ? argv[2] : context::machine_doc_folder,
                      part = argc > 3 ? argv[3] : "all";
    const bool verbose = argc > 4;
    DiskFileSystem disk;
    Samples s;
    s.table = need(context::LicenceTable::parse(need(disk.read(folder + "/licences.json", 1U << 30))));
    const auto workflow = json::parse(need(disk.read(folder + "/licence-triage.workflow.json", 1U << 30)));
    s.layers = stepById(workflow["steps"], "passages")["layers"];
    s.schema = stepById(workflow["steps"], "small")["output_schema"];
    s.prompt = stepById(workflow["steps"], "small")["prompt"].get<std::string>();
    s.prompt.erase(s.prompt.find("{{"));

    const auto when = stepById(workflow["steps"], "large")["when"].get<std::string>();
    s.escalate_below = std::stod(when.substr(when.rfind('<') + 1));

    using clock = std::chrono::steady_clock;
    const auto seconds = [](clock::time_point from) {
        return std::chrono::duration<double>(clock::now() - from).count();
    };
    auto start = clock::now();
    const auto examples = need(route::trainingExamples(disk, folder, s.table));
    s.trained = need(route::TextClassifier::train(examples));
    const double train_seconds = seconds(start);
    const route::LicenceClassifier classifier(std::move(s.trained));
    const route::LicenceReader brain(std::make_shared<const context::LicenceTable>(s.table));

    route::SetCounts triage_counts, brute_counts, local_counts;
    Spend triage, brute;
    double triage_seconds = 0, brute_seconds = 0;
    std::int64_t files = 0, unknown = 0, clear_files = 0, small_files = 0, large_files = 0, passages_seen = 0,
                 unclear_seen = 0, small_wins = 0;
    std::vector<double> ratios;
    json curve = json::array();
    for (const auto& f :
         context::listCopyrightFiles(disk, docs, part == "committed" ? folder + "/copyright" : "")) {
        const bool dev = f.sha256[0] < '8';
        if ((part == "dev" && !dev) || (part == "test" && dev)) continue;
        const auto raw = need(disk.read(f.path, 1U << 30));
        const auto gold = context::licenceGold(raw, s.table);
        const auto text = context::redactLicences(raw, s.table);
        ++files;
        unknown += static_cast<std::int64_t>(gold.unknown.size());

        start = clock::now();
        Spend cost;
        const auto passages = need(context::applyLayers(s.layers, text));
        std::vector<std::string> texts;
        for (const auto& p : passages)
            texts.push_back(p.text);
        const json local = classifier.judgeAll(texts, CancelToken());
        passages_seen += static_cast<std::int64_t>(texts.size());
        unclear_seen += static_cast<std::int64_t>(local["unclear"].size());
        auto answer = route::answerLicences(local, s.table);
        local_counts += route::compareSets(gold.licences, answer);
        const char* by = "local";
        if (!local["clear"].get<bool>()) {
            by = "small";
            const auto material = local["unclear_text"].get<std::string>();
            auto read = ask(s, brain, "sim-small", 0.7, small_rates, material, cost);
            if (!read.is_object() || read["confidence"].get<double>() < s.escalate_below) {
                by = "large";
                auto better = ask(s, brain, "sim-large", 0.9, large_rates, material, cost);
                if (better.is_object()) read = std::move(better);
            }
            const auto more = route::answerLicences(read, s.table);
            answer.insert(more.begin(), more.end());
        }
        (by[0] == 'l' ? (by[1] == 'o' ? clear_files : large_files) : small_files) += 1;
        triage_seconds += seconds(start);
        triage_counts += route::compareSets(gold.licences, answer);

        start = clock::now();
        Spend whole;
        const auto all = ask(s, brain, "sim-large", 0.9, large_rates, text, whole);
        const auto brute_answer = route::answerLicences(all, s.table);
        brute_seconds += seconds(start);
        brute_counts += route::compareSets(gold.licences, brute_answer);

        for (auto [to, from] : {std::pair{&triage, &cost}, std::pair{&brute, &whole}}) {
            to->in += from->in;
            to->out += from->out;
            to->calls += from->calls;
            to->pico += from->pico;
        }
        // A file that was decided locally cost nothing: it has no ratio, only a share.
        if (cost.pico > 0) ratios.push_back(static_cast<double>(whole.pico) / static_cast<double>(cost.pico));
        const auto a = route::compareSets(gold.licences, answer).f1(),
                   b = route::compareSets(gold.licences, brute_answer).f1();
        small_wins += a >= b ? 1 : 0;
        if (verbose && (a < 1 || b < 1))
            std::cerr << fmt::format("{} {} by {} triage {:.2f} brute {:.2f}\n  gold   {}\n  triage {}\n  "
                                     "brute  {}\n  unknown {}\n",
                                     f.package, f.bytes, by, a, b, shown(gold.licences), shown(answer),
                                     shown(brute_answer), json(gold.unknown).dump());
        curve.push_back({f.bytes, cost.pico / 1'000'000, whole.pico / 1'000'000}); // bytes, micro-dollars
    }
    if (files == 0) {
        std::cerr << "there is no machine-readable copyright file to measure\n";
        return 1;
    }
    std::sort(ratios.begin(), ratios.end());
    const auto sample = [](const route::SetCounts& c, const Spend& p, double secs) {
        return json{
            {"micro_f1", c.f1()}, {"precision", c.precision()}, {"recall", c.recall()}, {"hit", c.hit},
            {"extra", c.extra},   {"missed", c.missed},         {"tokens_in", p.in},    {"tokens_out", p.out},
            {"calls", p.calls},   {"cost_pico", p.pico},        {"seconds", secs}};
    };
    json out{{"part", part},
             {"files", files},
             {"gold_names_off_the_list", unknown},
             {"train_examples", examples.size()},
             {"train_seconds", train_seconds},
             {"triage", sample(triage_counts, triage, triage_seconds)},
             {"brute", sample(brute_counts, brute, brute_seconds)},
             {"local_only_f1", local_counts.f1()},
             {"local_only_precision", local_counts.precision()},
             {"passages", passages_seen},
             {"unclear", unclear_seen},
             {"decided_by", {{"local", clear_files}, {"small", small_files}, {"large", large_files}}},
             {"triage_not_worse", small_wins},
             {"cost_ratio",
              triage.pico > 0 ? static_cast<double>(brute.pico) / static_cast<double>(triage.pico) : 0.0},
             {"files_that_cost_nothing", files - static_cast<std::int64_t>(ratios.size())},
             {"cost_ratio_median_of_the_rest", ratios.empty() ? 0.0 : ratios[ratios.size() / 2]}};
    if (part == "curve") out["curve_bytes_triage_brute_microdollars"] = curve;
    std::cout << out.dump() << '\n';
    return 0;
}
