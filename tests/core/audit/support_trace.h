// Vectors of the trace-log specification (tests/fixtures/tracelog) and small helpers to look at verdicts.
#pragma once
#include "core/audit/bundle.h"
#include "core/model/verdict.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tally::test {

/// A file of tests/fixtures/tracelog; aborts the test program when it is missing.
std::string fixture(const std::string& name);
nlohmann::json fixtureJson(const std::string& name);
/// Whole file, or nothing.
std::string readFile(const std::string& path);
std::vector<std::string> filesBelow(const std::string& folder, const std::string& suffix);
/// Bundles of attacks.json and more.json, rebuilt from attacks.deltas and more.deltas: parts of good.tracelog
/// and inserted bytes.
std::string attackBundle(const std::string& name);
/// The verdict's JSON without the sentences, which are for people.
nlohmann::json comparable(const Verdict& verdict);
nlohmann::json comparable(nlohmann::json verdict);
/// A bundle taken apart, so that one section can be replaced and the file be put together again.
struct BundleParts {
    std::array<std::string, audit::section_count> sections;
    explicit BundleParts(const std::string& bundle);
    std::string& operator[](audit::Section s) { return sections[static_cast<std::size_t>(s)]; }
    [[nodiscard]] std::string bundle() const;
    [[nodiscard]] std::vector<std::string> lines() const; ///< of the section `entries`
};
/// "<len>\n<item>" for each.
std::string countedList(const std::vector<std::string>& items);
/// Differences between findings and an attack case as section 15 of the specification says; empty: as
/// expected.
std::vector<std::string> compareWithCase(const Verdict& verdict, const nlohmann::json& expected);

} // namespace tally::test
