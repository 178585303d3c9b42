// eval_tokenizer FOLDER [TEXTS...]: compares token counts with reference counts and measures the speed.
//
// FOLDER holds vectors.json, TestPlans.txt and cuad_token_counts.tsv; TEXTS (default
// FOLDER/../../eval/cuad_train_located.jsonl) the contract texts, which are matched to the counts by their
// length in bytes. Prints one JSON line: cases, exact, mb_per_s (one thread, 10 MB of English text, the
// slower encoding), and the parts. Exits 1 when nothing could be measured.
#include "tests/core/price/support_token_cases.h"

#include <fmt/format.h>

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: eval_tokenizer FOLDER [TEXTS...]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const std::string eval = folder + "/../../eval/";
    const std::vector<std::string> texts =
        argc > 2 ? std::vector<std::string>(argv + 2, argv + argc)
                 : std::vector<std::string>{eval + "cuad_spans.jsonl", eval + "cuad_train_located.jsonl"};
    const auto result = tally::test::judgeTokenCases(folder, texts, true);
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().text());
        return 2;
    }
    fmt::print("{}\n", result->dump());
    return (*result)["cases"] > 0 ? 0 : 1;
}
