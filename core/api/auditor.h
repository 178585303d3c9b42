// The auditor's door: a file is checked without a workspace, a network or a key. Abstract, values in, values
// out.
//
// Every call returns at once; the reply comes later, exactly once, on a thread of the core. The calls are
// served one after the other. Any thread may call. What an implementation does not offer answers with the
// error api.unavailable.
#pragma once
#include "core/api/audit_detail.h"
#include "core/api/reply.h"
#include "core/base/cancel.h"
#include "core/model/audit_values.h"
#include "core/model/comparison.h"
#include "core/model/verdict.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tally::api {

struct VerifyRequest {
    std::string path;
    std::string pin; ///< fingerprint or key in any usual form, or the name of a stored pin; empty: none
    std::vector<std::string> vkeys; ///< genesis key or witnesses
    std::string memory;             ///< memory file; empty: none
    bool own_memory = false;        ///< the default memory file of this account; `memory` is then not read
    std::string tsa_ca;  ///< PEM file: certificates that time stamps must lead to; empty: none are checked
    std::string org_key; ///< PEM file: key of the organisation that must have signed too; empty: none
};
struct VerifyProgress {
    std::int64_t bytes = 0, total_bytes = 0;
    std::int64_t entries = 0;
    std::string stage; ///< "reading", "comparing", "checking content" …
};
/// A record of a verified bundle as the Audit page shows it.
struct AuditRecord {
    std::int64_t pos = 0; ///< line number in the file, from `first`
    std::int64_t seq = 0;
    std::int64_t ts_us = 0;
    std::string kind;
    std::string what;           ///< short text: step name, budget scope …
    std::string stored_line;    ///< as in the file, not escaped; cut where no record can be as long
    std::int64_t left_out = 0;  ///< bytes of the line that stored_line does not have
    std::string canonical_line; ///< canonical or restored form; empty if unreadable
    std::string prev;           ///< as stored
    std::string leaf_stored;    ///< from the hash list
    std::string leaf_computed;  ///< of the stored line
    enum class State {
        proven,   ///< byte for byte what was signed
        wrong,    ///< the same, but it contradicts other records
        altered,  ///< changed, moved, copied or inserted
        unproven, ///< no valid signature of the expected log covers it
        unsealed  ///< newer than the newest checkpoint
    } state = State::unproven;
};

/// A verified file that is held open, so that its records can be looked at. Any thread.
class AuditFile {
public:
    virtual ~AuditFile() = default;
    [[nodiscard]] virtual const Verdict& verdict() const = 0;
    [[nodiscard]] virtual std::string path() const = 0;
    [[nodiscard]] virtual std::int64_t records() const = 0;
    /// Reads at most a few hundred bytes around the record: fast enough for a table's visible rows.
    [[nodiscard]] virtual Result<AuditRecord> record(std::int64_t pos) const = 0;
    /// Where the record `seq` stands, as `pos`; nothing when it is missing.
    [[nodiscard]] virtual std::optional<std::int64_t> positionOf(std::int64_t seq) const = 0;
    /// The fields of a record beside those of its proven original.
    [[nodiscard]] virtual RecordFields fields(const AuditRecord& record) const;
    /// What the verifier's memory said, with both states.
    [[nodiscard]] virtual MemoryAnswer memory() const { return {}; }
};

class Auditor {
public:
    virtual ~Auditor() = default;
    virtual void verify(VerifyRequest request, std::function<void(VerifyProgress)> progress,
                        CancelToken cancel, Reply<std::shared_ptr<AuditFile>> reply) = 0;
    /// Costs by run, model and budget; reads the whole file once more.
    virtual void figures(std::shared_ptr<AuditFile> file, CancelToken cancel, Reply<LogFigures> reply);
    /// Prompts and answers: shown, erased, withheld, not what was committed to. Reads the whole file once
    /// more.
    virtual void payloads(std::shared_ptr<AuditFile> file, CancelToken cancel, Reply<PayloadList> reply);
    /// A piece of one payload that the file opens, checked against its record.
    virtual void payload(std::shared_ptr<AuditFile> file, PayloadRequest request, CancelToken cancel,
                         Reply<PayloadText> reply);
    /// Verifies both, pinned alike and without a memory, and says where they part.
    virtual void compare(VerifyRequest a, std::string b, CancelToken cancel, Reply<Comparison> reply);
    /// One proof or a list of them, as text.
    virtual void checkProofs(ProofRequest request, Reply<std::vector<ProofCheck>> reply);
    /// The key of the epoch that signed the newest checkpoint, as the file itself says it.
    virtual void signingKey(std::string path, Reply<std::string> reply);
    /// Writes the signed or unsigned report of the verification that gave `file`.
    virtual void writeReport(std::shared_ptr<AuditFile> file, ReportRequest request, Reply<ReportInfo> reply);
    virtual void checkReport(CheckReport request, CancelToken cancel, Reply<ReportCheck> reply);

    // The default memory file and the stored pins of this account.
    virtual void seenLogs(Reply<std::vector<SeenLog>> reply);
    virtual void forgetLog(std::string log, Done done); ///< id or the beginning of it
    virtual void pins(Reply<std::vector<StoredPin>> reply);
    /// `pin.fingerprint` may hold either form; the reply is what was stored.
    virtual void savePin(StoredPin pin, Reply<StoredPin> reply);
    virtual void removePin(std::string name, Done done);

private:
    static Error unavailable() { return {"api.unavailable", "this is not available here", {}, {}}; }
};

inline RecordFields AuditFile::fields(const AuditRecord&) const {
    return {};
}
inline void Auditor::figures(std::shared_ptr<AuditFile>, CancelToken, Reply<LogFigures> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::payloads(std::shared_ptr<AuditFile>, CancelToken, Reply<PayloadList> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::payload(std::shared_ptr<AuditFile>, PayloadRequest, CancelToken,
                             Reply<PayloadText> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::compare(VerifyRequest, std::string, CancelToken, Reply<Comparison> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::checkProofs(ProofRequest, Reply<std::vector<ProofCheck>> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::signingKey(std::string, Reply<std::string> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::writeReport(std::shared_ptr<AuditFile>, ReportRequest, Reply<ReportInfo> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::checkReport(CheckReport, CancelToken, Reply<ReportCheck> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::seenLogs(Reply<std::vector<SeenLog>> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::forgetLog(std::string, Done done) {
    done(fail(unavailable()));
}
inline void Auditor::pins(Reply<std::vector<StoredPin>> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::savePin(StoredPin, Reply<StoredPin> reply) {
    reply(fail(unavailable()));
}
inline void Auditor::removePin(std::string, Done done) {
    done(fail(unavailable()));
}

} // namespace tally::api
