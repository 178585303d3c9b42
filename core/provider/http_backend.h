// Calls over HTTP: builds the request, decodes the answer, keeps the four time-outs. Internal to this folder.
#pragma once
#include "core/base/clock.h"
#include "core/provider/backend.h"
#include "core/provider/transport.h"
#include "core/provider/wire.h"

#include <map>
#include <memory>
#include <vector>

namespace tally::provider {

class HttpBackend final : public Backend {
public:
    HttpBackend(const Clock& clock, HttpTransport& transport, CallSink& sink);
    ~HttpBackend() override;
    void start(CallId id, std::shared_ptr<const ProviderEntry> provider,
               std::shared_ptr<const ModelCall> call) override;
    std::optional<Cancelled> cancel(CallId id) override;
    /// See ModelPort::hangUp. Ids of other backends are ignored.
    void hangUp(std::span<const CallId> ids);
    void advance(std::int64_t now_us) override;
    [[nodiscard]] std::int64_t nextDue() const override;

private:
    class Call;
    void ended(CallId id, CallOutcome outcome);

    const Clock& clock_;
    HttpTransport& transport_;
    CallSink& sink_;
    std::map<CallId, std::unique_ptr<Call>> calls_;
    std::vector<std::unique_ptr<Call>> graveyard_; ///< ended inside one of their own callbacks
};

} // namespace tally::provider
