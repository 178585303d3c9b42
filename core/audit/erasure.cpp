#include "core/audit/erasure.h"

#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/store/payload_repo.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {
namespace {
constexpr int runs_at_once = 200;
constexpr int payloads_at_once = 1'000; ///< per transaction
constexpr std::size_t most_examples = 20;
constexpr std::size_t most_nonce = 1'000;

Status check(const ErasePolicy& policy) {
    if (policy.empty())
        return fail("erase.everything", "it is not said what to erase",
                    "Give an age, a process, a workflow, a run or a subject.");
    return {};
}

void count(ErasePlan& plan, const store::ErasableRun& run) {
    ++plan.runs;
    plan.bytes += run.bytes;
    if (plan.oldest_end_us == 0 || run.ended_us < plan.oldest_end_us) plan.oldest_end_us = run.ended_us;
    plan.last_end_us = std::max(plan.last_end_us, run.ended_us);
    if (plan.examples.size() < most_examples) plan.examples.push_back(run.id);
}

/// Runs that fit, in pages; those that are open are counted and left.
template <class Use>
Status eachRun(store::Connection& db, const ErasePolicy& policy, ErasePlan& plan, Use&& use) {
    for (store::RunNo after = 0;;) {
        TALLY_ASSIGN(const auto page, store::PayloadRepo::runs(db, policy, after, runs_at_once));
        if (page.empty()) return {};
        after = page.back().no;
        for (const auto& run : page) {
            if (!isEnded(run.status)) {
                ++plan.open_runs;
                if (plan.open_examples.size() < most_examples) plan.open_examples.push_back(run.id);
                continue;
            }
            TALLY_TRY(use(run));
        }
    }
}

/// What one transaction did; made anew when the operation runs a second time.
struct Batch {
    std::size_t runs = 0; ///< of the list, from its beginning, that are done
    std::vector<std::int64_t> steps;
    std::int64_t payloads = 0, bytes = 0, first_seq = -1, last_seq = -1;
};

Result<Batch> eraseSome(store::Tx& tx, TraceLogWriter& log, const EraseOrder& order,
                        const std::vector<store::ErasableRun>& runs, std::size_t from) {
    Batch batch;
    int left = payloads_at_once;
    for (std::size_t i = from; i < runs.size() && left > 0; ++i) {
        const auto most = static_cast<std::size_t>(left);
        TALLY_ASSIGN(const auto payloads, store::PayloadRepo::ofRun(tx.db(), runs[i].id, left));
        for (const auto& payload : payloads) {
            TALLY_ASSIGN(const auto seq,
                         log.append(tx, EraseEntry{payload.seq, payload.slot, order.reason, order.by}));
            if (batch.first_seq < 0) batch.first_seq = seq;
            batch.last_seq = seq;
            if (batch.steps.empty() || batch.steps.back() != payload.seq) batch.steps.push_back(payload.seq);
            ++batch.payloads;
            batch.bytes += payload.bytes;
        }
        if (payloads.size() == most) break; // perhaps there is more of this run
        left -= static_cast<int>(payloads.size()) + 1;
        TALLY_TRY(store::PayloadRepo::forgetRun(tx, runs[i]));
        ++batch.runs;
    }
    return batch;
}
} // namespace

Result<ErasePlan> planErasure(store::Connection& db, const ErasePolicy& policy) {
    TALLY_TRY(check(policy));
    ErasePlan plan;
    TALLY_TRY(eachRun(db, policy, plan, [&](const store::ErasableRun& run) -> Status {
        TALLY_ASSIGN(const auto sum, store::PayloadRepo::sumOf(db, run.id));
        plan.steps += sum.steps;
        plan.payloads += sum.payloads;
        plan.bytes += sum.bytes;
        count(plan, run);
        return {};
    }));
    return plan;
}

Result<ErasureDone> erasePayloads(store::Store& store, TraceLogWriter& log, const EraseOrder& order,
                                  const CancelToken& cancel) {
    TALLY_TRY(check(order.policy));
    if (order.reason.empty() || order.by.empty())
        return fail("erase.reason",
                    "an erasure needs a reason and who ordered it: both are in the log for good",
                    "Neutral words, no names: \"retention 30 days\", \"request 4711\".");
    ErasureDone done;
    ErasePlan& plan = done.erased;
    std::vector<store::ErasableRun> runs;
    const auto found = store.readers().read<bool>([&](store::Connection& db) -> Result<bool> {
        const auto all = eachRun(db, order.policy, plan, [&](const store::ErasableRun& run) -> Status {
            runs.push_back(run);
            return {};
        });
        if (!all) return fail(all.error());
        return true;
    });
    if (!found) return fail(found.error());
    std::int64_t last_step = -1;
    for (std::size_t at = 0; at < runs.size();) {
        if (cancel.cancelled())
            return fail("erase.cancelled", "the erasure was interrupted; what it did is in the log",
                        "The same order again does the rest.");
        Batch batch;
        TALLY_TRY(store.writer().write([&](store::Tx& tx) -> Status {
            TALLY_ASSIGN(batch, eraseSome(tx, log, order, runs, at));
            return {};
        }));
        for (const auto step : batch.steps)
            if (step != last_step) ++plan.steps, last_step = step;
        plan.payloads += batch.payloads;
        plan.bytes += batch.bytes;
        if (done.first_seq < 0) done.first_seq = batch.first_seq;
        if (batch.last_seq >= 0) done.last_seq = batch.last_seq;
        for (std::size_t i = at; i < at + batch.runs; ++i)
            count(plan, runs[i]);
        at += batch.runs;
    }
    if (runs.empty()) return done;
    std::int64_t set_aside = 0;
    const auto last = store.writer().write([&](store::Tx& tx) -> Status {
        TALLY_TRY(store::PayloadRepo::forgetRequests(tx));
        TALLY_ASSIGN(set_aside, store::PayloadRepo::forgetSetAside(tx));
        // Those logs take no entries any more: the one that follows them says it.
        if (set_aside > 0)
            TALLY_TRY(log.append(tx, PolicyEntry{fmt::format("erased-set-aside:{}", set_aside),
                                                 sha256Hex(order.reason), order.by}));
        log.wipe(tx, order.compact);
        log.seal(tx);
        return {};
    });
    if (!last) return fail(last.error());
    store.writer().drain();
    done.notice = log.unwiped();
    done.wiped = done.notice.empty();
    plan.payloads += set_aside;
    if (set_aside > 0 && done.wiped)
        done.notice =
            fmt::format("{} of them were in logs that were set aside: those logs cannot record it, and a "
                        "verifier calls these payloads withheld; a policy entry of this log says it.",
                        set_aside);
    return done;
}

Result<ChallengeDone> answerChallenge(store::Store& store, TraceLogWriter& log, const std::string& nonce,
                                      const std::string& by) {
    if (nonce.empty() || nonce.size() > most_nonce || !isUtf8(nonce))
        return fail("challenge.nonce", "a challenge is a text of 1 to 1000 bytes that the auditor chose",
                    "At best 32 random hex digits: openssl rand -hex 16");
    if (by.empty()) return fail("challenge.by", "say who gave the challenge: a role or account");
    ChallengeDone done;
    TALLY_TRY(store.writer().write([&](store::Tx& tx) -> Status {
        TALLY_ASSIGN(done.seq, log.append(tx, ChallengeEntry{nonce, by}));
        return {};
    }));
    TALLY_TRY(log.sealNow(store.writer()));
    done.sealed = log.sealedSize();
    done.nonce = nonce;
    done.origin = log.origin();
    return done;
}

} // namespace tally::audit
