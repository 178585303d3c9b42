#include "core/audit/restore.h"

#include "core/audit/candidates.h"
#include "core/audit/entry_rules.h"
#include "core/audit/restore_trial.h"

#include <algorithm>

namespace tally::audit {
namespace {

// A record may take a quarter of what is left for the file, so that no few records starve the others.
constexpr std::uint64_t bytes_per_record = std::uint64_t{192} << 20;
constexpr std::uint64_t bytes_in_all = std::uint64_t{768} << 20;
constexpr std::uint64_t bytes_when_spent = std::uint64_t{8} << 10;
constexpr std::size_t most_fields = 1'000; ///< of a line that is searched; the widest real record has 40
constexpr std::size_t max_changed_fields = 4;
constexpr std::size_t max_values_per_field = 4;
constexpr std::size_t max_combinations = 64;

bool isCommon(std::string_view key) {
    static const std::vector<std::string_view> common = commonFields();
    return std::find(common.begin(), common.end(), key) != common.end();
}

bool followsFromPosition(std::string_view key) {
    return key == "seq" || key == "log" || key == "v" || key == "prev";
}

} // namespace

void RestoreContext::learn(std::int64_t seq, const EntryView& entry) {
    const bool price = entry.plain("kind") == "price";
    for (const CfpField& f : entry) {
        const std::string_view key = entry.key(f);
        keys.emplace(key);
        if (f.type == CfpType::string) {
            if (key != "salt" && key != "prev" && key != "fd" && key != "span" && !isSlot(key))
                texts[std::string(key)].insert(entry.content(f));
        } else if (f.type == CfpType::integer) {
            if (key != "cost_pico" && (key.ends_with("_pico") || key.ends_with("_qty") ||
                                       key.ends_with("price_seq") || key.ends_with("attempt")))
                numbers[std::string(key)].insert(f.number);
            const auto meter = price ? meterOf(key, "_pico") : std::nullopt;
            if (meter && !isReservedMeter(*meter)) rates[seq][std::string(*meter)] = f.number;
        }
    }
    if (price) rates[seq]; // a price entry without rates is one too
}

/// The analysis of one record.
class Restorer::Search : public RestoreTrial {
public:
    using RestoreTrial::RestoreTrial;

    Restoration run(std::string_view line) {
        TolerantParse parse = parseTolerant(line);
        if (parse.outcome == TolerantParse::Outcome::unparseable) return only("UNPARSEABLE");
        if (parse.outcome == TolerantParse::Outcome::not_object) return only("NOT_OBJECT");
        if (parse.cut) return unproven();
        if (auto found = sameContent(parse.fields)) return *found;
        for (auto& [key, value] : parse.fields)
            object_[key] = std::move(value); // the last one wins
        if (object_.size() > most_fields) return unproven();
        if (auto found = onlyDigests()) return *found;
        if (auto found = oneFieldAdded()) return *found;
        return byDigests();
    }

private:
    static Restoration only(std::string code) { return {{{std::move(code), {}, {}, {}, false}}, {}}; }
    static Restoration unproven() { return only("ALTERED"); }

    /// The object itself, with either reading of duplicate keys.
    std::optional<Restoration> sameContent(const TolerantFields& fields) {
        std::map<std::string, int, std::less<>> count;
        Object first, last;
        for (const auto& [key, value] : fields) {
            ++count[key];
            first.emplace(key, value);
            last[key] = value;
        }
        for (const Object* o : {&first, &last}) {
            auto line = hit(*o);
            if (!line) continue;
            Restoration out{{}, std::move(line)};
            std::map<std::string_view, const TolerantValue*> wrong; // the first that differs
            for (const auto& [key, value] : fields) {
                if (!(value == o->at(key))) wrong.emplace(key, &value);
            }
            for (const auto& [key, n] : count) {
                if (n < 2) continue;
                const TolerantValue& right = o->at(key);
                const auto other = wrong.find(key);
                out.changes.push_back({"DUPLICATE_KEY", key,
                                       show(other == wrong.end() ? right : *other->second), show(right),
                                       true});
            }
            if (out.changes.empty()) out.changes.push_back({"FORMATTING_ONLY", {}, {}, {}, true});
            return out;
        }
        return std::nullopt;
    }

    std::optional<Restoration> onlyDigests() {
        Object o = object_;
        o.erase("fd");
        std::string fd;
        for (const auto& [key, value] : o) {
            const std::string d = digest(key, value);
            if (d.empty()) return std::nullopt;
            fd += d;
        }
        o["fd"] = fd;
        auto line = hit(o);
        if (!line) return std::nullopt;
        return Restoration{{{"ALTERED", "fd", stored("fd"), fd, true}}, std::move(line)};
    }

    std::optional<Restoration> oneFieldAdded() {
        std::vector<std::string> keys;
        for (const auto& field : object_)
            keys.push_back(field.first);
        for (const std::string& key : keys) {
            if (exhausted()) break;
            auto field = object_.extract(key);
            auto line = hit(object_);
            const TolerantValue& value = object_.insert(std::move(field)).position->second;
            if (line) return Restoration{{{"ALTERED", key, show(value), {}, true}}, std::move(line)};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> stored(std::string_view key) const {
        const auto at = object_.find(key);
        return at == object_.end() ? std::nullopt : std::optional(show(at->second));
    }

    Restoration byDigests() {
        fd_ = textOf(object_, "fd");
        for (const auto& [key, value] : object_) {
            if (key != "fd") known_.push_back(key);
        }
        const bool usable =
            fd_.size() % 8 == 0 && !fd_.empty() && std::all_of(fd_.begin(), fd_.end(), [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            });
        if (!usable) return unproven();
        const std::size_t digests = fd_.size() / 8;
        if (digests == known_.size() + 1) return oneFieldRemoved();
        if (digests + 1 == known_.size()) return addedBesidesOthers();
        if (digests != known_.size()) return unproven();
        const auto bad = mismatches(known_);
        if (bad.empty()) return digestsRecomputed();
        if (bad.size() > max_changed_fields) return unproven();
        return changedFields(bad);
    }

    struct Mismatch {
        std::string key;
        std::string digest; ///< of the original value
    };
    /// Fields of `keys` (sorted, as many as digests) whose digest is not the one in fd.
    std::vector<Mismatch> mismatches(const std::vector<std::string>& keys) {
        std::vector<Mismatch> out;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            std::string want = fd_.substr(8 * i, 8);
            const auto at = object_.find(keys[i]);
            if (at != object_.end() && digest(keys[i], at->second) == want) continue;
            out.push_back({keys[i], std::move(want)});
        }
        return out;
    }

    Restoration oneFieldRemoved() {
        const std::vector<std::string_view> required =
            requiredFields(textOf(object_, "kind"), textOf(object_, "op"));
        std::set<std::string, std::less<>> names(context().keys);
        for (const auto name : commonFields())
            names.emplace(name);
        for (const auto name : required)
            names.emplace(name);
        for (const auto name : slots)
            names.emplace(name);
        std::vector<Mismatch> possible;
        for (const std::string& name : names) {
            if (name == "fd" || object_.count(name) != 0 || exhausted()) continue;
            spend(32 * known_.size());
            std::vector<std::string> keys = known_;
            keys.insert(std::lower_bound(keys.begin(), keys.end(), name), name);
            auto bad = mismatches(keys);
            if (bad.size() == 1 && bad[0].key == name) possible.push_back(std::move(bad[0]));
        }
        std::optional<Restoration> found;
        for (const Mismatch& m : possible) {
            eachElsewhere(m.key, [&](const TolerantValue& guess) {
                if (digest(m.key, guess) != m.digest) return exhausted();
                Object o = object_;
                o[m.key] = guess;
                if (auto line = hit(o))
                    found = Restoration{{{"ALTERED", m.key, {}, show(guess), true}}, std::move(line)};
                return found.has_value() || exhausted();
            });
            if (found) return *found;
        }
        std::vector<std::string> needed;
        for (const Mismatch& m : possible) {
            if (isCommon(m.key) || std::find(required.begin(), required.end(), m.key) != required.end())
                needed.push_back(m.key);
        }
        Restoration out = unproven();
        if (needed.size() == 1) out.changes[0].field = needed[0];
        return out;
    }

    Restoration addedBesidesOthers() {
        for (std::size_t i = 0; i < known_.size() && !exhausted(); ++i) {
            spend(32 * known_.size());
            std::vector<std::string> keys = known_;
            keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(i));
            const auto bad = mismatches(keys);
            if (bad.size() > 3) continue;
            Restoration out{{{"ALTERED", known_[i], stored(known_[i]), {}, false}}, {}};
            for (const Mismatch& m : bad)
                out.changes.push_back({"ALTERED", m.key, stored(m.key), {}, false});
            return out;
        }
        return unproven();
    }

    /// fd fits the changed fields: one field and its digest were changed together.
    Restoration digestsRecomputed() {
        for (std::size_t i = 0; i < known_.size() && !exhausted(); ++i) {
            const std::string& key = known_[i];
            const TolerantValue value = object_.at(key);
            if (key == "salt" || isSlot(key)) continue;
            std::optional<Restoration> found;
            spend(weight(object_));
            Object o = object_;
            const auto use = [&](const TolerantValue& guess) {
                std::string fd = fd_;
                fd.replace(8 * i, 8, digest(key, guess));
                o[key] = guess;
                o["fd"] = fd;
                if (auto line = hit(o))
                    found = Restoration{{{"ALTERED", key, show(value), show(guess), true}}, std::move(line)};
                return found.has_value() || exhausted();
            };
            const auto useNumber = [&](std::int64_t n) { return use(TolerantValue(n)); };
            if (followsFromPosition(key)) {
                if (const auto fixed = fromPosition(key)) use(*fixed);
            } else if (const auto* b = std::get_if<bool>(&value)) {
                use(TolerantValue(!*b));
            } else if (const auto* n = std::get_if<std::int64_t>(&value)) {
                const auto cost = key == "cost_pico" ? recomputedCost(object_) : std::nullopt;
                if (!(cost && useNumber(*cost)) && !eachNumberElsewhere(key, use))
                    integerCandidates(*n, {200, false}, useNumber);
            } else {
                eachElsewhere(key, use);
            }
            if (found) return *found;
        }
        return unproven();
    }

    /// Values for one changed field that have the right digest; `o` holds the fields restored so far.
    std::vector<TolerantValue> matching(const Mismatch& m, const Object& o) {
        std::vector<TolerantValue> out;
        const auto use = [&](const TolerantValue& guess) {
            if (std::find(out.begin(), out.end(), guess) == out.end() && digest(m.key, guess) == m.digest)
                out.push_back(guess);
            return out.size() >= max_values_per_field || exhausted();
        };
        const auto useNumber = [&](std::int64_t n) { return use(TolerantValue(n)); };
        const auto at = o.find(m.key);
        if (followsFromPosition(m.key)) {
            if (const auto fixed = fromPosition(m.key)) use(*fixed);
            return out;
        }
        if (m.key == "cost_pico") {
            if (const auto cost = recomputedCost(o); cost && useNumber(*cost)) return out;
        }
        if (at == o.end()) {
            eachElsewhere(m.key, use);
        } else if (const auto* b = std::get_if<bool>(&at->second)) {
            use(TolerantValue(!*b));
        } else if (const auto* n = std::get_if<std::int64_t>(&at->second)) {
            if (!eachNumberElsewhere(m.key, use)) integerCandidates(*n, {}, useNumber);
        } else if (const auto* text = std::get_if<NumberText>(&at->second)) {
            if (const auto exact = exactInteger(text->text)) {
                if (!useNumber(*exact) && !eachNumberElsewhere(m.key, use))
                    integerCandidates(*exact, {}, useNumber);
            } else if (!eachNumberElsewhere(m.key, use)) {
                longNumberCandidates(text->text, useNumber);
            }
        } else if (const auto* s = std::get_if<std::string>(&at->second)) {
            if (!eachElsewhere(m.key, use))
                stringCandidates(*s, [&](const std::string& t) { return use(TolerantValue(t)); });
        } else {
            eachElsewhere(m.key, use);
        }
        return out;
    }

    Restoration changedFields(std::vector<Mismatch> bad) {
        // The cost last: it can be computed from restored quantities.
        std::stable_sort(bad.begin(), bad.end(), [](const Mismatch& a, const Mismatch& b) {
            return (a.key == "cost_pico") < (b.key == "cost_pico");
        });
        std::vector<Object> partial{object_};
        for (const Mismatch& m : bad) {
            std::vector<Object> next;
            for (const Object& o : partial) {
                for (const TolerantValue& guess : matching(m, o)) {
                    if (next.size() >= max_combinations || exhausted()) break;
                    spend(weight(o));
                    next.emplace_back(o)[m.key] = guess;
                }
            }
            partial = std::move(next);
        }
        for (const Object& o : partial) {
            auto line = hit(o);
            if (!line) continue;
            Restoration out{{}, std::move(line)};
            for (const Mismatch& m : bad)
                out.changes.push_back({"ALTERED", m.key, stored(m.key), show(o.at(m.key)), true});
            return out;
        }
        Restoration out;
        for (const Mismatch& m : bad)
            out.changes.push_back({"ALTERED", m.key, stored(m.key), {}, false});
        return out;
    }

    Object object_;
    std::vector<std::string> known_; ///< keys without fd
    std::string fd_;
};

Restoration Restorer::analyse(std::string_view line, std::int64_t seq, const Hash& target,
                              const std::optional<std::string>& prev) {
    const std::uint64_t left = bytes_in_all - std::min(bytes_in_all, total_bytes_);
    const std::uint64_t budget = std::clamp(left / 4, bytes_when_spent, bytes_per_record);
    Search search(context_, seq, target, prev, budget, cancel_);
    Restoration out = search.run(line);
    total_bytes_ += search.spent();
    return out;
}

} // namespace tally::audit
