// A small log in memory, signed with a test key: a source for bundles that no vector holds.
#pragma once
#include "core/audit/bundle_writer.h"
#include "core/audit/cfp.h"
#include "core/audit/note.h"
#include "core/base/rng.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::test {

class TestLog final : public audit::BundleSource {
public:
    explicit TestLog(std::uint64_t seed);
    /// A log with prices, runs, steps (some unknown and settled), budgets, a key change and payloads.
    static TestLog random(std::uint64_t seed, int runs, int runs_per_checkpoint = 3);

    std::uint64_t append(const std::string& kind, audit::Entry fields,
                         const std::map<std::string, std::string>& payloads = {});
    /// Takes the payload away and appends the entry that says so.
    void erase(std::uint64_t seq, const std::string& slot);
    void wait(std::int64_t us) { ts_us_ += us; }
    void checkpoint();
    void rotate();
    [[nodiscard]] std::string bundle(const audit::BundleOptions& options = {});
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    [[nodiscard]] const std::vector<Hash>& leafHashes() const { return leaves_; }
    [[nodiscard]] std::string fingerprint() const { return toHex(leaves_.front()); }
    [[nodiscard]] std::string genesisKey() const { return genesis_key_; }
    [[nodiscard]] const std::string& origin() const { return origin_; }
    [[nodiscard]] std::int64_t now() const { return ts_us_; } ///< ts_us of the newest entry
    /// The key that signs checkpoints of this size.
    [[nodiscard]] const audit::SigningKey& keyFor(std::uint64_t size) const;

    Result<std::uint64_t> size() override { return lines_.size(); }
    Result<std::vector<std::string>> checkpoints() override { return notes_; }
    Result<std::vector<Hash>> leaves(std::uint64_t from, std::uint64_t to) override;
    Status lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) override;
    Result<std::uint64_t> lineBytes(std::uint64_t from, std::uint64_t to) override;
    Status openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) override;

private:
    std::string newKey(std::uint64_t from);
    std::string hex(std::size_t bytes);

    SeededRng rng_;
    std::string log_id_, origin_, genesis_key_;
    std::vector<std::pair<std::uint64_t, audit::SigningKey>> keys_; ///< with the size above which each signs
    std::vector<std::string> lines_, notes_;
    std::vector<Hash> leaves_;
    std::vector<audit::Opening> openings_;
    audit::CompactRange tree_;
    std::int64_t ts_us_ = 1'790'000'000'000'000;
    std::int64_t mono_us_ = 0;
};

} // namespace tally::test
