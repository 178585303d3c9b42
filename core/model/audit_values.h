// What an auditor keeps and asks for besides the verdict: states of logs that were seen, pins, figures by
// run, model and budget, reports. Plain values.
#pragma once
#include "core/base/money.h"
#include "core/model/verdict.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally {

/// A log as it was at one verification (TRACE_LOG.md 11.5). The first four fields are those of the
/// specification's memory file; the others are ours and may be empty.
struct LogState {
    std::string fingerprint = {}; ///< hex
    std::string origin = {};
    std::int64_t size = 0;
    std::string root = {};    ///< hex, of the tree of `size`
    std::int64_t seen_us = 0; ///< wall clock of the verification; 0: not noted
    std::string file = {};    ///< name of the file, without its folder
    std::string sha256 = {};  ///< of the file; empty: not taken
    std::int64_t bytes = 0;   ///< of the file
    bool operator==(const LogState&) const = default;
};

struct SeenLog {
    std::string log; ///< log id
    LogState state;
    bool operator==(const SeenLog&) const = default;
};

/// What the verifier's memory said about a file.
struct MemoryAnswer {
    std::string file;   ///< the memory file; empty: none was used
    std::string answer; ///< match, mismatch, unchecked, unknown log; empty: not compared
    std::optional<LogState> then;
    LogState now;                ///< of the file that was verified; size 0: it has no readable checkpoint
    std::string root_at_then;    ///< root of this file's tree at the remembered size, when it was a fork
    std::int64_t other_logs = 0; ///< known besides this one
    bool remembered = false;     ///< the state `now` is in the memory
    std::string note;            ///< why it was not remembered; a sentence, may be empty
    bool operator==(const MemoryAnswer&) const = default;
};

/// A fingerprint or key agreed on outside of the files, for instance in the engagement letter.
struct StoredPin {
    std::string name;
    std::string fingerprint; ///< 64 hex digits; empty: `vkey` pins
    std::string vkey;
    std::string note;
    std::int64_t added_us = 0;
    bool operator==(const StoredPin&) const = default;
};

/// Costs re-derived from the records of a file: those that are proven, or restored, where the file lets them
/// be told, else as they stand.
struct LogFigures {
    struct Run {
        std::string run, workflow, process, label;
        std::string status;          ///< as its end says; empty: no end in this file
        std::int64_t first_seq = -1; ///< of its start; -1: before this file
        std::int64_t steps = 0;
        PicoSum cost;                  ///< sum of its steps' costs, settlements counted
        std::optional<PicoSum> stated; ///< as its end says, with what was settled after it
        bool operator==(const Run&) const = default;
    };
    struct Model {
        std::string provider, model; ///< both empty: steps without a model
        std::int64_t steps = 0;
        PicoSum cost;
        std::map<std::string, PicoSum> qty; ///< meter -> quantity (units, not picos)
        bool operator==(const Model&) const = default;
    };
    struct Budget {
        std::string scope, window;
        std::optional<PicoSum> limit; ///< as last set; nothing: removed, or a limit of a quantity
        std::string meter;            ///< of a limit of a quantity
        std::int64_t limit_qty = -1;
        std::int64_t changes = 0, warned = 0, exhausted = 0;
        std::int64_t last_seq = -1;
        bool operator==(const Budget&) const = default;
    };
    std::vector<Run> runs;     ///< in the order of their start
    std::vector<Model> models; ///< dearest first
    std::vector<Budget> budgets;
    PicoSum cost; ///< of all sealed steps
    std::int64_t steps = 0;
    std::int64_t unreadable = 0; ///< sealed records whose content is not known
    bool operator==(const LogFigures&) const = default;
};

struct ReportRequest {
    std::string out;        ///< file to write
    std::string key;        ///< private key, PEM; empty: not signed
    std::string passphrase; ///< of that key; goes nowhere else
    std::string name;       ///< of the auditor's key; empty: as the key file says
    std::string note;       ///< for the reader: engagement, client, remark
};
struct ReportInfo {
    std::string text;   ///< the report as written
    std::string sha256; ///< of that text
    std::string vkey;   ///< of the signature; empty: not signed
};
struct CheckReport {
    std::string path;
    std::string key;    ///< public key that is trusted: PEM file, file with a verifier key, or its text
    std::string bundle; ///< the file that was verified; empty: the figures are not re-derived
};
/// What was found out about a report. `ok`: nothing failed, and a signature or the bundle speaks for it.
struct ReportCheck {
    struct Point {
        std::string id; ///< form, words, signature, bundle, verdict
        enum class Answer { yes, no, not_checked } answer = Answer::not_checked;
        std::string why;
        bool operator==(const Point&) const = default;
    };
    bool ok = false;
    std::string sentence;
    std::vector<Point> points;
    std::vector<std::string> differences; ///< JSON pointers of what a new verification says otherwise
};
std::string_view toString(ReportCheck::Point::Answer answer); ///< "yes", "no", "not checked"

} // namespace tally
