#include "core/api/hub_port.h"

#include "core/base/task_pool.h"
#include "core/provider/curl_transport.h"

namespace tally::api {

void ProviderBoard::post(std::function<void(provider::ProviderHub&)> change) {
    const std::lock_guard lock(mutex_);
    changes_.push_back(std::move(change));
    if (port_ != nullptr) port_->wake();
}

std::optional<provider::ProviderConfig> ProviderBoard::find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    for (const auto& config : configs_)
        if (config.name == name) return config;
    return std::nullopt;
}

std::vector<provider::ProviderConfig> ProviderBoard::list() const {
    const std::lock_guard lock(mutex_);
    return configs_;
}

void ProviderBoard::put(provider::ProviderConfig config) {
    const std::lock_guard lock(mutex_);
    std::erase_if(configs_, [&](const auto& c) { return c.name == config.name; });
    configs_.push_back(std::move(config));
    std::sort(configs_.begin(), configs_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

void ProviderBoard::remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::erase_if(configs_, [&](const auto& c) { return c.name == name; });
}

void ProviderBoard::setNetwork(NetworkSettings network) {
    const std::lock_guard lock(mutex_);
    network_ = std::move(network);
}

NetworkSettings ProviderBoard::network() const {
    const std::lock_guard lock(mutex_);
    return network_;
}

provider::ProviderConfig ProviderBoard::effective(provider::ProviderConfig config) const {
    if (config.kind == provider::ProviderKind::sim || config.kind == provider::ProviderKind::local)
        return config;
    const NetworkSettings shared = network();
    if (config.proxy.empty()) config.proxy = shared.proxy;
    if (config.ca_file.empty()) config.ca_file = shared.ca_file;
    return config;
}

void ProviderBoard::setProfiles(std::vector<provider::SimProfile> profiles) {
    const std::lock_guard lock(mutex_);
    profiles_ = std::move(profiles);
}

std::optional<provider::SimProfile> ProviderBoard::profile(const std::string& model) const {
    const std::lock_guard lock(mutex_);
    for (const auto& profile : profiles_)
        if (profile.name == model) return profile;
    return std::nullopt;
}

std::vector<std::string> ProviderBoard::simModels() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& profile : profiles_)
        names.push_back(profile.name);
    return names;
}

struct HubPort::Impl {
    HubPortParts parts;
    std::unique_ptr<TaskPool> pool;
    std::unique_ptr<provider::CurlTransport> transport;
    std::unique_ptr<provider::ProviderHub> hub;
};

HubPort::HubPort(HubPortParts parts)
    : impl_(std::make_unique<Impl>()) {
    impl_->parts = std::move(parts);
}

Result<std::unique_ptr<HubPort>> HubPort::make(HubPortParts parts) {
    std::unique_ptr<HubPort> port(new HubPort(std::move(parts)));
    Impl& my = *port->impl_;
    my.pool = std::make_unique<TaskPool>(my.parts.threads);
    my.transport = std::make_unique<provider::CurlTransport>();
    my.hub = std::make_unique<provider::ProviderHub>(*my.parts.clock, *my.transport, my.pool.get(), nullptr,
                                                     my.parts.options);
    my.parts.equip(*my.hub);
    ProviderBoard& board = *my.parts.board;
    {
        const std::lock_guard lock(board.mutex_);
        board.port_ = port.get();
    }
    // Providers were posted before the engine was opened: runs that it resumes at once find them.
    port->change();
    return port;
}

HubPort::~HubPort() {
    const std::lock_guard lock(impl_->parts.board->mutex_);
    impl_->parts.board->port_ = nullptr;
}

provider::CallId HubPort::start(const Reservation& reservation, const ModelCall& call,
                                provider::CallEvents events) {
    return impl_->hub->start(reservation, call, std::move(events));
}
void HubPort::cancel(provider::CallId id) {
    impl_->hub->cancel(id);
}
void HubPort::hangUp(std::span<const provider::CallId> ids) {
    impl_->hub->hangUp(ids);
}
std::size_t HubPort::cancelAll() {
    return impl_->hub->cancelAll();
}
std::size_t HubPort::inflight() const {
    return impl_->hub->inflight();
}
void HubPort::wake() {
    impl_->hub->wake();
}
provider::ProviderHub& HubPort::hub() {
    return *impl_->hub;
}

void HubPort::change() {
    std::vector<std::function<void(provider::ProviderHub&)>> changes;
    {
        const std::lock_guard lock(impl_->parts.board->mutex_);
        changes.swap(impl_->parts.board->changes_);
    }
    for (const auto& each : changes)
        each(*impl_->hub);
}

void HubPort::poll(std::int64_t timeout_us) {
    change();
    impl_->hub->poll(timeout_us);
}

} // namespace tally::api
