// The work of one verification, in the order of TRACE_LOG.md 10.1. Internal to core/audit: include verifier.h
// instead.
#pragma once
#include "core/audit/content_check.h"
#include "core/audit/findings.h"
#include "core/audit/restore.h"
#include "core/audit/verifier.h"

namespace tally::audit {

class Verifier {
public:
    Verifier(std::shared_ptr<const BundleData> data, const VerifyOptions& options);
    Result<Verification> run();

private:
    struct SealedAt {
        Checkpoint checkpoint;
        std::string_view note;
    };
    enum class Authority { none, list, lines }; ///< which of the two gives the newest signed root
    static constexpr std::uint64_t nowhere = ~std::uint64_t{0};

    // verifier.cpp
    Status readOptions();
    bool framing(); ///< false: MALFORMED
    bool manifest();
    bool readCheckpoints();
    void readContext();
    void startContent();
    void listRoots();
    Verification finish(int level);
    Status cancelled() const;
    void progress(const char* stage, std::uint64_t bytes);

    // verify_lines.cpp
    /// One pass over the file while everything equals the hash list; false as soon as something does not.
    Result<bool> onePass();
    Status hashAllLines();
    void noteLong(std::uint64_t line, std::string_view text, const Hash& leaf);
    Status contentOfView();
    [[nodiscard]] std::optional<std::string> viewLine(std::uint64_t seq) const;

    // verify_diff.cpp
    Status compare();
    void noAuthority();
    void listAgainstLines();
    Status classify();
    void learn();
    void changedRecord(std::uint64_t line, std::uint64_t record);
    void consequences();

    // verify_keys.cpp
    int identityAndKeys();
    int keySchedule();
    int pinMemoryWitnesses(int level);
    int memory(int level);
    void openings();

    // verify_anchors.cpp
    void organisation();
    void anchors();

    [[nodiscard]] Hash listed(std::uint64_t i) const;
    [[nodiscard]] std::uint64_t listedCount() const { return hashes_.size() / 32; }
    [[nodiscard]] Hash authentic(std::uint64_t i) const {
        return authority_ == Authority::list ? listed(i) : line_hashes_[i];
    }
    [[nodiscard]] const SealedAt* latest() const {
        return checkpoints_.empty() ? nullptr : &checkpoints_.back();
    }
    [[nodiscard]] const std::map<std::uint64_t, Hash>& trustedRoots() const {
        return authority_ == Authority::lines || authority_ == Authority::none ? line_roots_ : list_roots_;
    }

    std::shared_ptr<const BundleData> data_;
    const VerifyOptions& options_;
    unsigned threads_;
    std::vector<VerifierKey> pins_, witnesses_;

    Verdict verdict_;
    FindingList findings_;
    std::optional<VerifierMemory> memory_;

    BundleSections sections_;
    Entry manifest_;
    std::uint64_t first_ = 0;
    CompactRange edge_;
    std::string_view hashes_;
    std::vector<std::string_view> context_;
    std::map<std::uint64_t, Entry> proven_context_;
    bool context_broken_ = false;
    std::map<std::uint64_t, Hash> context_roots_; ///< at sizes that end with a proven context entry
    std::vector<SealedAt> checkpoints_;           ///< ascending by size
    std::set<std::uint64_t> sizes_; ///< of checkpoints and of the memory: roots are wanted there
    std::uint64_t end_ = 0;         ///< size of the newest checkpoint; unsigned: all lines
    std::uint64_t sealed_n_ = 0;    ///< sealed records expected in this file

    std::map<std::uint64_t, Hash> list_roots_, line_roots_;
    bool list_ok_ = false;
    Authority authority_ = Authority::none;
    bool same_ = false; ///< the sealed lines are the authentic ones, in order
    LineTable table_;
    std::map<std::uint64_t, Hash> long_leaves_; ///< by line, of those that LineTable calls long
    std::vector<Hash> line_hashes_;             ///< only when the single pass did not suffice

    // Only when lines and authentic list differ:
    std::vector<std::uint64_t> source_;         ///< per sealed record: its line, or nowhere
    std::vector<BundleRecords::Placed> placed_; ///< per line
    std::map<std::uint64_t, std::string> originals_;
    std::map<std::uint64_t, std::uint64_t> changed_; ///< record -> the changed line in its place
    std::set<std::uint64_t> reformatted_;
    RestoreContext restore_context_;
    bool learned_ = false;
    std::unique_ptr<Restorer> restorer_;
    std::uint64_t view_n_ = 0;        ///< records of the view
    std::vector<std::uint64_t> tail_; ///< lines that are not sealed
    bool tail_is_rest_ = false;       ///< the tail is every line from sealed_n_ on
    std::uint64_t tail_n_ = 0;

    std::unique_ptr<ContentCheck> content_;
};

} // namespace tally::audit
