// A workspace in a temporary folder with a trace log, a fake clock and seeds in a folder beside it.
#pragma once
#include "core/audit/trace_log_writer.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/rng.h"
#include "core/store/store.h"

#include <QTemporaryDir>

#include <memory>
#include <string>

namespace tally::test {

struct TempWorkspace {
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    std::string vfs;
    audit::TraceLogOptions log_options;
    std::unique_ptr<audit::FileSeedStore> seeds;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::TraceLogWriter> log;

    [[nodiscard]] std::string dir() const { return folder.path().toStdString() + "/ws"; }
    [[nodiscard]] std::string keyDir() const { return folder.path().toStdString() + "/keys"; }

    Status openStore() {
        store::StoreOptions options;
        options.dir = dir();
        options.app = "test";
        options.vfs = vfs;
        options.check_location = false;
        TALLY_ASSIGN(store, store::Store::open(options, clock, rng));
        return {};
    }
    Status openLog() {
        seeds = std::make_unique<audit::FileSeedStore>(keyDir());
        TALLY_ASSIGN(log, audit::TraceLogWriter::open(*store, *seeds, clock, rng, log_options));
        return {};
    }
    Status open() {
        TALLY_TRY(openStore());
        TALLY_TRY(openLog());
        store->start();
        return {};
    }
    /// Without a close entry, as after a crash; everything submitted is committed.
    void drop() {
        if (store) store->writer().stop();
        log.reset();
        store.reset();
    }
    Status shutDown() {
        auto closed = log->close(store->writer(), "test");
        drop();
        return closed;
    }
    Status write(store::WriteOp op) { return store->writer().write(std::move(op)); }

    static RateLine rate(const std::string& model = "o-mini", std::int64_t in = 150'000,
                         std::int64_t out = 600'000) {
        RateLine line;
        line.provider = "openai";
        line.model = model;
        line.rates = {{"in", Pico::of(in)}, {"out", Pico::of(out)}};
        line.source = "test 1";
        line.effective_from = "2026-01-01";
        return line;
    }
    static audit::RunStartEntry runStart(const std::string& run) {
        audit::RunStartEntry e;
        e.run = RunId(run);
        e.workflow = "triage";
        e.process = "compliance";
        e.workflow_sha256 = std::string(64, 'a');
        return e;
    }
    audit::StepEntry step(const std::string& run, std::int64_t price_seq, std::int64_t in, std::int64_t out,
                          const RateLine& line) {
        audit::StepEntry e;
        e.run = RunId(run);
        e.span = newSpanId(rng);
        e.name = "classify";
        e.path = "classify";
        e.step_kind = "model";
        e.provider = line.provider;
        e.model = line.model;
        e.status = "ok";
        e.price_seq = price_seq;
        e.usage.qty = {{"in", in}, {"out", out}};
        e.cost =
            *(multiply(in, line.rates.find("in")->second) + multiply(out, line.rates.find("out")->second))
                 .narrow();
        e.latency_us = 1000;
        return e;
    }
};

} // namespace tally::test

/// Compares a Result or Status with success and shows the error otherwise.
#define TALLY_VERIFY_OK(expr)                                                                                \
    do {                                                                                                     \
        const auto& tally_r_ = (expr);                                                                       \
        QVERIFY2(tally_r_.has_value(), tally_r_.has_value() ? "" : tally_r_.error().text().c_str());         \
    } while (false)
