// The models that come with the program: local/licence-classifier, local/extractive-reader, and the brain of
// the simulated hosted models ("licence-reader"). Loaded once from the samples folder; copies share
// everything; any thread.
//
// The classifier is trained when it is first asked (about a second, on the calling pool thread, while others
// wait), or read from the cache folder when one is given and the training data is the same: its hash is in
// the file's name. A cache that cannot be read or written is no error.
#pragma once
#include "core/base/file.h"
#include "core/context/licence_table.h"
#include "core/route/licence_classifier.h"

#include <memory>

namespace tally::provider {
class ProviderHub;
}

namespace tally::route {

class SampleModels {
public:
    /// Reads licences.json; errors file.*, licences.json.
    static Result<SampleModels> load(const std::string& samples_folder, const std::string& cache_folder = {});

    /// Adds the local models and the brain to a hub.
    void equip(provider::ProviderHub& hub) const;
    /// The trained classifier; errors samples.*, classifier.*.
    [[nodiscard]] Result<std::shared_ptr<const LicenceClassifier>> classifier() const;
    [[nodiscard]] const context::LicenceTable& table() const { return *table_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }

private:
    class Lazy;
    std::string folder_;
    std::shared_ptr<const context::LicenceTable> table_;
    std::shared_ptr<const Lazy> lazy_;
};

} // namespace tally::route
