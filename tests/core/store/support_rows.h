// A started store in a folder of its own, and rows to put into it.
#pragma once
#include "core/store/budget_repo.h"
#include "core/store/ops_repo.h"
#include "core/store/run_repo.h"
#include "core/store/store.h"

#include <QTemporaryDir>

namespace tally::test {

struct Rows {
    QTemporaryDir folder;
    FakeClock clock;
    SystemRng rng;
    std::unique_ptr<store::Store> store;

    explicit Rows(bool started = true);
    ~Rows();
    store::Writer& writer() { return store->writer(); }
    Status write(store::WriteOp op) { return store->writer().write(std::move(op)); }
    template <class T>
    T read(std::function<Result<T>(store::Connection&)> what) {
        auto value = store->readers().read<T>(std::move(what));
        if (!value) throw std::runtime_error(value.error().text());
        return std::move(*value);
    }
    /// "" or the error's code.
    static std::string code(const Status& status) { return status ? "" : status.error().code; }
};

store::RunRow runRow(store::RunNo no, const std::string& workflow = "triage",
                     RunStatus status = RunStatus::running);
KillReceipt killReceipt(const std::string& id);

} // namespace tally::test
