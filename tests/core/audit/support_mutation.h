// Random damage to the export of a log, with what a verifier must say about it.
#pragma once
#include "core/audit/verifier.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"

#include <set>
#include <string>
#include <vector>

namespace tally::test {

/// One record that was damaged while the hash list stayed intact.
struct Damage {
    std::set<std::string> codes; ///< any of these, and no other
    std::uint64_t seq = 0;
    std::set<std::string> fields;          ///< exactly these are named; empty: any
    std::optional<std::string> original{}; ///< must be proven
    std::set<std::uint64_t> also{};        ///< further records at which the same codes may be reported
};

struct Mutant {
    std::string what;
    std::string bundle;
    std::optional<std::string> pin{};
    std::optional<audit::VerifierMemory> memory{};
    bool must_fail = true;        ///< false: a verifier cannot always know
    bool localised = false;       ///< `damage` is all that is wrong
    std::vector<Damage> damage{}; ///< only the records' own
};

/// A line taken apart; the spans of `fields` point into it.
struct ParsedEntry {
    std::vector<audit::CfpField> fields;
    audit::Entry entry;
    explicit ParsedEntry(const std::string& line);
    /// Where the value stands, with the quotes of a string.
    static std::pair<std::size_t, std::size_t> span(const audit::CfpField& field);
};

class Mutator {
public:
    /// `log` must outlive it.
    Mutator(TestLog& log, std::uint64_t seed);
    Mutant next();

private:
    // support_mutation.cpp: records, hash list intact
    Mutant records();
    bool changeRecord(std::vector<std::string>& lines, std::uint64_t at, Mutant& m);
    bool editFields(std::string& line, std::uint64_t at, int count, bool digests, Mutant& m);
    bool addField(std::string& line, std::uint64_t at, Mutant& m);
    bool removeField(std::string& line, std::uint64_t at, Mutant& m);
    bool duplicateField(std::string& line, std::uint64_t at, Mutant& m);
    bool otherBytes(std::string& line, std::uint64_t at, Mutant& m);
    bool otherForm(std::string& line, std::uint64_t at, Mutant& m);
    Mutant linesMoved();
    struct NewValue {
        std::string text;      ///< as it stands in the line
        bool readable = true;  ///< as JSON
        bool provable = false; ///< the original must be found
    };
    NewValue otherValue(const std::string& key, const audit::Value& value, bool digests);
    NewValue otherNumber(std::int64_t n, bool digests);
    NewValue otherText(const std::string& key, const std::string& text, bool digests);

    // support_mutation_file.cpp: everything around the records
    Mutant hashList();
    Mutant checkpoints();
    Mutant forged();
    Mutant framing();
    Mutant openings();
    Mutant range();
    Mutant rawBytes();
    Mutant remembered();

    std::uint64_t below(std::uint64_t n) { return rng_.below(n); }
    std::uint64_t aRecord() { return below(log_.lines().size()); }
    [[nodiscard]] std::string joined(const std::vector<std::string>& lines) const;
    Mutant withLines(std::string what, const std::vector<std::string>& lines);

    TestLog& log_;
    SeededRng rng_;
    BundleParts good_;
};

} // namespace tally::test
