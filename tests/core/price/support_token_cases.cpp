#include "tests/core/price/support_token_cases.h"

#include "core/base/file.h"
#include "core/price/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <sstream>

namespace tally::test {
namespace {
using nlohmann::json;
using namespace tally::price;

class Judge {
public:
    Judge(const Tokenizer& o200k, const Tokenizer& cl100k)
        : o200k_(o200k)
        , cl100k_(cl100k) {}

    void vectors(const json& list) {
        for (const auto& entry : list)
            for (const char* name : {"o200k", "cl100k"})
                check("vectors", *of(name), entry.at("s").get<std::string>(),
                      entry.at(name).get<std::vector<std::uint32_t>>());
    }
    /// Blocks of "EncodingName: x", "Sample: text" (may go over several lines), "Encoded: [ids]".
    void plans(const std::string& text) {
        std::istringstream in(text);
        std::string line, encoding, sample;
        bool in_sample = false;
        while (std::getline(in, line)) {
            if (line.starts_with("EncodingName: "))
                encoding = line.substr(14);
            else if (line.starts_with("Sample: "))
                sample = line.substr(8), in_sample = true;
            else if (line.starts_with("Encoded: ")) {
                in_sample = false;
                if (const auto* tokenizer = of(encoding))
                    check("plans", *tokenizer, sample,
                          json::parse(line.substr(9)).get<std::vector<std::uint32_t>>());
            } else if (in_sample)
                sample += "\n" + line;
        }
    }
    void counts(const std::string& table_text) {
        std::istringstream table(table_text);
        std::string line;
        std::getline(table, line);
        while (std::getline(table, line)) {
            const auto tab = line.find('\t');
            Contract contract;
            contract.name = line.substr(0, line.rfind(".txt", tab));
            std::istringstream row(line.substr(tab + 1));
            if (row >> contract.bytes >> contract.o200k >> contract.cl100k)
                contracts_.push_back(std::move(contract));
        }
    }
    /// Texts belong to the contract of their name and length, or of their length alone when they have no
    /// name.
    void contracts(const std::string& texts) {
        std::istringstream lines(texts);
        std::string line;
        while (std::getline(lines, line)) {
            const auto record = json::parse(line);
            const auto text = record.at("text").get<std::string>();
            const auto name = record.value("id", std::string());
            english_ += text + "\n";
            for (const auto& contract : contracts_) {
                if (contract.bytes != static_cast<std::int64_t>(text.size()) ||
                    (!name.empty() && contract.name != name))
                    continue;
                add("contracts",
                    contract.o200k == o200k_.count(text) && contract.cl100k == cl100k_.count(text),
                    contract.name);
                break;
            }
        }
    }
    void speed() {
        if (english_.empty()) return;
        std::string text;
        while (text.size() < 10'000'000)
            text += english_;
        text.resize(10'000'000);
        double slowest = 0;
        for (const char* name : {"o200k", "cl100k"}) {
            double best = 0;
            for (int round = 0; round < 3; ++round) {
                const auto start = std::chrono::steady_clock::now();
                tokens_ += of(name)->count(text);
                const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
                best = std::max(best, static_cast<double>(text.size()) / 1e6 / took.count());
            }
            report[std::string("mb_per_s_") + name] = best;
            slowest = slowest == 0 ? best : std::min(slowest, best);
        }
        report["mb_per_s"] = slowest;
        report["tokens_counted"] = tokens_;
    }
    json report = {{"cases", 0}, {"exact", 0},     {"vectors", 0},
                   {"plans", 0}, {"contracts", 0}, {"wrong_cases", json::array()}};

private:
    struct Contract {
        std::string name;
        std::int64_t bytes = 0, o200k = 0, cl100k = 0;
    };
    [[nodiscard]] const Tokenizer* of(const std::string& name) const {
        return name.starts_with("o200k") ? &o200k_ : name.starts_with("cl100k") ? &cl100k_ : nullptr;
    }
    void check(const char* kind, const Tokenizer& tokenizer, const std::string& text,
               const std::vector<std::uint32_t>& expected) {
        add(kind,
            tokenizer.encode(text) == expected &&
                tokenizer.count(text) == static_cast<std::int64_t>(expected.size()) &&
                tokenizer.decode(expected) == text,
            text);
    }
    void add(const char* kind, bool exact, const std::string& what) {
        report["cases"] = report["cases"].get<int>() + 1;
        report[kind] = report[kind].get<int>() + 1;
        if (exact)
            report["exact"] = report["exact"].get<int>() + 1;
        else if (report["wrong_cases"].size() < 20)
            report["wrong_cases"].push_back(what);
    }
    const Tokenizer& o200k_;
    const Tokenizer& cl100k_;
    std::vector<Contract> contracts_;
    std::string english_;
    std::int64_t tokens_ = 0;
};
} // namespace

Result<json> judgeTokenCases(const std::string& folder, const std::vector<std::string>& text_files,
                             bool speed) {
    const DiskFileSystem disk;
    const auto read = [&](const std::string& path) { return disk.read(path, std::uint64_t{1} << 30); };
    TALLY_ASSIGN(const auto* o200k, Tokenizer::get(Encoding::o200k_base));
    TALLY_ASSIGN(const auto* cl100k, Tokenizer::get(Encoding::cl100k_base));
    TALLY_ASSIGN(const auto vectors, read(folder + "/vectors.json"));
    TALLY_ASSIGN(const auto plans, read(folder + "/TestPlans.txt"));
    TALLY_ASSIGN(const auto counts, read(folder + "/cuad_token_counts.tsv"));
    Judge judge(*o200k, *cl100k);
    try {
        judge.vectors(json::parse(vectors));
        judge.plans(plans);
        judge.counts(counts);
        for (const auto& file : text_files)
            if (const auto texts = read(file)) judge.contracts(*texts);
    } catch (const std::exception& e) {
        return fail("eval.format", std::string("A reference file is not as expected: ") + e.what());
    }
    if (speed) judge.speed();
    return judge.report;
}

} // namespace tally::test
