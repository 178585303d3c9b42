// One guess after the other at what a changed record was: whether a guess is the original, and what may be
// guessed at all (TRACE_LOG.md 10.5). Counts what it hashes and copies, which bounds the search. Internal to
// core/audit: the order of the guesses is in restore.cpp. One thread.
#pragma once
#include "core/audit/restore.h"

namespace tally::audit {

using Object = std::map<std::string, TolerantValue, std::less<>>;

std::optional<std::int64_t> integerOf(const Object& o, std::string_view key);
/// Empty if the field is absent or no string.
std::string textOf(const Object& o, std::string_view key);

class RestoreTrial {
public:
    /// The references must outlive the trial.
    RestoreTrial(const RestoreContext& context, std::int64_t seq, const Hash& target,
                 const std::optional<std::string>& prev, std::uint64_t budget, const CancelToken& cancel)
        : context_(context)
        , cancel_(cancel)
        , seq_(seq)
        , target_(target)
        , prev_(prev)
        , budget_(budget) {}
    [[nodiscard]] std::uint64_t spent() const { return spent_; }

protected:
    [[nodiscard]] bool exhausted() const { return spent_ >= budget_ || cancel_.cancelled(); }
    void spend(std::uint64_t bytes) { spent_ += bytes; }
    [[nodiscard]] const RestoreContext& context() const { return context_; }
    /// What it costs to copy or to encode `o`, whether or not that succeeds.
    static std::uint64_t weight(const Object& o);
    /// The canonical line of `o` if it is the original one.
    std::optional<std::string> hit(const Object& o);
    /// Empty if the value has no canonical form.
    std::string digest(std::string_view key, const TolerantValue& value);

    using Use = std::function<bool(const TolerantValue&)>;
    /// What follows from the position, then values of the same field elsewhere. Stops when `use` says so.
    bool eachElsewhere(std::string_view key, const Use& use) const;
    bool eachNumberElsewhere(std::string_view key, const Use& use) const;
    [[nodiscard]] std::optional<TolerantValue> fromPosition(std::string_view key) const;
    /// cost_pico as it must be, given the other fields.
    [[nodiscard]] std::optional<std::int64_t> recomputedCost(const Object& o) const;

private:
    const RestoreContext& context_;
    const CancelToken& cancel_;
    std::int64_t seq_;
    const Hash& target_;
    const std::optional<std::string>& prev_;
    std::uint64_t budget_;
    std::uint64_t spent_ = 0;
};

} // namespace tally::audit
