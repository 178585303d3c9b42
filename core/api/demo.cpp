#include "core/api/demo.h"

#include "core/api/fields.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/context/licence_gold.h"
#include "core/context/licence_table.h"
#include "core/route/triage_score.h"
#include "core/store/run_repo.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>

#include <charconv>
#include <mutex>
#include <set>

namespace tally::api {
namespace {
using nlohmann::json;
using store::Connection;
constexpr const char* sampleNames[] = {"licence-triage", "brute-force-triage"};
constexpr std::uint64_t largestDocument = 64 << 20;

/// "packages[12]/small~1" -> 12; -1 outside of the map over packages.
std::int64_t itemOf(std::string_view path) {
    constexpr std::string_view prefix = "packages[";
    if (path.substr(0, prefix.size()) != prefix) return -1;
    std::int64_t index = -1;
    std::from_chars(path.data() + prefix.size(), path.data() + path.size(), index);
    return index;
}

std::int64_t ratioPermille(PicoSum large, PicoSum small) {
    return small.value() <= 0 ? 0 : static_cast<std::int64_t>(large.value() * 1000 / small.value());
}

struct Measured {
    SampleResult result;
    std::map<std::string, PicoSum> cost_by_file;
    std::set<std::string> asked; ///< files for which a model outside this program was asked
};

class Measurement {
public:
    Measurement(Connection& db, const context::LicenceTable& table)
        : db_(db)
        , table_(table) {}

    /// The newest finished run of a sample.
    Result<std::optional<RunSummary>> newest(const std::string& workflow) {
        store::RunFilter filter;
        filter.workflow = workflow;
        filter.statuses = {RunStatus::ok};
        filter.limit = 1;
        TALLY_ASSIGN(auto runs, store::RunRepo::page(db_, filter));
        if (runs.empty()) return std::optional<RunSummary>();
        return std::optional<RunSummary>(std::move(runs.front().summary));
    }
    Result<std::optional<Measured>> measure(const std::optional<RunSummary>& summary) {
        if (!summary) return std::optional<Measured>();
        const RunSummary& run = *summary;
        Measured out;
        out.result.workflow = run.workflow;
        out.result.run = run.id;
        out.result.steps = run.steps;
        out.result.cost = run.cost;
        out.result.seconds_ms = (run.ended_us - run.started_us) / 1000;
        out.result.simulated = run.simulated;
        TALLY_ASSIGN(const json files, listed(run.id));
        TALLY_TRY(addCosts(run.id, files, out));
        TALLY_TRY(judge(run.id, files, out.result));
        return std::optional<Measured>(std::move(out));
    }

private:
    Result<json> listed(const RunId& run) {
        TALLY_ASSIGN(const auto evidence, store::StepRepo::byPath(db_, run, "list", 1));
        if (!evidence || !evidence->output) return json::array();
        json files = parseJson(*evidence->output).value_or(json());
        return files.is_array() ? files : json::array();
    }
    Status addCosts(const RunId& run, const json& files, Measured& out) {
        store::StepFilter filter;
        filter.run = run;
        filter.limit = 5000;
        for (;;) {
            TALLY_ASSIGN(const auto page, store::StepRepo::page(db_, filter));
            for (const auto& step : page) {
                for (const auto& [name, quantity] : step.usage.qty)
                    out.result.usage.add(name, quantity);
                const std::int64_t item = itemOf(step.path);
                if (item < 0 || item >= static_cast<std::int64_t>(files.size())) continue;
                const std::string path = textOf(files[static_cast<std::size_t>(item)], "path");
                out.cost_by_file[path] += step.cost;
                if (!step.model.empty() && step.provider != "local") out.asked.insert(path);
            }
            if (static_cast<std::int64_t>(page.size()) < filter.limit) return {};
            filter.after_seq = page.back().log_seq;
        }
    }
    /// Micro-F1 over the machine's files: what came with the program was trained on and is not measured.
    Status judge(const RunId& run, const json& files, SampleResult& out) {
        TALLY_ASSIGN(const auto text, store::RunRepo::output(db_, run));
        const json answers = parseJson(text.value_or("[]")).value_or(json());
        const DiskFileSystem disk;
        route::SetCounts counts;
        const bool only_committed =
            std::all_of(files.begin(), files.end(), [](const json& f) { return flagOf(f, "committed"); });
        for (std::size_t i = 0; i < files.size(); ++i) {
            ++out.files;
            if (flagOf(files[i], "committed") && !only_committed) continue;
            const auto document = disk.read(textOf(files[i], "path"), largestDocument);
            if (!document) continue; // the package was removed since the run
            const json answer = answers.is_array() && i < answers.size() ? answers[i] : json();
            counts += route::compareSets(context::licenceGold(*document, table_).licences,
                                         route::answerLicences(answer, table_));
        }
        // 2·hit / (2·hit + extra + missed), in integers
        const std::int64_t whole = 2 * counts.hit + counts.extra + counts.missed;
        out.micro_f1_permille = whole == 0 ? 0 : static_cast<int>(2 * counts.hit * 1000 / whole);
        return {};
    }

    Connection& db_;
    const context::LicenceTable& table_;
};

void compareFiles(const Measured& small, const Measured& large, SampleComparison& out) {
    std::vector<std::int64_t> ratios;
    for (const auto& [path, cost] : large.cost_by_file) {
        const auto cheap = small.cost_by_file.find(path);
        if (cheap == small.cost_by_file.end()) continue;
        if (cheap->second.value() == 0 && small.asked.count(path) == 0)
            ++out.free_files;
        else if (cheap->second.value() > 0)
            ratios.push_back(ratioPermille(cost, cheap->second));
    }
    if (ratios.empty()) return;
    std::sort(ratios.begin(), ratios.end());
    out.median_file_ratio_permille = ratios[ratios.size() / 2];
}

/// The comparison of the last pair of runs: it reads hundreds of documents, and runs that have ended do not
/// change.
struct Kept {
    std::mutex mutex;
    std::vector<RunId> runs;
    SampleComparison comparison;
};
} // namespace

struct Demo::Impl {
    Workspace& workspace;
    Reads& reads;
    std::shared_ptr<const context::LicenceTable> table;
    std::shared_ptr<Kept> kept;
};

Demo::Demo(Workspace& workspace, Reads& reads)
    : impl_(std::make_unique<Impl>(Impl{workspace, reads, nullptr, std::make_shared<Kept>()})) {}
Demo::~Demo() = default;

Result<std::unique_ptr<Demo>> Demo::make(Workspace& workspace, Reads& reads, const std::string& resources) {
    std::unique_ptr<Demo> demo(new Demo(workspace, reads));
    TALLY_ASSIGN(const std::string text,
                 DiskFileSystem().read(resources + "/samples/licences.json", 16 << 20));
    TALLY_ASSIGN(context::LicenceTable table, context::LicenceTable::parse(text));
    demo->impl_->table = std::make_shared<const context::LicenceTable>(std::move(table));
    return demo;
}

void Demo::start(Reply<std::vector<RunId>> reply) {
    StartRun first;
    first.workflow = sampleNames[0];
    first.label = "demo";
    StartRun second = first;
    second.workflow = sampleNames[1];
    Workspace& workspace = impl_->workspace;
    workspace.start(first, [&workspace, second, reply = std::move(reply)](Result<RunId> triage) {
        if (!triage) return reply(fail(triage.error()));
        workspace.start(second, [triage = *triage, reply](Result<RunId> brute) {
            if (!brute) return reply(fail(brute.error()));
            reply(std::vector<RunId>{triage, *brute});
        });
    });
}

void Demo::result(Reply<SampleComparison> reply) {
    impl_->reads.ask<SampleComparison>(
        [table = impl_->table, kept = impl_->kept](Connection& db) -> Result<SampleComparison> {
            Measurement measurement(db, *table);
            TALLY_ASSIGN(const auto first, measurement.newest(sampleNames[0]));
            TALLY_ASSIGN(const auto second, measurement.newest(sampleNames[1]));
            const std::vector<RunId> runs = {first ? first->id : RunId(), second ? second->id : RunId()};
            {
                const std::lock_guard lock(kept->mutex);
                if (kept->runs == runs) return kept->comparison;
            }
            SampleComparison out;
            TALLY_ASSIGN(const auto triage, measurement.measure(first));
            TALLY_ASSIGN(const auto brute, measurement.measure(second));
            for (const auto* one : {&triage, &brute})
                if (*one) out.samples.push_back((*one)->result);
            if (triage && brute) {
                out.cost_ratio_permille = ratioPermille(brute->result.cost, triage->result.cost);
                compareFiles(*triage, *brute, out);
            }
            const std::lock_guard lock(kept->mutex);
            kept->runs = runs;
            kept->comparison = out;
            return out;
        },
        std::move(reply));
}

} // namespace tally::api
