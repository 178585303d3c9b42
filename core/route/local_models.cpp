#include "core/route/local_models.h"

#include "core/base/hash.h"
#include "core/provider/hub.h"
#include "core/route/extractive_reader.h"
#include "core/route/licence_reader.h"
#include "core/route/licence_training.h"

#include <mutex>

namespace tally::route {

/// A local model that is trained on first use.
class SampleModels::Lazy final : public provider::LocalModel {
public:
    Lazy(std::string folder, std::string cache, std::shared_ptr<const context::LicenceTable> table)
        : folder_(std::move(folder))
        , cache_(std::move(cache))
        , table_(std::move(table)) {}

    Result<std::shared_ptr<const LicenceClassifier>> get() const {
        const std::lock_guard lock(mutex_);
        if (!ready_) {
            TALLY_ASSIGN(auto made, make());
            ready_ = std::make_shared<const LicenceClassifier>(std::move(made));
        }
        return ready_;
    }
    Result<ModelAnswer> answer(const ModelCall& call, const CancelToken& cancel) const override {
        TALLY_ASSIGN(const auto model, get());
        return model->answer(call, cancel);
    }
    [[nodiscard]] std::string describe() const override {
        return "Linear classifier over word n-grams, trained on the committed copyright samples and "
               "reference notices";
    }

private:
    Result<TextClassifier> make() const {
        DiskFileSystem disk;
        TALLY_ASSIGN(const auto examples, trainingExamples(disk, folder_, *table_));
        if (cache_.empty()) return TextClassifier::train(examples);
        Sha256 sum;
        for (const auto& e : examples) {
            sum.update(e.text);
            for (const auto& label : e.labels)
                sum.update('\n' + label);
        }
        const auto file = cache_ + "/licence-classifier-" + toHex(sum.finish()).substr(0, 16) + ".model";
        if (disk.exists(file))
            if (const auto bytes = disk.read(file, 1U << 30))
                if (auto known = TextClassifier::load(*bytes)) return known;
        TALLY_ASSIGN(auto trained, TextClassifier::train(examples));
        if (disk.makeDirs(cache_)) (void)disk.writeAtomic(file, trained.save(), 0644);
        return trained;
    }

    const std::string folder_, cache_;
    const std::shared_ptr<const context::LicenceTable> table_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const LicenceClassifier> ready_;
};

Result<SampleModels> SampleModels::load(const std::string& samples_folder, const std::string& cache_folder) {
    const DiskFileSystem disk;
    TALLY_ASSIGN(const auto text, disk.read(samples_folder + "/licences.json", 16U << 20));
    TALLY_ASSIGN(auto table, context::LicenceTable::parse(text));
    SampleModels out;
    out.folder_ = samples_folder;
    out.table_ = std::make_shared<const context::LicenceTable>(std::move(table));
    out.lazy_ = std::make_shared<const Lazy>(samples_folder, cache_folder, out.table_);
    return out;
}

void SampleModels::equip(provider::ProviderHub& hub) const {
    hub.addLocalModel("licence-classifier", lazy_);
    hub.addLocalModel("extractive-reader", std::make_shared<const ExtractiveReader>());
    hub.addSimBrain("licence-reader", std::make_shared<const LicenceReader>(table_));
}

Result<std::shared_ptr<const LicenceClassifier>> SampleModels::classifier() const {
    return lazy_->get();
}

} // namespace tally::route
